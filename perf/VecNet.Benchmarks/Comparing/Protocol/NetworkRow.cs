namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>What follows each hidden layer.</summary>
internal enum HiddenActivation
{
    Sigmoid,
    ReLU,
}

/// <summary>One row of the comparison of networks, in float32.</summary>
/// <remarks>The widths are like 784-512-256-10: squared error with one output, softmax cross-entropy with more.</remarks>
internal sealed record NetworkRow(string Network, HiddenActivation Activation, int Batch, Pass Pass, int Threads = 1)
    : ComparedRow(Precision.Float32, Threads)
{
    internal override string ShortName => $"{Network} {Activation.ToString().ToLowerInvariant()}, batch {Batch}, {GetName(Pass)}";

    /// <summary>
    /// Operations of the matrix products: 2 · batch · inputs · outputs for each layer forward, the same for its weights' gradient, and for
    /// its input's gradient, which the first layer is not asked for.
    /// </summary>
    internal override double FloatingPointOperations => Layers
        .Select((layer, index) => 2.0 * Batch * layer.Inputs * layer.Outputs * (Pass == Pass.Forward ? 1 : index == 0 ? 2 : 3))
        .Sum();

    /// <summary>Relative to a loss, and for other numbers to the largest of their matrix.</summary>
    internal override double Tolerance => 1e-3;

    internal int[] Widths => [.. Network.Split('-').Select(width => int.Parse(width, CultureInfo.InvariantCulture))];

    /// <summary>The number of weights and biases.</summary>
    internal int Parameters => Layers.Sum(layer => (layer.Inputs + 1) * layer.Outputs);

    private IEnumerable<(int Inputs, int Outputs)> Layers => Widths.Zip(Widths.Skip(1));

    internal static string GetName(Pass pass) => pass switch
    {
        Pass.Forward => "forward",
        Pass.ForwardBackward => "forward + backward",
        _ => "step",
    };
}

/// <summary>A network's first parameters, a batch, and its targets: the same in every process, from one seed.</summary>
internal sealed class NetworkProblem
{
    internal NetworkProblem(NetworkRow row)
    {
        (Widths, Batch) = (row.Widths, row.Batch);
        var random = new SplitMix64(1);
        Parameters = new float[2 * Layers][];
        for (int layer = 0; layer < Layers; layer++)
        {
            (int inputs, int outputs) = (Widths[layer], Widths[layer + 1]);
            double bound = Math.Sqrt(6.0 / (inputs + outputs));
            Parameters[2 * layer] = Uniform(inputs * outputs, random, -bound, bound);
            Parameters[(2 * layer) + 1] = Uniform(outputs, random, -0.5, 0.5);
        }

        Input = Uniform(Batch * Widths[0], random, 0, 1);
        Classes = OperationOperands<float>.RandomIndices(random, Batch, Widths[^1]);
        Values = Uniform(Batch * Widths[^1], random, 0, 1);
    }

    /// <summary>The learning rate of a training step: even the steepest loss here, of one sample, falls for several steps.</summary>
    internal static float LearningRate => 0.002f;

    /// <summary>Features from the input to the output.</summary>
    internal int[] Widths { get; }

    internal int Layers => Widths.Length - 1;

    internal int Batch { get; }

    /// <summary>The weights of each layer, inputs × outputs within Glorot's bound, and its biases, in [−½, ½).</summary>
    internal float[][] Parameters { get; }

    /// <summary>Batch × first width, uniform numbers of [0, 1).</summary>
    internal float[] Input { get; }

    /// <summary>Whether the loss is the mean cross-entropy of the classes, and not half the mean squared error of the values.</summary>
    internal bool Classifies => Widths[^1] > 1;

    /// <summary>The class of each row.</summary>
    internal int[] Classes { get; }

    /// <summary>Batch × last width, uniform numbers of [0, 1).</summary>
    internal float[] Values { get; }

    private static float[] Uniform(int count, SplitMix64 random, double low, double high) =>
        OperationOperands<float>.Uniform(random, 1, count, low, high).Span.ToArray();
}
