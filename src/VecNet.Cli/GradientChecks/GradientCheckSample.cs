namespace VecNet.Cli.GradientChecks;

/// <summary>Shapes and a seed for one check; no shape is square, and rows do or do not consist of whole vectors.</summary>
/// <param name="Rows">The batch.</param>
/// <param name="Columns">Features of the input.</param>
/// <param name="Outputs">Features of the output, where they differ.</param>
/// <param name="Seed">The seed of all values.</param>
internal sealed record GradientCheckSample(int Rows, int Columns, int Outputs, ulong Seed) : IGradientSample
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

    /// <inheritdoc/>
    public IGradientSample OfShape(int rows, int columns) => this with { Rows = rows, Columns = columns };

    /// <inheritdoc/>
    public TensorBuffer<double> Input(params IReadOnlyList<double> kinks)
    {
        TensorBuffer<double> input = Values(Rows, Columns, 1);
        foreach (ref double x in input.Span)
        {
            x = KinkClearance.MoveAway(x, kinks, Clearance);
        }

        return input;
    }

    /// <inheritdoc/>
    public TensorBuffer<double> TargetsOf(TensorBuffer<double> prediction, IReadOnlyList<double> kinks)
    {
        TensorBuffer<double> targets = Values(Rows, Columns, 2);
        for (int i = 0; i < targets.Length; i++)
        {
            double x = prediction.Span[i];
            targets.Span[i] = kinks.Count == 0 ? targets.Span[i] : x - KinkClearance.MoveAway(x - targets.Span[i], kinks, Clearance);
        }

        return targets;
    }

    /// <inheritdoc/>
    public TensorBuffer<double> Values(int rows, int columns, int number) => Filled(rows, columns, number, random =>
    {
        double x = random.NextNormal();
        return x + double.CopySign(Clearance, x);
    });

    /// <inheritdoc/>
    public TensorBuffer<double> Positive(int rows, int columns, int number) =>
        Filled(rows, columns, number, random => 0.1 + (0.9 * random.NextDouble()));

    /// <inheritdoc/>
    public TensorBuffer<double> Indices(int rows, int columns, int count, int number) =>
        Filled(rows, columns, number, random => Math.Floor(count * random.NextDouble()));

    /// <inheritdoc/>
    public int[] Classes(int classes) => [.. Indices(1, Rows, classes, 9).Span.ToArray().Select(index => (int)index)];

    private TensorBuffer<double> Filled(int rows, int columns, int number, Func<SplitMix64, double> draw)
    {
        SplitMix64 random = SplitMix64.ForStream(Seed, (ulong)number);
        var values = new TensorBuffer<double>(rows, columns);
        foreach (ref double value in values.Span)
        {
            value = draw(random);
        }

        return values;
    }
}
