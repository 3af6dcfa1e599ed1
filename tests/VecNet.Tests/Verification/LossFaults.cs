namespace VecNet.Tests;

/// <summary>Faults of the losses' backward passes.</summary>
internal static class LossFaults
{
    private const string Property = nameof(LossGradientTests.A_loss_by_its_prediction);

    public static IEnumerable<PlantedFault> All =>
    [
        .. LossChecks.All.Values.SelectMany(Of),
        Special(
            "BinaryCrossEntropyWithLogits, weights of values",
            "weights forgotten",
            (p, t, gradLoss, r) => new BinaryCrossEntropyWithLogits<double>().Backward(p, t, gradLoss, r)),
        Special("Huber of values", "another delta", (p, t, gradLoss, r) => new Huber<double>().Backward(p, t, gradLoss, r)),
        Special(
            "SoftmaxCrossEntropy, all choices of classes",
            "smoothing forgotten",
            (p, t, gradLoss, r) => new SoftmaxCrossEntropy<double>(ignoredClass: -100).Backward(p, t, gradLoss, r)),
        Special("SoftmaxCrossEntropy of values", "softmax minus target, though the targets do not sum to 1", SoftmaxMinusTarget),
        Special(
            "CategoricalCrossEntropy of classes", "probability minus target, which is the fused loss's gradient", ProbabilityMinusTarget),
    ];

    private static IEnumerable<PlantedFault> Of(LossCheck check)
    {
        foreach ((string fault, Spoiling.Spoil spoil) in Spoiling.All)
        {
            yield return Planted(check, fault, spoil);
        }

        yield return Planted(check, "missing 1/n", r => Elementwise.Scale(r, !check.Entry.IsOverRows ? r.Length : r.Rows, r));
        yield return !check.Entry.IsOverRows
            ? Planted(check, "divided by the rows instead of the elements", r => Elementwise.Scale(r, r.Columns, r))
            : Planted(check, "divided by the elements instead of the rows", r => Elementwise.Scale(r, 1.0 / r.Columns, r));
        yield return Special(
            check.Name, "gradLoss ignored", (p, t, _, r) => check.Entry.Make(p.Columns, Reduction.Mean).Backward(p, t, 1, r));
    }

    private static PlantedFault Planted(LossCheck check, string fault, Spoiling.Spoil spoil) =>
        Special(check.Name, fault, (p, t, gradLoss, r) =>
        {
            check.Entry.Make(p.Columns, Reduction.Mean).Backward(p, t, gradLoss, r);
            spoil(r);
        });

    private static PlantedFault Special(string check, string fault, LossBackward faulty) =>
        new(check, fault, Property, (c, planted) => LossChecks.All[check].Check(c, planted ? faulty : null));

    private static void SoftmaxMinusTarget(ReadOnlyTensorView<double> p, Targets<double> t, double gradLoss, TensorView<double> r)
    {
        Softmax.Forward(p, r);
        Elementwise.Subtract(r, t.Values, r);
        Elementwise.Scale(r, gradLoss / p.Rows, r);
    }

    private static void ProbabilityMinusTarget(ReadOnlyTensorView<double> p, Targets<double> t, double gradLoss, TensorView<double> r)
    {
        p.CopyTo(r);
        for (int row = 0; row < p.Rows; row++)
        {
            r[row, t.Classes[row]] -= 1;
        }

        Elementwise.Scale(r, gradLoss / p.Rows, r);
    }
}
