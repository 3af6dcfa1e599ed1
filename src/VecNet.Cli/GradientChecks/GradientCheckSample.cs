namespace VecNet.Cli.GradientChecks;

/// <summary>The shapes and the seed of one check: no shape is square, and some fill whole vectors.</summary>
/// <param name="Rows">The number of rows of the batch.</param>
/// <param name="Columns">The number of features of the input.</param>
/// <param name="Outputs">The number of features of the output, if it differs.</param>
/// <param name="Seed">The seed of all values.</param>
internal sealed record GradientCheckSample(int Rows, int Columns, int Outputs, ulong Seed)
{
    private static readonly (int Rows, int Columns, int Outputs)[] Shapes = [(3, 5, 4), (2, 17, 3), (5, 8, 9), (4, 33, 2)];

    /// <summary>The distance of inputs from kinks, which is larger than the step of the check, so that no step crosses a kink.</summary>
    private const double Clearance = 0.05;

    /// <summary>The sample with a given number; each has different values.</summary>
    internal static GradientCheckSample Of(ulong seed, int number)
    {
        (int rows, int columns, int outputs) = Shapes[number % Shapes.Length];
        return new(rows, columns, outputs, SplitMix64.ForStream(seed, (ulong)number).State);
    }

    /// <summary>Numbers of both signs; none of them is near a kink, or near 0, where gradients with respect to weights vanish.</summary>
    internal TensorBuffer<double> Input(params IReadOnlyList<double> kinks)
    {
        TensorBuffer<double> input = Values(Rows, Columns, 1);
        foreach (ref double x in input.Span)
        {
            x = KinkClearance.MoveAway(x, kinks, Clearance);
        }

        return input;
    }

    /// <summary>Targets whose differences from the prediction are not near a kink.</summary>
    internal TensorBuffer<double> TargetsOf(TensorBuffer<double> prediction, IReadOnlyList<double> kinks)
    {
        TensorBuffer<double> targets = Values(Rows, Columns, 2);
        for (int i = 0; i < targets.Length; i++)
        {
            double x = prediction.Span[i];
            targets.Span[i] = kinks.Count == 0 ? targets.Span[i] : x - KinkClearance.MoveAway(x - targets.Span[i], kinks, Clearance);
        }

        return targets;
    }

    /// <summary>Numbers of both signs in any shape; each <paramref name="number"/> gives different ones.</summary>
    internal TensorBuffer<double> Values(int rows, int columns, ulong number) => Filled(rows, columns, number, random =>
    {
        double x = random.NextNormal();
        return x + double.CopySign(Clearance, x);
    });

    /// <summary>Numbers in [0.1, 1).</summary>
    internal TensorBuffer<double> Positive(int rows, int columns, ulong number) =>
        Filled(rows, columns, number, random => 0.1 + (0.9 * random.NextDouble()));

    /// <summary>Integers in [0, <paramref name="count"/>).</summary>
    internal TensorBuffer<double> Indices(int rows, int columns, int count, ulong number) =>
        Filled(rows, columns, number, random => Math.Floor(count * random.NextDouble()));

    /// <summary>A class for each row.</summary>
    internal int[] Classes(int classes) => [.. Indices(1, Rows, classes, 9).Span.ToArray().Select(index => (int)index)];

    private TensorBuffer<double> Filled(int rows, int columns, ulong number, Func<SplitMix64, double> draw)
    {
        SplitMix64 random = SplitMix64.ForStream(Seed, number);
        var values = new TensorBuffer<double>(rows, columns);
        foreach (ref double value in values.Span)
        {
            value = draw(random);
        }

        return values;
    }
}
