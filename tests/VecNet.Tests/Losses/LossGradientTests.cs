using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The backward pass of every loss is the derivative of the value that its forward pass returns, times what arrives from above.</summary>
[GradientProperties]
public sealed class LossGradientTests
{
    [Property]
    public void Mean_squared_error(GradientCase c) => GradientAssert.Proves(LossChecks.OfMeanSquaredError(c), c.Rows == 0);

    [Property]
    public void Categorical_cross_entropy_of_classes(GradientCase c) => GradientAssert.Proves(LossChecks.OfCategoricalClasses(c), c.Rows == 0);

    [Property]
    public void Categorical_cross_entropy_of_distributions(GradientCase c) =>
        GradientAssert.Proves(LossChecks.OfCategoricalDistributions(c), c.Rows == 0);

    [Property]
    public void Softmax_cross_entropy_of_classes(GradientCase c) =>
        GradientAssert.Proves(LossChecks.OfFusedClasses(c), trueGradientIsZero: c.Rows == 0 || c.Columns == 1);

    [Property]
    public void Softmax_cross_entropy_of_distributions_that_do_not_sum_to_1(GradientCase c) =>
        GradientAssert.Proves(LossChecks.OfFusedDistributions(c), trueGradientIsZero: c.Rows == 0 || c.Columns == 1);

    [Property]
    public void Mean_absolute_error(GradientCase c) => GradientAssert.Proves(LossChecks.OfMeanAbsoluteError(c), c.Rows == 0);

    [Property]
    public void Huber_of_values(GradientCase c) => GradientAssert.Proves(LossChecks.OfHuber(c), c.Rows == 0);

    [Property]
    public void Binary_cross_entropy_with_logits(GradientCase c) => GradientAssert.Proves(LossChecks.OfBinary(c), c.Rows == 0);

    [Property]
    public void Kullback_Leibler(GradientCase c) => GradientAssert.Proves(LossChecks.OfKullbackLeibler(c), c.Rows == 0);

    /// <summary>Of two classes at least: with one the gradient is 0 but for rounding.</summary>
    [Property]
    public void Softmax_cross_entropy_of_classes_with_weights_smoothing_and_ignored_rows(GradientCase c) =>
        GradientAssert.Proves(LossChecks.OfChosenClasses(c with { Columns = Math.Max(2, c.Columns) }), c.Rows == 0);

    [Property]
    public void Softmax_cross_entropy_of_distributions_with_weights_and_smoothing(GradientCase c) =>
        GradientAssert.Proves(LossChecks.OfChosenDistributions(c with { Columns = Math.Max(2, c.Columns) }), c.Rows == 0);

    /// <summary>The overload without gradLoss is the one with 1, and value and gradient in one call are those of two.</summary>
    [Property]
    public void Overloads_agree(GradientCase c)
    {
        foreach (LossCase<double> some in EveryLoss<double>.All.Values)
        {
            ILoss<double> loss = some.Make(c.Columns, c.Seed % 2 == 0 ? Reduction.Mean : Reduction.Sum);
            TensorBuffer<double> prediction = some.OfProbabilities ? c.Positive(c.Rows, c.Columns, 1) : c.Input();
            if (some.OfClasses)
            {
                AssertAgree(loss, prediction, new HeldTargets(c.Classes(c.Columns)));
            }

            if (some.OfValues)
            {
                AssertAgree(loss, prediction, LossChecks.Distributions(c));
            }
        }
    }

    private static void AssertAgree(ILoss<double> loss, TensorBuffer<double> prediction, HeldTargets targets)
    {
        var (plain, one, together) = (Like(prediction), Like(prediction), Like(prediction));
        loss.Backward(prediction.View, targets.Targets, plain.View);
        loss.Backward(prediction.View, targets.Targets, 1, one.View);
        double value = loss.ForwardBackward(prediction.View, targets.Targets, together.View);
        Bits.AssertSame<double>(plain.View, one.View, "gradLoss 1");
        Bits.AssertSame<double>(plain.View, together.View, "ForwardBackward");
        Assert.Equal(loss.Forward(prediction.View, targets.Targets), value);
        Assert.Equal(loss.Forward(prediction.View, targets.Targets), loss.ForwardBackward(prediction.View, targets.Targets, default));
    }

    /// <summary>Room for a gradient, filled with what must not survive.</summary>
    private static TensorBuffer<double> Like(TensorBuffer<double> x)
    {
        var gradient = new TensorBuffer<double>(x.Rows, x.Columns);
        gradient.View.Fill(double.NaN);
        return gradient;
    }
}
