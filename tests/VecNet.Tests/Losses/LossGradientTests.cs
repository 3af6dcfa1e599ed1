using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// The backward pass of every loss is the derivative of the value that its forward pass returns, times what arrives from above.
/// </summary>
[GradientProperties]
public sealed class LossGradientTests
{
    public static TheoryData<string> Losses => [.. LossChecks.All.Keys];

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_by_its_prediction(string name) => GradientPropertiesAttribute.ForAll(c =>
        GradientAssert.Proves(LossChecks.All[name].Check(c), LossChecks.All[name].IsConstant(c)));

    /// <summary>The overload without gradLoss is the one with 1, and value and gradient in one call are those of two.</summary>
    [Property]
    public void Overloads_agree(GradientCase c)
    {
        foreach (LossEntry<double> some in EveryLoss<double>.All.Values)
        {
            ILoss<double> loss = some.Make(c.Columns, c.Seed % 2 == 0 ? Reduction.Mean : Reduction.Sum);
            TensorBuffer<double> prediction = some.OfProbabilities ? c.Positive(c.Rows, c.Columns, 1) : c.Input();
            if (some.OfClasses)
            {
                AssertAgree(loss, prediction, new HeldTargets(c.Classes(c.Columns)));
            }

            if (some.OfValues)
            {
                AssertAgree(loss, prediction, LossCheck.Distributions(c));
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
