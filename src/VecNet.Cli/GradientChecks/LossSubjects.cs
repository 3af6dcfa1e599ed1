namespace VecNet.Cli.GradientChecks;

/// <summary>Every loss of the library, with each kind of targets.</summary>
internal static class LossSubjects
{
    private const double Delta = 0.8;
    private const double GradLoss = -1.75;
    private const int Ignored = -100;

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
    [
        OfValues("MeanSquaredError", _ => new MeanSquaredError<double>(), c => c.Values(c.Rows, c.Columns, 2)),
        OfValues("MeanAbsoluteError", _ => new MeanAbsoluteError<double>(), c => AwayFrom(c, 0)),
        OfValues("Huber", _ => new Huber<double>(Delta), c => AwayFrom(c, Delta)),
        OfValues("BinaryCrossEntropyWithLogits", c => new BinaryCrossEntropyWithLogits<double>(Weights(c.Columns)), Distributions),
        OfValues("KullbackLeibler", _ => new KullbackLeibler<double>(), Distributions),
        OfProbabilities("CategoricalCrossEntropy, classes", c => new(c.Classes(c.Columns), null)),
        OfProbabilities("CategoricalCrossEntropy, distributions", c => new(null, Distributions(c))),
        OfClasses("SoftmaxCrossEntropy, classes", _ => new SoftmaxCrossEntropy<double>()),
        OfValues("SoftmaxCrossEntropy, distributions", _ => new SoftmaxCrossEntropy<double>(), Distributions),
        OfClasses("SoftmaxCrossEntropy with weights and smoothing, classes", Chosen),
        OfValues("SoftmaxCrossEntropy with weights and smoothing, distributions", Chosen, Distributions),
    ];

    private static GradientSubject OfValues(
        string name, Func<GradientSample, ILoss<double>> loss, Func<GradientSample, TensorBuffer<double>> targets) =>
        new("loss", name, c => Check(loss(c), c.Input(), new(null, targets(c))));

    private static GradientSubject OfProbabilities(string name, Func<GradientSample, Held> targets) =>
        new("loss", name, c => Check(new CategoricalCrossEntropy<double>(), c.Positive(c.Rows, c.Columns, 1), targets(c)));

    private static GradientSubject OfClasses(string name, Func<GradientSample, ILoss<double>> loss) =>
        new("loss", name, c => Check(loss(c), c.Input(), new(c.Classes(c.Columns), null)));

    private static GradientCheckResult Check(ILoss<double> loss, TensorBuffer<double> prediction, Held targets) => GradientCheck.Scalar(
        (p, gradPrediction) =>
        {
            if (!gradPrediction.IsEmpty)
            {
                loss.Backward(p, targets.Targets, GradLoss, gradPrediction);
            }

            return GradLoss * loss.Forward(p, targets.Targets);
        },
        prediction.View);

    /// <summary>With weights, smoothing and a class that does not count.</summary>
    private static SoftmaxCrossEntropy<double> Chosen(GradientSample c) => new(Weights(c.Columns), labelSmoothing: 0.2, ignoredClass: Ignored);

    private static double[] Weights(int count) => [.. Enumerable.Range(0, count).Select(i => 0.5 + (i % 4 * 0.75))];

    private static TensorBuffer<double> Distributions(GradientSample c) => c.Positive(c.Rows, c.Columns, 2);

    /// <summary>Targets whose distance from the prediction is not near the given one, where the loss has a kink, nor near 0.</summary>
    private static TensorBuffer<double> AwayFrom(GradientSample c, double distance)
    {
        TensorBuffer<double> prediction = c.Input();
        TensorBuffer<double> targets = c.Values(c.Rows, c.Columns, 2);
        for (int i = 0; i < targets.Length; i++)
        {
            double difference = targets.Span[i];
            bool isNear = Math.Abs(Math.Abs(difference) - distance) < 0.05;
            targets.Span[i] = prediction.Span[i] + difference + (isNear ? double.CopySign(0.2, difference) : 0);
        }

        return targets;
    }

    /// <summary>Targets that a lambda may hold: classes, or values.</summary>
    private sealed record Held(int[]? Classes, TensorBuffer<double>? Values)
    {
        internal Targets<double> Targets => Classes is not null ? Classes : Values!.View;
    }
}
