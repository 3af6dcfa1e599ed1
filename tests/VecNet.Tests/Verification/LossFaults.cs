namespace VecNet.Tests;

/// <summary>Faults of the losses' backward passes.</summary>
internal static class LossFaults
{
    private const string Fused = "SoftmaxCrossEntropy of distributions";
    private const string Categorical = "CategoricalCrossEntropy of classes";

    private sealed record Loss(
        string Name, string Property, LossBackward Right, Func<GradientCase, LossBackward?, GradientCheckResult> Check, bool OverElements = false);

    public static IEnumerable<PlantedFault> All =>
    [
        .. Of(new("MeanSquaredError", nameof(LossGradientTests.Mean_squared_error), LossChecks.SquaredBackward, LossChecks.OfMeanSquaredError, OverElements: true)),
        .. Of(new(Categorical, nameof(LossGradientTests.Categorical_cross_entropy_of_classes), LossChecks.CategoricalBackward, LossChecks.OfCategoricalClasses)),
        .. Of(new("CategoricalCrossEntropy of distributions", nameof(LossGradientTests.Categorical_cross_entropy_of_distributions), LossChecks.CategoricalBackward, LossChecks.OfCategoricalDistributions)),
        .. Of(new("SoftmaxCrossEntropy of classes", nameof(LossGradientTests.Softmax_cross_entropy_of_classes), LossChecks.FusedBackward, LossChecks.OfFusedClasses)),
        .. Of(new(Fused, nameof(LossGradientTests.Softmax_cross_entropy_of_distributions_that_do_not_sum_to_1), LossChecks.FusedBackward, LossChecks.OfFusedDistributions)),
        .. Of(new("MeanAbsoluteError", nameof(LossGradientTests.Mean_absolute_error), LossChecks.AbsoluteBackward, LossChecks.OfMeanAbsoluteError, OverElements: true)),
        .. Of(new("Huber", nameof(LossGradientTests.Huber_of_values), LossChecks.HuberBackward, LossChecks.OfHuber, OverElements: true)),
        .. Of(new("BinaryCrossEntropyWithLogits", nameof(LossGradientTests.Binary_cross_entropy_with_logits), LossChecks.BinaryBackward, LossChecks.OfBinary, OverElements: true)),
        .. Of(new("KullbackLeibler", nameof(LossGradientTests.Kullback_Leibler), LossChecks.KullbackLeiblerBackward, LossChecks.OfKullbackLeibler)),
        .. Of(new("SoftmaxCrossEntropy with choices of classes", nameof(LossGradientTests.Softmax_cross_entropy_of_classes_with_weights_smoothing_and_ignored_rows), LossChecks.ChosenBackward, LossChecks.OfChosenClasses)),
        .. Of(new("SoftmaxCrossEntropy with choices of distributions", nameof(LossGradientTests.Softmax_cross_entropy_of_distributions_with_weights_and_smoothing), LossChecks.ChosenBackward, LossChecks.OfChosenDistributions)),
        new("BinaryCrossEntropyWithLogits", "weights forgotten", nameof(LossGradientTests.Binary_cross_entropy_with_logits),
            (c, planted) => LossChecks.OfBinary(c, planted ? (p, t, gradLoss, r) => new BinaryCrossEntropyWithLogits<double>().Backward(p, t, gradLoss, r) : null)),
        new("Huber", "another delta", nameof(LossGradientTests.Huber_of_values),
            (c, planted) => LossChecks.OfHuber(c, planted ? (p, t, gradLoss, r) => new Huber<double>().Backward(p, t, gradLoss, r) : null)),
        new("SoftmaxCrossEntropy with choices of classes", "smoothing forgotten", nameof(LossGradientTests.Softmax_cross_entropy_of_classes_with_weights_smoothing_and_ignored_rows),
            (c, planted) => LossChecks.OfChosenClasses(c, planted ? (p, t, gradLoss, r) => new SoftmaxCrossEntropy<double>(ignoredClass: -100).Backward(p, t, gradLoss, r) : null)),
        new(Fused, "softmax minus target, though the targets do not sum to 1",
            nameof(LossGradientTests.Softmax_cross_entropy_of_distributions_that_do_not_sum_to_1),
            (c, planted) => LossChecks.OfFusedDistributions(c, planted ? SoftmaxMinusTarget : null)),
        new(Categorical, "probability minus target, which is the fused loss's gradient",
            nameof(LossGradientTests.Categorical_cross_entropy_of_classes),
            (c, planted) => LossChecks.OfCategoricalClasses(c, planted ? ProbabilityMinusTarget : null)),
    ];

    private static IEnumerable<PlantedFault> Of(Loss loss)
    {
        foreach ((string fault, Spoiling.Spoil spoil) in Spoiling.All)
        {
            yield return Planted(loss, fault, spoil);
        }

        yield return Planted(loss, "missing 1/n", r => Elementwise.Scale(r, loss.OverElements ? r.Length : r.Rows, r));
        yield return loss.OverElements
            ? Planted(loss, "divided by the rows instead of the elements", r => Elementwise.Scale(r, r.Columns, r))
            : Planted(loss, "divided by the elements instead of the rows", r => Elementwise.Scale(r, 1.0 / r.Columns, r));
        yield return new(loss.Name, "gradLoss ignored", loss.Property, (c, planted) => loss.Check(c, planted ? (p, t, _, r) => loss.Right(p, t, 1, r) : null));
    }

    private static PlantedFault Planted(Loss loss, string fault, Spoiling.Spoil spoil)
    {
        void Faulty(ReadOnlyTensorView<double> p, Targets<double> t, double gradLoss, TensorView<double> r)
        {
            loss.Right(p, t, gradLoss, r);
            spoil(r);
        }

        return new(loss.Name, fault, loss.Property, (c, planted) => loss.Check(c, planted ? Faulty : null));
    }

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
