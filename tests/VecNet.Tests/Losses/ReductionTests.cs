namespace VecNet.Tests;

/// <summary>Every loss as a sum is its mean times what the mean divides by: value and gradient.</summary>
public sealed class ReductionTests
{
    private static readonly double[,] Prediction = { { 0.2, 0.5, 0.3 }, { 0.7, 0.1, 0.2 } };
    private static readonly double[,] Targets = { { 0.1, 0.55, 0.35 }, { 0.25, 0.25, 0.5 } };

    private static IReadOnlyDictionary<string, LossEntry<double>> Losses => EveryLoss<double>.All;

    public static TheoryData<string> Names => [.. Losses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sum_is_the_mean_times_its_count(string name)
    {
        (ILoss<double> mean, ILoss<double> sum) = (Losses[name].Make(3, Reduction.Mean), Losses[name].Make(3, Reduction.Sum));
        double count = mean.GetWeight(Targets);
        Assert.Equal(Losses[name].IsOverRows ? 2 : 6, count);
        Assert.Equal(count, sum.GetWeight(Targets));
        var ofMean = new TensorBuffer<double>(2, 3);
        var ofSum = new TensorBuffer<double>(2, 3);
        double value = mean.ForwardBackward(Prediction, Targets, ofMean.View);
        Assert.Equal(count * value, sum.ForwardBackward(Prediction, Targets, ofSum.View), 1e-14);
        Assert.Equal(count * value, sum.ForwardBackward(Prediction, Targets, default), 1e-14);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(count * ofMean.Span[i], ofSum.Span[i], 1e-14);
        }

        Assert.True(ofSum.Span.ContainsAnyExcept(0.0) || name.EndsWith("no weight", StringComparison.Ordinal));
    }

    /// <summary>½ Σ (t − ŷ)² and −Σ t·log ŷ, added by hand.</summary>
    [Fact]
    public void The_sums_are_those_of_the_formulas()
    {
        (double squares, double logarithms) = (0, 0);
        for (int i = 0; i < 6; i++)
        {
            (double p, double t) = (Prediction[i / 3, i % 3], Targets[i / 3, i % 3]);
            squares += 0.5 * (t - p) * (t - p);
            logarithms -= t * Math.Log(p);
        }

        Assert.Equal(squares, new MeanSquaredError<double>(Reduction.Sum).Forward(Prediction, Targets), 1e-15);
        Assert.Equal(logarithms, new CategoricalCrossEntropy<double>(Reduction.Sum).Forward(Prediction, Targets), 1e-14);
        var gradient = new TensorBuffer<double>(2, 3);
        new MeanSquaredError<double>(Reduction.Sum).Backward(Prediction, Targets, 3, gradient.View);
        Assert.Equal(3 * (0.2 - 0.1), gradient.Span[0], 1e-15);
        new CategoricalCrossEntropy<double>(Reduction.Sum).Backward(Prediction, Targets, 3, gradient.View);
        Assert.Equal(-3 * 0.1 / 0.2, gradient.Span[0], 1e-15);
    }

    [Fact]
    public void Of_nothing_a_mean_is_NaN_and_a_sum_is_0()
    {
        var none = new TensorBuffer<double>(0, 3);
        foreach (LossEntry<double> loss in Losses.Values)
        {
            Assert.Equal(double.NaN, loss.Make(3, Reduction.Mean).Forward(none.View, none.View));
            Assert.Equal(0, loss.Make(3, Reduction.Sum).Forward(none.View, none.View));
            if (loss.OfClasses)
            {
                Assert.Equal(double.NaN, loss.Make(3, Reduction.Mean).Forward(none.View, Array.Empty<int>()));
                Assert.Equal(0, loss.Make(3, Reduction.Sum).Forward(none.View, Array.Empty<int>()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_unknown_reduction_is_refused(string name) =>
        Assert.Throws<ArgumentOutOfRangeException>("reduction", () => Losses[name].Make(3, (Reduction)7));

    /// <summary>
    /// What is 0 contributes 0 whatever is predicted, but for a NaN; what is negative has
    /// no logarithm; and a vector's end does as its middle.
    /// </summary>
    [Theory]
    [InlineData(0.0, 5.0, 0.0)]
    [InlineData(-0.0, double.NegativeInfinity, 0.0)]
    [InlineData(0.0, double.PositiveInfinity, 0.0)]
    [InlineData(0.0, double.NaN, double.NaN)]
    [InlineData(-0.5, 1.0, double.NaN)]
    [InlineData(double.NaN, 1.0, double.NaN)]
    [InlineData(1.0, double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, 1.0, double.PositiveInfinity)]
    [InlineData(5e-324, 0.0, 5e-324 * -744.4400719213812)]
    public void The_divergence_of_special_values(double target, double logarithm, double expected)
    {
        foreach (int length in (int[])[1, 3, 8, 16, 19, 37])
        {
            double[] x = new double[length], t = new double[length], gradient = new double[length];
            (x[^1], t[^1]) = (logarithm, target);
            Assert.Equal(
                expected,
                new KullbackLeibler<double>().ForwardBackward(new ReadOnlyTensorView<double>(x, 1, length), t, gradient.AsView(1, length)));
            Assert.Equal(-target, gradient[^1]);
            Assert.All(gradient[..^1], other => Assert.Equal(0, other));
        }
    }

    /// <summary>Where the probability of a logarithm underflows, it is 0.</summary>
    [Fact]
    public void The_divergence_of_logarithms_takes_nothing_for_nothing()
    {
        double[,] x = { { -1, -2, double.NegativeInfinity } };
        double[,] t = { { Math.Log(0.25), Math.Log(0.75), double.NegativeInfinity } };
        double expected = (0.25 * (Math.Log(0.25) + 1)) + (0.75 * (Math.Log(0.75) + 2));
        Assert.Equal(expected, new KullbackLeibler<double>(logTargets: true).Forward(x, t), 1e-15);
        x[0, 2] = double.NaN;
        Assert.Equal(double.NaN, new KullbackLeibler<double>(logTargets: true).Forward(x, t));
    }
}
