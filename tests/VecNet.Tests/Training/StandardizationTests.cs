using System.Numerics;

namespace VecNet.Tests;

/// <summary>Features brought to mean 0 and deviation 1, by the figures of other rows.</summary>
public abstract class StandardizationTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void Columns_get_mean_zero_and_deviation_one()
    {
        var features = new TensorBuffer<T>(400, 3);
        var random = new SplitMix64(1);
        for (int row = 0; row < features.Rows; row++)
        {
            features.View[row, 0] = T.CreateChecked((5 * random.NextNormal()) + 2);
            features.View[row, 1] = T.CreateChecked(1000 + random.NextDouble());
            features.View[row, 2] = T.CreateChecked(1e-3 * random.NextNormal());
        }

        Standardization<T>.Fit(features.View).Apply(features.View);
        double[] columns = [.. Enumerable.Range(0, 3).SelectMany(column => new[] { Mean(features, column, 1), Mean(features, column, 2) })];

        // Numbers near 1000 have 1000·u of rounding in themselves, which is that of an offset beside a deviation of 0.3.
        double allowed = typeof(T) == typeof(float) ? 1e-5 : 1e-11;
        for (int column = 0; column < 3; column++)
        {
            Assert.Equal(0, columns[2 * column], allowed);
            Assert.Equal(1, columns[(2 * column) + 1], 10 * allowed);
        }
    }

    [Fact]
    public void The_deviation_is_that_of_the_population()
    {
        Standardization<T> figures = Standardization<T>.Fit(new[] { T.Zero, T.CreateChecked(4) }.AsView(2, 1));
        Assert.Equal([2.0], figures.Means);
        Assert.Equal([2.0], figures.Deviations);
    }

    [Fact]
    public void A_constant_feature_is_only_shifted()
    {
        T seven = T.CreateChecked(7);
        var features = new[] { seven, seven, seven };
        Standardization<T> figures = Standardization<T>.Fit(features.AsView(3, 1));
        Assert.Equal([7.0], figures.Means);
        Assert.Equal([1.0], figures.Deviations);
        figures.Apply(features.AsView(3, 1));
        Assert.Equal([T.Zero, T.Zero, T.Zero], features);
    }

    [Fact]
    public void A_large_mean_does_not_hide_a_small_deviation()
    {
        // In double: 1e9 ± 1; in float, whose numbers near 1e6 are 1/16 apart: 1e6 ± 1.
        double mean = typeof(T) == typeof(float) ? 1e6 : 1e9;
        T[] features = [T.CreateChecked(mean - 1), T.CreateChecked(mean + 1), T.CreateChecked(mean - 1), T.CreateChecked(mean + 1)];
        Standardization<T> figures = Standardization<T>.Fit(features.AsView(4, 1));
        Assert.Equal(mean, figures.Means[0]);
        Assert.Equal(1, figures.Deviations[0], 1e-9);
    }

    [Fact]
    public void Impossible_figures_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Standardization<T>.Fit(new T[0, 2]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([double.NaN], [1]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([0], [0]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([0], [-1]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([0], [double.PositiveInfinity]));
        T[] features = [T.One, T.One];
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new Standardization<T>([1], [1]).Apply(features));
        Assert.Contains("2 features", exception.Message, StringComparison.Ordinal);
        Assert.Equal([T.One, T.One], features);
    }

    private static double Mean(TensorBuffer<T> features, int column, int power)
    {
        double sum = 0;
        for (int row = 0; row < features.Rows; row++)
        {
            sum += Math.Pow(double.CreateChecked(features.View[row, column]), power);
        }

        return sum / features.Rows;
    }
}

public sealed class StandardizationFloatTests : StandardizationTests<float>;

public sealed class StandardizationDoubleTests : StandardizationTests<double>;
