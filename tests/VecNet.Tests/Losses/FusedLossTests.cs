using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The fused loss and the two steps: the same mathematics, and where only one of them survives.</summary>
[Properties(Arbitrary = [typeof(GradientArbitraries)])]
public sealed class FusedLossTests
{
    /// <summary>
    /// Logits of |x| ≤ 3 give probabilities above e⁻⁶/33: 1/p amplifies the roundings of softmax (some 40u) no further than the bound
    /// of 1e-12, which is relative to the largest term.
    /// </summary>
    [Property]
    public void Two_ways_agree_on_ordinary_logits(GradientCase c)
    {
        foreach (HeldTargets targets in new[] { new HeldTargets(c.Classes(c.Columns)), LossCheck.Distributions(c) })
        {
            TensorBuffer<double> logits = c.Input();
            (double value, TensorBuffer<double> gradient) = Fused(logits, targets);
            (double twoStepValue, TensorBuffer<double> twoStepGradient) = TwoSteps(logits, targets);
            Assert.True(c.Rows == 0
                ? double.IsNaN(value) && double.IsNaN(twoStepValue)
                : Math.Abs(value - twoStepValue) <= 1e-12 * Math.Max(1, Math.Abs(value)));
            for (int i = 0; i < gradient.Length; i++)
            {
                Assert.Equal(gradient.Span[i], twoStepGradient.Span[i], 1e-12 * c.Columns);
            }
        }
    }

    /// <summary>At ±10⁴ the wrong class's probability underflows to 0: its logarithm is −∞, and 0 · ∞ in the gradient is NaN.</summary>
    [Fact]
    public void Only_the_fused_way_survives_extreme_logits()
    {
        TensorBuffer<double> logits = TensorBuffer.Copy<double>(new double[,] { { 1e4, 0, -1e4 }, { -1e4, 1e4, 0 } });
        var wrong = new HeldTargets([2, 0]);
        (double value, TensorBuffer<double> gradient) = Fused(logits, wrong);
        Assert.Equal(2e4, value);
        Assert.Equal([0.5, 0, -0.5, -0.5, 0.5, 0], gradient.Span.ToArray());

        (double twoStepValue, TensorBuffer<double> twoStepGradient) = TwoSteps(logits, wrong);
        Assert.Equal(double.PositiveInfinity, twoStepValue);
        Assert.Contains(twoStepGradient.Span.ToArray(), double.IsNaN);
    }

    [Fact]
    public void Both_ways_are_right_where_the_extreme_logit_is_the_class()
    {
        TensorBuffer<double> logits = TensorBuffer.Copy<double>(new double[,] { { 1e4, 0, -1e4 } });
        var right = new HeldTargets([0]);
        Assert.Equal(0, Fused(logits, right).Value);
        Assert.Equal(0, TwoSteps(logits, right).Value);
        Assert.Equal([0, 0, 0], TwoSteps(logits, right).Gradient.Span.ToArray());
    }

    /// <summary>In float the two ways part much earlier.</summary>
    [Fact]
    public void In_float_logits_of_200_are_extreme_enough()
    {
        float[] logits = [200, 0];
        int[] wrong = [1];
        float[] probabilities = new float[2];
        Softmax.Forward<float>(logits, probabilities);
        Assert.Equal(float.PositiveInfinity, new CategoricalCrossEntropy<float>().Forward(probabilities.AsView(), wrong));
        Assert.Equal(200, new SoftmaxCrossEntropy<float>().Forward(logits.AsView(), wrong));
    }

    /// <summary>The logits' gradient of a row sums to 0 for any targets: a shift of the row changes nothing.</summary>
    [Property]
    public void The_gradient_of_a_row_sums_to_zero(GradientCase c)
    {
        TensorBuffer<double> gradient = Fused(c.Input(), LossCheck.Distributions(c)).Gradient;
        for (int row = 0; row < c.Rows; row++)
        {
            double sum = 0;
            foreach (double g in gradient.View.Row(row))
            {
                sum += g;
            }

            Assert.Equal(0, sum, 1e-14 * c.Columns * c.Columns);
        }
    }

    /// <summary>More classes than the scratch of the value-only pass holds: its sum is taken in pieces.</summary>
    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void Many_classes(int classes)
    {
        var c = new GradientCase(3, classes, 1, 5);
        var targets = new HeldTargets(c.Classes(classes));
        TensorBuffer<double> logits = c.Input();
        double value = new SoftmaxCrossEntropy<double>().Forward(logits.View, targets.Targets);
        Assert.Equal(Fused(logits, targets).Value, value, 1e-13 * value);
        Assert.Equal(TwoSteps(logits, targets).Value, value, 1e-12 * value);
    }

    private static (double Value, TensorBuffer<double> Gradient) Fused(TensorBuffer<double> logits, HeldTargets targets)
    {
        var gradient = new TensorBuffer<double>(logits.Rows, logits.Columns);
        return (new SoftmaxCrossEntropy<double>().ForwardBackward(logits.View, targets.Targets, gradient.View), gradient);
    }

    private static (double Value, TensorBuffer<double> Gradient) TwoSteps(TensorBuffer<double> logits, HeldTargets targets)
    {
        var probabilities = new TensorBuffer<double>(logits.Rows, logits.Columns);
        Softmax.Forward(logits.View, probabilities.View);
        var gradient = new TensorBuffer<double>(logits.Rows, logits.Columns);
        double value = new CategoricalCrossEntropy<double>().ForwardBackward(probabilities.View, targets.Targets, gradient.View);
        Softmax.Backward(probabilities.View, gradient.View, gradient.View);
        return (value, gradient);
    }
}
