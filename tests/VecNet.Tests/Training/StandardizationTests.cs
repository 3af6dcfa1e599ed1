using System.Numerics;
using System.Runtime.InteropServices;
using FsCheck.Xunit;

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

        TensorBuffer<T> standardized = Standardization.Fit<T>(features.View).Apply(features.View);
        double[] columns =
            [.. Enumerable.Range(0, 3).SelectMany(column => new[] { Mean(standardized, column, 1), Mean(standardized, column, 2) })];

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
        Standardization<T> figures = Standardization.Fit<T>(new[] { T.Zero, T.CreateChecked(4) }.AsView(2, 1));
        Assert.Equal([2.0], figures.Means);
        Assert.Equal([2.0], figures.Deviations);
    }

    [Fact]
    public void A_constant_feature_is_only_shifted()
    {
        T seven = T.CreateChecked(7);
        var features = new[] { seven, seven, seven };
        Standardization<T> figures = Standardization.Fit<T>(features.AsView(3, 1));
        Assert.Equal([7.0], figures.Means);
        Assert.Equal([1.0], figures.Deviations);
        figures.Apply(features.AsView(3, 1), features.AsView(3, 1));
        Assert.Equal([T.Zero, T.Zero, T.Zero], features);
    }

    /// <summary>0.1 added up a thousand times is not 100: what rounding leaves of it would become the deviation.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(-1e300)]
    [InlineData(1.7e308)]
    [InlineData(5e-324)]
    [InlineData(0)]
    public void A_constant_column_of_any_size_becomes_zeros(double value)
    {
        double[] column = [.. Enumerable.Repeat(value, 1000)];
        var figures = Standardization.Fit<T>(column.AsView(1000, 1));
        Assert.Equal((value, 1.0), (figures.Means[0], figures.Deviations[0]));
        Assert.All(figures.Apply(column.AsView(1000, 1)).Span.ToArray(), x => Assert.Equal(T.Zero, x));
    }

    [Fact]
    public void A_large_mean_does_not_hide_a_small_deviation()
    {
        // In double: 1e9 ± 1; in float, whose numbers near 1e6 are 1/16 apart: 1e6 ± 1.
        double mean = typeof(T) == typeof(float) ? 1e6 : 1e9;
        T[] features = [T.CreateChecked(mean - 1), T.CreateChecked(mean + 1), T.CreateChecked(mean - 1), T.CreateChecked(mean + 1)];
        Standardization<T> figures = Standardization.Fit<T>(features.AsView(4, 1));
        Assert.Equal(mean, figures.Means[0]);
        Assert.Equal(1, figures.Deviations[0], 1e-9);
    }

    /// <summary>
    /// Two values, half of the rows each, become −1 and 1, whatever they are: seconds, milliseconds, and the ends of double's range.
    /// </summary>
    [Theory]
    [InlineData(1700000000, 1700000050)]
    [InlineData(1700000000000, 1700000000050)]
    [InlineData(16777216, 16777217)]
    [InlineData(9007199254740990, 9007199254740992)]
    [InlineData(-1e300, 1e300)]
    [InlineData(1e300, 1.0000000001e300)]
    [InlineData(-1.7976931348623157e308, 1.7976931348623157e308)]
    [InlineData(1e-320, 3e-320)]
    [InlineData(-1e-310, 1e-310)]
    public void Two_values_become_minus_one_and_one(double low, double high)
    {
        double[] column = [.. Enumerable.Range(0, 100).Select(row => row % 2 == 0 ? low : high)];
        T[] standardized = Standardization.Fit<T>(column.AsView(100, 1)).Apply(column.AsView(100, 1)).Span.ToArray();
        Assert.Equal([-1.0, 1.0], standardized[..2].Select(x => Math.Round(double.CreateChecked(x), 3)));
        Assert.Equal(2, standardized.Distinct().Count());
    }

    /// <summary>Neighbors have no double between them that could be their mean.</summary>
    [Theory]
    [InlineData(0, 5e-324)]
    [InlineData(0.30000000000000004, 0.3000000000000001)]
    [InlineData(9007199254740991, 9007199254740992)]
    public void Neighbors_in_double_differ(double low, double high)
    {
        double[] column = [low, high, low, high];
        T[] standardized = Standardization.Fit<T>(column.AsView(4, 1)).Apply(column.AsView(4, 1)).Span.ToArray();
        Assert.True(standardized[0] < standardized[1] && T.IsFinite(standardized[1]), string.Join(", ", standardized));
    }

    /// <summary>
    /// The mean and deviation of 100 values between −2 and 2, times any power of ten and around any offset, agree with arithmetic of 106
    /// bits to a few units in the last place.
    /// </summary>
    [Property]
    public void Figures_are_those_of_exact_arithmetic(ulong seed)
    {
        var random = new Seeded(seed);
        double size = Math.Pow(10, random.Integer(-140, 140));
        double offset = size * (random.Integer(0, 2) == 0 ? 0 : Math.Pow(10, random.Integer(-3, 12)));
        double[] column =
            [.. Enumerable.Range(0, random.Integer(2, 100)).Select(_ => offset + (size * random.Integer(-2000, 2000) / 1000))];
        if (column.Distinct().Count() == 1)
        {
            return;
        }

        DoubleDouble mean = column.Aggregate((DoubleDouble)0, (sum, x) => sum + x) / column.Length;
        DoubleDouble variance = column.Aggregate((DoubleDouble)0, (sum, x) => sum + ((x - mean) * (x - mean))) / column.Length;
        var figures = Standardization.Fit<T>(column.AsView(column.Length, 1));
        Assert.Equal(mean.High, figures.Means[0], Math.Max(1e-15 * Math.Abs(mean.High), 1e-15 * Math.Sqrt(variance.High)));
        Assert.Equal(Math.Sqrt(variance.High), figures.Deviations[0], 1e-14 * Math.Sqrt(variance.High));
    }

    /// <summary>The specification: subtract and divide in double, round once.</summary>
    [Property]
    public void An_element_is_rounded_once(double x, double mean, double deviation)
    {
        if (!double.IsFinite(x) || !double.IsFinite(mean) || !double.IsFinite(deviation) || deviation == 0)
        {
            return;
        }

        deviation = Math.Abs(deviation);
        var figures = new Standardization<T>([mean], [deviation]);
        Assert.Equal(Expected(x), figures.Apply(new[] { x }).Span[0]);
        T single = T.CreateTruncating(x);
        Assert.Equal(Expected(double.CreateTruncating(single)), figures.Apply(new[] { single }).Span[0]);

        // A difference beyond the range of double is formed of halves, which are exact where that can be.
        T Expected(double value) => T.CreateTruncating(
            double.IsInfinity(value - mean) && double.IsFinite(value)
                ? ((0.5 * value) - (0.5 * mean)) / (0.5 * deviation)
                : (value - mean) / deviation);
    }

    [Fact]
    public void What_was_standardized_is_restored_in_double()
    {
        double[] column = [.. Enumerable.Range(0, 40).Select(x => 100_000_000.0 + x)];
        var figures = Standardization.Fit<T>(column.AsView(40, 1));
        double[] again = new double[40];
        figures.Restore(figures.Apply(column.AsView(40, 1)).View, again.AsView(40, 1));
        for (int row = 0; row < 40; row++)
        {
            Assert.Equal(column[row], again[row], 1e-5);
        }

        // −3·1e308 + 1.5e308 is a double, though −3·1e308 is none.
        new Standardization<T>([1.5e308], [1e308]).Restore(new[] { T.CreateChecked(-3) }, again.AsSpan(0, 1));
        Assert.Equal(-1.5e308, again[0], 1e293);
    }

    [Fact]
    public void Figures_are_those_of_the_rows_that_are_named()
    {
        double[] column = [1, 1000, 3, -1000];
        var figures = Standardization.Fit<T>(column.AsView(4, 1), [0, 2]);
        Assert.Equal((2.0, 1.0), (figures.Means[0], figures.Deviations[0]));
        Assert.Throws<ArgumentException>(() => Standardization.Fit<T>(column.AsView(4, 1), []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Standardization.Fit<T>(column.AsView(4, 1), [4]));
    }

    [Fact]
    public void The_source_is_only_read_and_a_destination_that_shares_a_part_of_it_is_refused()
    {
        var figures = new Standardization<T>([1, 2], [3, 4]);
        double[] source = [4, 10, 1, 2];
        T[] destination = new T[4];
        figures.Apply(source.AsView(2, 2), destination.AsView(2, 2));
        figures.Apply(source.AsView(2, 2), destination.AsView(2, 2));
        Assert.Equal([4, 10, 1, 2], source);
        Assert.Equal([T.One, T.CreateChecked(2), T.Zero, T.Zero], destination);
        Assert.Equal("destination", Assert.Throws<ArgumentException>(() => figures.Apply(source.AsView(2, 2), destination)).ParamName);

        double[] memory = new double[8];
        Assert.Throws<ArgumentException>(
            "destination",
            () => figures.Apply(memory.AsSpan(0, 4).AsView(2, 2), MemoryMarshal.Cast<double, T>(memory.AsSpan(1)).AsView(2, 2)));
        Assert.Throws<ArgumentException>(
            "destination",
            () => figures.Restore(MemoryMarshal.Cast<double, T>(memory.AsSpan(1)).AsView(2, 2), memory.AsSpan(0, 4).AsView(2, 2)));
        Assert.Equal(new double[8], memory);
    }

    [Fact]
    public void Impossible_figures_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Standardization.Fit<T>(new T[0, 2]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([double.NaN], [1]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([0], [0]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([0], [-1]));
        Assert.Throws<ArgumentException>(() => new Standardization<T>([0], [double.PositiveInfinity]));
        T[] features = [T.One, T.One];
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new Standardization<T>([1], [1]).Apply(features));
        Assert.Contains("2 features", exception.Message, StringComparison.Ordinal);
        Assert.Equal([T.One, T.One], features);
        Assert.Contains(
            "Feature 1 of row 0 is NaN",
            Assert.Throws<ArgumentException>(() => Standardization.Fit<T>(new[] { T.One, T.NaN })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Standardization.Fit<T>(new[] { double.NegativeInfinity }));
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
