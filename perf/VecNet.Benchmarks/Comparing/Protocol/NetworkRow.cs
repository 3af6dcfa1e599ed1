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
    internal override string ShortName => $"{Network} {Activation.ToString().ToLowerInvariant()}, batch {Batch}, {NameOf(Pass)}";

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

    internal static string NameOf(Pass pass) => pass switch
    {
        Pass.Forward => "forward",
        Pass.ForwardBackward => "forward + backward",
        _ => "step",
    };
}
