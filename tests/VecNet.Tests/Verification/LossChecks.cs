namespace VecNet.Tests;

/// <summary>The value of a loss.</summary>
internal delegate double LossForward(ReadOnlyTensorView<double> prediction, Targets<double> targets);

/// <summary>∂L'/∂prediction.</summary>
internal delegate void LossBackward(
    ReadOnlyTensorView<double> prediction, Targets<double> targets, double gradLoss, TensorView<double> gradPrediction);

/// <summary>Targets that a lambda may hold: classes, or values.</summary>
internal sealed class HeldTargets
{
    private readonly int[]? classes;
    private readonly TensorBuffer<double>? values;

    public HeldTargets(int[] classes) => this.classes = classes;

    public HeldTargets(TensorBuffer<double> values) => this.values = values;

    public Targets<double> Targets => classes is not null ? classes : values!.View;
}

/// <summary>The one gradient check of each loss and kind of targets; see <see cref="FunctionChecks"/>.</summary>
internal static class LossChecks
{
    public static readonly LossBackward SquaredBackward = (p, t, gradLoss, gradient) => new MeanSquaredError<double>().Backward(p, t, gradLoss, gradient);
    public static readonly LossBackward CategoricalBackward = (p, t, gradLoss, gradient) => new CategoricalCrossEntropy<double>().Backward(p, t, gradLoss, gradient);
    public static readonly LossBackward FusedBackward = (p, t, gradLoss, gradient) => new SoftmaxCrossEntropy<double>().Backward(p, t, gradLoss, gradient);

    public static GradientCheckResult OfMeanSquaredError(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new MeanSquaredError<double>().Forward(p, t), backward ?? SquaredBackward, c.Input(), new HeldTargets(c.Values(c.Rows, c.Columns, 2)), c);

    public static GradientCheckResult OfCategoricalClasses(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new CategoricalCrossEntropy<double>().Forward(p, t), backward ?? CategoricalBackward, c.Positive(c.Rows, c.Columns, 1), new HeldTargets(c.Classes(c.Columns)), c);

    public static GradientCheckResult OfCategoricalDistributions(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new CategoricalCrossEntropy<double>().Forward(p, t), backward ?? CategoricalBackward, c.Positive(c.Rows, c.Columns, 1), Distributions(c), c);

    public static GradientCheckResult OfFusedClasses(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new SoftmaxCrossEntropy<double>().Forward(p, t), backward ?? FusedBackward, c.Input(), new HeldTargets(c.Classes(c.Columns)), c);

    public static GradientCheckResult OfFusedDistributions(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new SoftmaxCrossEntropy<double>().Forward(p, t), backward ?? FusedBackward, c.Input(), Distributions(c), c);

    public static readonly LossBackward AbsoluteBackward = (p, t, gradLoss, gradient) => new MeanAbsoluteError<double>().Backward(p, t, gradLoss, gradient);
    public static readonly LossBackward HuberBackward = (p, t, gradLoss, gradient) => new Huber<double>(Delta).Backward(p, t, gradLoss, gradient);
    public static readonly LossBackward BinaryBackward = (p, t, gradLoss, gradient) => new BinaryCrossEntropyWithLogits<double>(Weights(p.Columns)).Backward(p, t, gradLoss, gradient);
    public static readonly LossBackward KullbackLeiblerBackward = (p, t, gradLoss, gradient) => new KullbackLeibler<double>().Backward(p, t, gradLoss, gradient);
    public static readonly LossBackward ChosenBackward = (p, t, gradLoss, gradient) => Chosen(p.Columns).Backward(p, t, gradLoss, gradient);

    private const double Delta = 0.8;

    public static GradientCheckResult OfMeanAbsoluteError(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new MeanAbsoluteError<double>().Forward(p, t), backward ?? AbsoluteBackward, c.Input(), AwayFrom(c, 0), c);

    public static GradientCheckResult OfHuber(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new Huber<double>(Delta).Forward(p, t), backward ?? HuberBackward, c.Input(), AwayFrom(c, Delta), c);

    public static GradientCheckResult OfBinary(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new BinaryCrossEntropyWithLogits<double>(Weights(p.Columns)).Forward(p, t), backward ?? BinaryBackward, c.Input(), new(c.Positive(c.Rows, c.Columns, 2)), c);

    public static GradientCheckResult OfKullbackLeibler(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => new KullbackLeibler<double>().Forward(p, t), backward ?? KullbackLeiblerBackward, c.Input(), Distributions(c), c);

    /// <summary>With weights, smoothing and an ignored class.</summary>
    public static GradientCheckResult OfChosenClasses(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => Chosen(p.Columns).Forward(p, t), backward ?? ChosenBackward, c.Input(), new(ClassesOfSomeRows(c)), c);

    public static GradientCheckResult OfChosenDistributions(GradientCase c, LossBackward? backward = null) => Check(
        (p, t) => Chosen(p.Columns).Forward(p, t), backward ?? ChosenBackward, c.Input(), Distributions(c), c);

    /// <summary>The first row counts, and of the others every third does not.</summary>
    private static int[] ClassesOfSomeRows(GradientCase c) => [.. c.Classes(c.Columns).Select((target, row) => row % 3 == 1 ? -100 : target)];

    private static SoftmaxCrossEntropy<double> Chosen(int classes) => new(Weights(classes), labelSmoothing: 0.2, ignoredClass: -100);

    private static double[] Weights(int count) => [.. Enumerable.Range(0, count).Select(i => 0.5 + (i % 4 * 0.75))];

    /// <summary>Targets whose distance from the prediction is not near the given one, where the loss has a kink, nor near 0.</summary>
    private static HeldTargets AwayFrom(GradientCase c, double distance)
    {
        TensorBuffer<double> prediction = c.Input();
        TensorBuffer<double> targets = c.Values(c.Rows, c.Columns, 2);
        for (int i = 0; i < targets.Length; i++)
        {
            double difference = targets.Span[i];
            bool isNear = Math.Abs(Math.Abs(difference) - distance) < 0.05 || Math.Abs(difference) < 0.05;
            targets.Span[i] = prediction.Span[i] + (isNear ? difference + double.CopySign(0.2, difference) : difference);
        }

        return new HeldTargets(targets);
    }

    /// <summary>Rows of numbers that do not sum to 1; some of them are 0.</summary>
    public static HeldTargets Distributions(GradientCase c)
    {
        TensorBuffer<double> targets = c.Positive(c.Rows, c.Columns, 2);
        for (int i = 3; i < targets.Length; i += 7)
        {
            targets.Span[i] = 0;
        }

        return new HeldTargets(targets);
    }

    /// <summary>Neither 1 nor the same for every case.</summary>
    public static double GradLoss(GradientCase c) => c.Seed % 3 == 0 ? 1 : -1.75 + (c.Seed % 5);

    private static GradientCheckResult Check(
        LossForward forward, LossBackward backward, TensorBuffer<double> prediction, HeldTargets targets, GradientCase c)
    {
        double gradLoss = GradLoss(c);
        return GradientCheck.Scalar(
            (p, gradient) =>
            {
                if (!gradient.IsEmpty)
                {
                    backward(p, targets.Targets, gradLoss, gradient);
                }

                return gradLoss * forward(p, targets.Targets);
            },
            prediction.View);
    }
}
