namespace VecNet.Cli;

/// <summary>Computes ∂L/∂prediction, to be overwritten, from ∂L/∂loss.</summary>
internal delegate void LossBackward(
    ReadOnlyTensorView<double> prediction, Targets<double> targets, double gradLoss, TensorView<double> gradPrediction);

/// <summary>The gradient check of a loss of the catalog with one kind of targets.</summary>
internal sealed class LossCheck(LossEntry<double> entry, bool isOfClasses)
{
    internal LossEntry<double> Entry { get; } = entry;

    internal bool IsOfClasses { get; } = isOfClasses;

    /// <summary>Each loss whose gradient is checked, with each kind of targets.</summary>
    internal static IReadOnlyList<LossCheck> All { get; } =
    [
        .. from entry in OperationCatalog<double>.Losses
           where entry.WithoutGradientCheck is null
           from ofClasses in new[] { true, false }
           where ofClasses ? entry.OfClasses : entry.OfValues
           select new LossCheck(entry, ofClasses),
    ];

    /// <summary>What the targets are.</summary>
    internal string Kind => IsOfClasses ? "classes" : "values";

    internal string Name => $"{Entry.Name} of {Kind}";

    /// <summary>Checks the gradient, with the loss's own backward pass or another.</summary>
    internal GradientCheckResult Check(IGradientSample some, LossBackward? backward = null)
    {
        IGradientSample c = WithOutputsEnough(some);
        ILoss<double> loss = Entry.Make(c.Columns, Reduction.Mean);
        TensorBuffer<double> prediction = Entry.OfProbabilities ? c.Positive(c.Rows, c.Columns, 1) : c.Input();
        HeldTargets targets = IsOfClasses ? new(loss.IgnoredClass is { } ignored ? ClassesOfSomeRows(c, ignored) : c.Classes(c.Columns))
            : Entry.ToProbabilities ? Distributions(c)
            : new(c.TargetsOf(prediction, loss.Kinks));

        // The upstream gradient varies, and is not always 1.
        double gradLoss = c.Seed % 3 == 0 ? 1 : -1.75 + (c.Seed % 5);
        return GradientCheck.Scalar(
            (p, gradient) =>
            {
                if (!gradient.IsEmpty)
                {
                    (backward ?? loss.Backward)(p, targets.Targets, gradLoss, gradient);
                }

                return gradLoss * loss.Forward(p, targets.Targets);
            },
            prediction.View);
    }

    /// <summary>Whether the loss does not depend on the prediction of the sample.</summary>
    internal bool IsConstant(IGradientSample sample) =>
        sample.Rows == 0 || (Entry.IsConstantOfOneOutput && WithOutputsEnough(sample).Columns == 1);

    /// <summary>Rows of numbers that do not sum to 1; some of them are 0.</summary>
    internal static HeldTargets Distributions(IGradientSample c)
    {
        TensorBuffer<double> targets = c.Positive(c.Rows, c.Columns, 2);
        for (int i = 3; i < targets.Length; i += 7)
        {
            targets.Span[i] = 0;
        }

        return new(targets);
    }

    /// <summary>Classes of which every third is the ignored one, but not the first.</summary>
    private static int[] ClassesOfSomeRows(IGradientSample c, int ignored) =>
        [.. c.Classes(c.Columns).Select((target, row) => row % 3 == 1 ? ignored : target)];

    /// <summary>A loss with choices has two outputs at least: with one its gradient is 0 but for rounding.</summary>
    private IGradientSample WithOutputsEnough(IGradientSample c) =>
        Entry.IsConstantOfOneOutput && Entry.Name != Entry.Class ? c.OfShape(c.Rows, Math.Max(2, c.Columns)) : c;
}

/// <summary>Targets that a lambda may hold: classes, or values.</summary>
internal sealed class HeldTargets
{
    private readonly int[]? classes;
    private readonly TensorBuffer<double>? values;

    internal HeldTargets(int[] classes) => this.classes = classes;

    internal HeldTargets(TensorBuffer<double> values) => this.values = values;

    internal Targets<double> Targets => classes is not null ? classes : values!.View;
}
