namespace VecNet.Cli.GradientChecks;

/// <summary>All losses of the library, with each kind of targets.</summary>
internal static class LossSubjects
{
    private const double GradLoss = -1.75;

    /// <summary>The subjects.</summary>
    internal static IReadOnlyList<GradientCheckSubject> All { get; } =
    [
        .. from loss in OperationCatalog<double>.Losses
           where loss.WithoutGradientCheck is null
           from ofClasses in new[] { true, false }
           where ofClasses ? loss.OfClasses : loss.OfValues
           select new GradientCheckSubject("loss", $"{loss.Name}, {(ofClasses ? "classes" : "values")}", c => Of(loss, ofClasses, c)),
    ];

    private static GradientCheckResult Of(LossEntry<double> entry, bool ofClasses, GradientCheckSample c)
    {
        ILoss<double> loss = entry.Make(c.Columns, Reduction.Mean);
        TensorBuffer<double> prediction = entry.OfProbabilities ? c.Positive(c.Rows, c.Columns, 1) : c.Input();
        return Check(loss, prediction, ofClasses ? new(c.Classes(c.Columns), null)
            : new(null, entry.ToProbabilities ? c.Positive(c.Rows, c.Columns, 2) : c.TargetsOf(prediction, loss.Kinks)));
    }

    private static GradientCheckResult Check(ILoss<double> loss, TensorBuffer<double> prediction, TargetData targets) =>
        GradientCheck.Scalar(
            (p, gradPrediction) =>
            {
                if (!gradPrediction.IsEmpty)
                {
                    loss.Backward(p, targets.Targets, GradLoss, gradPrediction);
                }

                return GradLoss * loss.Forward(p, targets.Targets);
            },
            prediction.View);

    /// <summary>Targets that a lambda can capture, which <see cref="Targets{T}"/> does not allow: classes, or values.</summary>
    private sealed record TargetData(int[]? Classes, TensorBuffer<double>? Values)
    {
        internal Targets<double> Targets => Classes is not null ? Classes : Values!.View;
    }
}
