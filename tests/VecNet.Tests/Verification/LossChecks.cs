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
    public static readonly LossBackward SquaredBackward = (p, t, gradLoss, gradient) => MeanSquaredError.Backward(p, t, gradLoss, gradient);
    public static readonly LossBackward CategoricalBackward = (p, t, gradLoss, gradient) => CategoricalCrossEntropy.Backward(p, t, gradLoss, gradient);
    public static readonly LossBackward FusedBackward = (p, t, gradLoss, gradient) => SoftmaxCrossEntropy.Backward(p, t, gradLoss, gradient);

    public static GradientCheckResult OfMeanSquaredError(GradientCase c, LossBackward? backward = null) => Check(
        MeanSquaredError.Forward, backward ?? SquaredBackward, c.Input(), new HeldTargets(c.Values(c.Rows, c.Columns, 2)), c);

    public static GradientCheckResult OfCategoricalClasses(GradientCase c, LossBackward? backward = null) => Check(
        CategoricalCrossEntropy.Forward, backward ?? CategoricalBackward, c.Positive(c.Rows, c.Columns, 1), new HeldTargets(c.Classes(c.Columns)), c);

    public static GradientCheckResult OfCategoricalDistributions(GradientCase c, LossBackward? backward = null) => Check(
        CategoricalCrossEntropy.Forward, backward ?? CategoricalBackward, c.Positive(c.Rows, c.Columns, 1), Distributions(c), c);

    public static GradientCheckResult OfFusedClasses(GradientCase c, LossBackward? backward = null) => Check(
        SoftmaxCrossEntropy.Forward, backward ?? FusedBackward, c.Input(), new HeldTargets(c.Classes(c.Columns)), c);

    public static GradientCheckResult OfFusedDistributions(GradientCase c, LossBackward? backward = null) => Check(
        SoftmaxCrossEntropy.Forward, backward ?? FusedBackward, c.Input(), Distributions(c), c);

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
