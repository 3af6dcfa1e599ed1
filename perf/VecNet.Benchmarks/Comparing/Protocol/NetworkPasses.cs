namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A library's network and its passes, each of which runs so many times in a loop of its own.</summary>
internal abstract class NetworkPasses
{
    /// <summary>So many steps in succession are compared: their losses differ.</summary>
    private const int ComparedSteps = 5;

    /// <summary>Restores the problem's parameters.</summary>
    internal abstract void Reset();

    /// <summary>Computes the output: inference.</summary>
    internal abstract void Forward(int calls);

    /// <summary>Computes the output and all gradients, and of a step the update; returns the last loss, from before its update.</summary>
    internal abstract float Train(int calls, bool isStep);

    /// <summary>The output of an inference, batch × outputs.</summary>
    internal abstract float[] Output();

    /// <summary>∂L/∂W, inputs × outputs, and ∂L/∂b of layer after layer.</summary>
    internal abstract IEnumerable<float[]> Gradients();

    /// <summary>Releases what lies outside the garbage collector's memory.</summary>
    internal virtual void Release()
    {
    }

    /// <summary>
    /// A row of this network. What is compared: of a forward pass the output; of a forward and backward pass the loss and every gradient;
    /// of steps their losses. Every slice of time begins with the problem's parameters: otherwise thousands of steps would lead to
    /// vanishing gradients.
    /// </summary>
    internal PreparedRow Prepare(Pass pass)
    {
        PreparedRow row = pass switch
        {
            Pass.Forward => new(Forward, () => [Output()]),
            Pass.ForwardBackward => new(calls => Train(calls, isStep: false), () => [new[] { Train(1, isStep: false) }, .. Gradients()]),
            _ => new(calls => Train(calls, isStep: true), () =>
                [.. Enumerable.Range(0, ComparedSteps).Select(_ => new[] { Train(1, isStep: true) })]),
        };
        return row with { Reset = Reset, Release = Release };
    }
}
