using System.Globalization;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>What follows each hidden layer.</summary>
internal enum HiddenActivation
{
    Sigmoid,
    ReLU,
}

/// <summary>One row of the comparison of networks, in float32.</summary>
/// <param name="Network">Widths from input to output, for example 784-512-256-10: squared error with one output, softmax cross-entropy with more.</param>
/// <param name="Activation">What follows each hidden layer.</param>
/// <param name="Batch">Samples of a pass.</param>
/// <param name="Passes">What is computed.</param>
/// <param name="Threads">How many threads a pass may use.</param>
internal sealed record NetworkRow(string Network, HiddenActivation Activation, int Batch, Passes Passes, int Threads = 1)
    : ComparedRow(Precision.Float32, Threads)
{
    internal int[] Widths => WidthsOf(Network);

    internal override string ShortName => $"{Network} {Activation.ToString().ToLowerInvariant()}, batch {Batch}, {NameOf(Passes)}";

    internal override double Operations => OperationsOf(Network, Batch, Passes);

    /// <summary>Weights and biases.</summary>
    internal int Parameters => Pairs(Network).Sum(layer => (layer.Inputs + 1) * layer.Outputs);

    internal static string NameOf(Passes passes) => passes switch
    {
        Passes.Forward => "forward",
        Passes.ForwardBackward => "forward + backward",
        _ => "step",
    };

    internal static int[] WidthsOf(string network) => [.. network.Split('-').Select(width => int.Parse(width, CultureInfo.InvariantCulture))];

    /// <summary>
    /// Operations of the matrix products: 2 · batch · inputs · outputs for each layer forward, the same for its weights' gradient, and for
    /// its input's gradient, which the first layer is not asked for.
    /// </summary>
    internal static double OperationsOf(string network, int batch, Passes passes) => Pairs(network)
        .Select((layer, index) => 2.0 * batch * layer.Inputs * layer.Outputs * (passes == Passes.Forward ? 1 : index == 0 ? 2 : 3))
        .Sum();

    internal override string ToWords() => string.Create(CultureInfo.InvariantCulture, $"{Network} {Activation} {Batch} {Passes} {Threads}");

    /// <summary>Reads what <see cref="ToWords"/> wrote.</summary>
    internal static NetworkRow FromWords(string words)
    {
        string[] parts = words.Split(' ');
        return new NetworkRow(
            parts[0],
            Enum.Parse<HiddenActivation>(parts[1]),
            int.Parse(parts[2], CultureInfo.InvariantCulture),
            Enum.Parse<Passes>(parts[3]),
            int.Parse(parts[4], CultureInfo.InvariantCulture));
    }

    private static IEnumerable<(int Inputs, int Outputs)> Pairs(string network)
    {
        int[] widths = WidthsOf(network);
        return widths.Zip(widths.Skip(1));
    }
}
