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

/// <summary>A loss of the catalog with a kind of targets.</summary>
internal sealed record LossCheck(LossEntry<double> Entry, bool IsOfClasses)
{
    public string Name => $"{Entry.Name} of {(IsOfClasses ? "classes" : "values")}";

    /// <summary>Whether a mean divides by the number of elements, not of rows.</summary>
    public bool IsOverElements => !Entry.IsOverRows;

    /// <summary>
    /// A loss with choices has two outputs at least: with one its gradient is 0 but for rounding.
    /// </summary>
    public GradientCase WithOutputsEnough(GradientCase c) =>
        Entry.IsConstantOfOneOutput && Entry.Name != Entry.Class ? c with { Columns = Math.Max(2, c.Columns) } : c;

    /// <summary>Whether the loss does not depend on the prediction.</summary>
    public bool IsConstant(GradientCase c) => c.Rows == 0 || (Entry.IsConstantOfOneOutput && WithOutputsEnough(c).Columns == 1);
}

/// <summary>The one gradient check of each loss and kind of targets; see <see cref="FunctionChecks"/>.</summary>
internal static class LossChecks
{
    /// <summary>Each loss whose gradient is checked, with each kind of targets, by name.</summary>
    public static IReadOnlyDictionary<string, LossCheck> All { get; } = (
        from entry in OperationCatalog<double>.Losses
        where entry.WithoutGradientCheck is null
        from ofClasses in new[] { true, false }
        where ofClasses ? entry.OfClasses : entry.OfValues
        select new LossCheck(entry, ofClasses)).ToDictionary(check => check.Name);

    /// <summary>Checks a loss, with its own backward pass or another.</summary>
    public static GradientCheckResult Of(LossCheck check, GradientCase c, LossBackward? backward = null)
    {
        c = check.WithOutputsEnough(c);
        ILoss<double> loss = check.Entry.Make(c.Columns, Reduction.Mean);
        TensorBuffer<double> prediction = check.Entry.OfProbabilities ? c.Positive(c.Rows, c.Columns, 1) : c.Input();
        HeldTargets targets = check.IsOfClasses
            ? new(loss.IgnoredClass is { } ignored ? ClassesOfSomeRows(c, ignored) : c.Classes(c.Columns))
            : check.Entry.ToProbabilities ? Distributions(c)
            : new(c.TargetsOf(prediction, loss.Kinks));
        return Check((p, t) => loss.Forward(p, t), backward ?? loss.Backward, prediction, targets, c);
    }

    /// <summary>The first row counts, and of the others every third does not.</summary>
    private static int[] ClassesOfSomeRows(GradientCase c, int ignored) =>
        [.. c.Classes(c.Columns).Select((target, row) => row % 3 == 1 ? ignored : target)];

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
