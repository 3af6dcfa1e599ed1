using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The classifier of vectors: its gradient, its minimum, and what does not change it.</summary>
public sealed class LogisticRegressionTests
{
    private const int Rows = 12;
    private const int Features = 5;
    private const int Classes = 3;

    private readonly TensorBuffer<double> features = new(Rows, Features);
    private readonly int[] classes = new int[Rows];
    private readonly double[] weights = new double[Rows];

    public LogisticRegressionTests()
    {
        var random = new SplitMix64(3);
        foreach (ref double one in features.Span)
        {
            one = (2 * random.NextDouble()) - 1;
        }

        for (int row = 0; row < Rows; row++)
        {
            classes[row] = random.NextInt(Classes);
            weights[row] = row == 4 ? 0 : 0.5 + random.NextDouble();
        }
    }

    [Fact]
    public void The_gradient_is_that_of_the_value()
    {
        LogisticRegression model = Create();
        var random = new SplitMix64(5);
        double[] x = [.. Enumerable.Range(0, (Features + 1) * Classes).Select(_ => (2 * random.NextDouble()) - 1)];
        double[] gradient = new double[x.Length], unused = new double[x.Length];
        double value = model.Evaluate(x, gradient, weights, c: 2);
        Assert.Equal(Value(x, c: 2), value, 1e-12);
        for (int i = 0; i < x.Length; i++)
        {
            const double Step = 1e-5;
            double[] above = [.. x], below = [.. x];
            above[i] += Step;
            below[i] -= Step;
            double slope = (model.Evaluate(above, unused, weights, 2) - model.Evaluate(below, unused, weights, 2)) / (2 * Step);
            Assert.Equal(slope, gradient[i], 1e-8);
        }
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(16)]
    [InlineData(1024)]
    public void The_weights_are_those_of_the_minimum(double c)
    {
        LogisticRegression model = Create();
        model.Fit(weights, c, TestContext.Current.CancellationToken);
        double[] found = [.. model.Weights.ToArray(), .. model.Bias];
        double[] gradient = new double[found.Length];
        double lowest = model.Evaluate(found, gradient, weights, c);
        Assert.All(gradient, slope => Assert.InRange(Math.Abs(slope), 0, 1e-6 * weights.Sum()));
        var random = new SplitMix64(7);
        for (int trial = 0; trial < 100; trial++)
        {
            double size = Math.Pow(10, -trial % 4);
            double[] near = [.. found.Select(one => one + (size * ((2 * random.NextDouble()) - 1)))];
            Assert.True(Value(near, c) > lowest - 1e-9);
        }
    }

    /// <summary>Fits that begin with the result of another one end at the same place.</summary>
    [Fact]
    public void The_start_does_not_matter()
    {
        LogisticRegression once = Create(), twice = Create();
        once.Fit(weights, 16, TestContext.Current.CancellationToken);
        twice.Fit(weights, 0.25, TestContext.Current.CancellationToken);
        twice.Fit(weights, 16, TestContext.Current.CancellationToken);
        Assert.All(
            once.Weights.ToArray().Zip(twice.Weights.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void A_row_of_weight_0_does_not_count()
    {
        LogisticRegression model = Create();
        model.Fit(weights, 4, TestContext.Current.CancellationToken);
        double[] before = model.Weights.ToArray();
        features.View.Row(4).Fill(100);
        LogisticRegression other = Create();
        other.Fit(weights, 4, TestContext.Current.CancellationToken);
        Assert.Equal(before, other.Weights.ToArray());
    }

    private LogisticRegression Create() => new(features, classes, Classes, threads: 1);

    /// <summary>The function as its formula says.</summary>
    private double Value(double[] x, double c)
    {
        double value = 0;
        for (int row = 0; row < Rows; row++)
        {
            double[] z = [.. Enumerable.Range(0, Classes).Select(j =>
                x[(Features * Classes) + j] + Enumerable.Range(0, Features).Sum(p => features.View[row, p] * x[(p * Classes) + j]))];
            value += weights[row] * (Math.Log(z.Sum(Math.Exp)) - z[classes[row]]);
        }

        return value + (x.Take(Features * Classes).Sum(one => one * one) / (2 * c));
    }
}
