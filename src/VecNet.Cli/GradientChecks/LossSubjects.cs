namespace VecNet.Cli.GradientChecks;

/// <summary>Every loss of the library, with each kind of targets.</summary>
internal static class LossSubjects
{
    private const double GradLoss = -1.75;

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
    [
        .. from loss in OperationCatalog<double>.Losses
           where loss.WithoutGradientCheck is null
           from ofClasses in new[] { true, false }
           where ofClasses ? loss.OfClasses : loss.OfValues
           select new GradientSubject("loss", $"{loss.Name}, {(ofClasses ? "classes" : "values")}", c => Of(loss, ofClasses, c)),
    ];

    private static GradientCheckResult Of(LossEntry<double> entry, bool ofClasses, GradientSample c)
    {
        ILoss<double> loss = entry.Make(c.Columns, Reduction.Mean);
        TensorBuffer<double> prediction = entry.OfProbabilities ? c.Positive(c.Rows, c.Columns, 1) : c.Input();
        return Check(loss, prediction, ofClasses ? new(c.Classes(c.Columns), null)
            : new(null, entry.ToProbabilities ? c.Positive(c.Rows, c.Columns, 2) : c.TargetsOf(prediction, loss.Kinks)));
    }

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

    /// <summary>Targets that a lambda may hold: classes, or values.</summary>
    private sealed record Held(int[]? Classes, TensorBuffer<double>? Values)
    {
        internal Targets<double> Targets => Classes is not null ? Classes : Values!.View;
    }
}
