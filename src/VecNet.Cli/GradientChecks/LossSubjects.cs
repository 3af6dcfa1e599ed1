namespace VecNet.Cli.GradientChecks;

/// <summary>Every loss of the library, with each kind of targets.</summary>
internal static class LossSubjects
{
    private const double Delta = 0.8;
    private const double GradLoss = -1.75;
    private const int Ignored = -100;

    private delegate double Value(ReadOnlyTensorView<double> prediction, Targets<double> targets);

    private delegate void Gradient(ReadOnlyTensorView<double> prediction, Targets<double> targets, double gradLoss, TensorView<double> gradPrediction);

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
    [
        OfValues("MeanSquaredError", (p, t) => MeanSquaredError.Forward(p, t), (p, t, g, d) => MeanSquaredError.Backward(p, t, g, d), c => c.Values(c.Rows, c.Columns, 2)),
        OfValues("MeanAbsoluteError", (p, t) => MeanAbsoluteError.Forward(p, t), (p, t, g, d) => MeanAbsoluteError.Backward(p, t, g, d), c => AwayFrom(c, 0)),
        OfValues("Huber", (p, t) => Huber.Forward(p, t, Delta), (p, t, g, d) => Huber.Backward(p, t, g, d, Delta), c => AwayFrom(c, Delta)),
        OfValues(
            "BinaryCrossEntropyWithLogits",
            (p, t) => BinaryCrossEntropyWithLogits.Forward(p, t, Weights(p.Columns)),
            (p, t, g, d) => BinaryCrossEntropyWithLogits.Backward(p, t, g, d, Weights(p.Columns)),
            Distributions),
        OfValues("KullbackLeibler", (p, t) => KullbackLeibler.Forward(p, t), (p, t, g, d) => KullbackLeibler.Backward(p, t, g, d), Distributions),
        OfProbabilities("CategoricalCrossEntropy, classes", c => new(c.Classes(c.Columns), null)),
        OfProbabilities("CategoricalCrossEntropy, distributions", c => new(null, Distributions(c))),
        OfClasses("SoftmaxCrossEntropy, classes", SoftmaxCrossEntropy.Forward, SoftmaxCrossEntropy.Backward),
        OfValues("SoftmaxCrossEntropy, distributions", SoftmaxCrossEntropy.Forward, SoftmaxCrossEntropy.Backward, Distributions),
        OfClasses("SoftmaxCrossEntropyLoss, classes", (p, t) => Chosen(p.Columns).Forward(p, t), (p, t, g, d) => Chosen(p.Columns).Backward(p, t, g, d)),
        OfValues(
            "SoftmaxCrossEntropyLoss, distributions",
            (p, t) => Chosen(p.Columns).Forward(p, t), (p, t, g, d) => Chosen(p.Columns).Backward(p, t, g, d), Distributions),
    ];

    private static GradientSubject OfValues(string name, Value value, Gradient gradient, Func<GradientSample, TensorBuffer<double>> targets) =>
        new("loss", name, c => Check(value, gradient, c.Input(), new(null, targets(c))));

    private static GradientSubject OfProbabilities(string name, Func<GradientSample, Held> targets) => new("loss", name, c => Check(
        (p, t) => CategoricalCrossEntropy.Forward(p, t), (p, t, g, d) => CategoricalCrossEntropy.Backward(p, t, g, d), c.Positive(c.Rows, c.Columns, 1), targets(c)));

    private static GradientSubject OfClasses(string name, Value value, Gradient gradient) =>
        new("loss", name, c => Check(value, gradient, c.Input(), new(c.Classes(c.Columns), null)));

    private static GradientCheckResult Check(Value value, Gradient gradient, TensorBuffer<double> prediction, Held targets) => GradientCheck.Scalar(
        (p, gradPrediction) =>
        {
            if (!gradPrediction.IsEmpty)
            {
                gradient(p, targets.Targets, GradLoss, gradPrediction);
            }

            return GradLoss * value(p, targets.Targets);
        },
        prediction.View);

    /// <summary>With weights, smoothing and a class that does not count.</summary>
    private static SoftmaxCrossEntropyLoss<double> Chosen(int classes) => new(Weights(classes), labelSmoothing: 0.2, ignoredClass: Ignored);

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
