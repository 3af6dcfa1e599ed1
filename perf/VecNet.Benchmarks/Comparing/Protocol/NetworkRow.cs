namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>What follows each hidden layer.</summary>
internal enum HiddenActivation
{
    Sigmoid,
    ReLU,
}

/// <summary>One row of the comparison of networks, in float32.</summary>
/// <param name="Network">Widths from input to output, for example 784-512-256-10: squared error with one output, softmax cross-entropy
/// with more.</param>
/// <param name="Activation">What follows each hidden layer.</param>
/// <param name="Batch">Samples of a pass.</param>
/// <param name="Pass">What is computed.</param>
/// <param name="Threads">How many threads a pass may use.</param>
internal sealed record NetworkRow(string Network, HiddenActivation Activation, int Batch, Pass Pass, int Threads = 1)
    : ComparedRow(Precision.Float32, Threads)
{
    internal int[] Widths => WidthsOf(Network);

    internal override string ShortName => $"{Network} {Activation.ToString().ToLowerInvariant()}, batch {Batch}, {NameOf(Pass)}";

    internal override double FloatingPointOperations => OperationsOf(Network, Batch, Pass);

    /// <summary>Relative to a loss, and for other numbers to the largest of their matrix.</summary>
    internal override double Tolerance => 1e-3;

    /// <summary>The number of weights and biases.</summary>
    internal int Parameters => Pairs(Network).Sum(layer => (layer.Inputs + 1) * layer.Outputs);

    internal static string NameOf(Pass pass) => pass switch
    {
        Pass.Forward => "forward",
        Pass.ForwardBackward => "forward + backward",
        _ => "step",
    };

    internal static int[] WidthsOf(string network) =>
        [.. network.Split('-').Select(width => int.Parse(width, CultureInfo.InvariantCulture))];

    /// <summary>
    /// Operations of the matrix products: 2 · batch · inputs · outputs for each layer forward, the same for its weights' gradient, and for
    /// its input's gradient, which the first layer is not asked for.
    /// </summary>
    internal static double OperationsOf(string network, int batch, Pass pass) => Pairs(network)
        .Select((layer, index) => 2.0 * batch * layer.Inputs * layer.Outputs * (pass == Pass.Forward ? 1 : index == 0 ? 2 : 3))
        .Sum();

    internal override string ToWords() => string.Create(CultureInfo.InvariantCulture, $"{Network} {Activation} {Batch} {Pass} {Threads}");

    internal static NetworkRow Parse(string words)
    {
        string[] parts = words.Split(' ');
        int Number(int index) => int.Parse(parts[index], CultureInfo.InvariantCulture);
        return new(parts[0], Enum.Parse<HiddenActivation>(parts[1]), Number(2), Enum.Parse<Pass>(parts[3]), Number(4));
    }

    private static IEnumerable<(int Inputs, int Outputs)> Pairs(string network)
    {
        int[] widths = WidthsOf(network);
        return widths.Zip(widths.Skip(1));
    }
}
