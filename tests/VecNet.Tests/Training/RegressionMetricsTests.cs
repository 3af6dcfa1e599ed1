using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>R² of equal targets has no value; and no figure overflows or vanishes before its value does.</summary>
[GradientProperties]
public sealed class RegressionMetricsTests
{
    /// <summary>Seven times 0.1 have a rounded mean that is not 0.1: R² was −1.1·10³⁵.</summary>
    [Theory]
    [InlineData(0.1, 7)]
    [InlineData(0.1, 3)]
    [InlineData(0.3, 1000)]
    [InlineData(-1e308, 7)]
    [InlineData(1e-320, 7)]
    [InlineData(0, 5)]
    [InlineData(123456789.1, 1)]
    [InlineData(double.PositiveInfinity, 3)]
    [InlineData(double.NaN, 3)]
    public void Equal_targets_have_no_R_squared(double value, int rows)
    {
        double? undefined = double.IsFinite(value) ? null : double.NaN;
        double[] values = [.. Enumerable.Repeat(value, rows)];
        double[] predictions = [.. values.Select((x, row) => row == 0 ? x : x * 0.999)];
        Assert.Equal(undefined, Of(predictions, values).RSquared);
        Assert.Equal(undefined, Of(values, values).RSquared);
        float[] narrow = [.. values.Select(x => (float)x)];
        float[] near = [.. predictions.Select(x => (float)x)];
        Assert.Equal(
            float.IsFinite(narrow[0]) ? null : double.NaN,
            RegressionMetrics.Compute<float>(near.AsView(rows, 1), narrow.AsView(rows, 1)).RSquared);
    }

    [Fact]
    public void Zeros_of_either_sign_are_equal() => Assert.Null(Of([1, 2], [0.0, -0.0]).RSquared);

    /// <summary>Another number makes the column explainable, be it by its last bit.</summary>
    [Fact]
    public void Targets_that_differ_by_a_bit_have_an_R_squared()
    {
        double next = Math.BitIncrement(0.1);
        Assert.Equal(1, Of([0.1, next, 0.1], [0.1, next, 0.1]).RSquared);
        Assert.Equal(1 - (1 / (2.0 / 3)), Of([0.1, 0.1, 0.1], [0.1, next, 0.1]).RSquared!.Value, 1e-12);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1e-310)]
    [InlineData(1e-200)]
    [InlineData(1e200)]
    [InlineData(4e307)]
    public void Figures_of_huge_and_tiny_numbers_are_those_of_ordinary_ones(double unit)
    {
        RegressionMetrics metrics = Of([1 * unit, -3 * unit, 2 * unit, 0], [2 * unit, -4 * unit, 4 * unit, -1 * unit]);
        Assert.Equal(5 / 4.0 * unit, metrics.MeanAbsoluteError, 1e-12 * unit);
        Assert.Equal(Math.Sqrt(7 / 4.0) * unit, metrics.RootMeanSquaredError, 1e-12 * unit);
        Assert.Equal(1 - (7 / 36.75), metrics.RSquared!.Value, 1e-10);
    }

    /// <summary>The error of one row is beyond the range, its share of the mean is not.</summary>
    [Fact]
    public void Errors_twice_as_large_as_any_number_have_a_mean()
    {
        RegressionMetrics metrics = Of([1e308, 0, 0, 0], [-1e308, 0, 0, 1]);
        Assert.Equal(5e307, metrics.MeanAbsoluteError, 1e295);
        Assert.Equal(1e308, metrics.RootMeanSquaredError, 1e295);
        Assert.Equal(1 - (4 / 0.75), metrics.RSquared!.Value, 1e-12);
        Assert.Equal(double.PositiveInfinity, Of([1e308], [-1e308]).MeanAbsoluteError);
    }

    [Fact]
    public void What_is_infinite_or_no_number_is_neither_hidden_nor_spread()
    {
        Assert.Equal(
            new RegressionMetrics(double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity),
            Of([double.PositiveInfinity, 2], [1, 2]));
        Assert.Equal(new RegressionMetrics(double.NaN, double.NaN, double.NaN), Of([double.NaN, 2], [1, 2]));
        Assert.Equal(new RegressionMetrics(double.NaN, double.NaN, null), Of([], []));
        RegressionMetrics twoColumns = RegressionMetrics.Compute<double>(
            new double[,] { { 1, 5 }, { 2, 5 } }, new double[,] { { 1, 5 }, { 2, 5 } });
        Assert.Equal(new RegressionMetrics(0, 0, null), twoColumns);
    }

    /// <summary>A power of two changes no digit; and a constant column has no value wherever it stands.</summary>
    [Property]
    public void Figures_scale_with_their_unit_and_a_constant_column_has_none(GradientCase c)
    {
        c = c with { Rows = c.Rows + 2 };
        (TensorBuffer<double> values, TensorBuffer<double> predictions) = (c.Input(), c.Values(c.Rows, c.Columns, 2));
        RegressionMetrics one = RegressionMetrics.Compute<double>(predictions.View, values.View);
        double unit = double.Exp2((int)(c.Seed % 1000) - 500);
        Elementwise.Scale(values.View, unit, values.View);
        Elementwise.Scale(predictions.View, unit, predictions.View);
        Assert.Equal(
            new(one.MeanAbsoluteError * unit, one.RootMeanSquaredError * unit, one.RSquared),
            RegressionMetrics.Compute<double>(predictions.View, values.View));
        double plain = Plain(predictions, values);
        Assert.True(
            plain.Equals(one.RSquared ?? double.NaN) || Math.Abs(plain - one.RSquared!.Value) <= 1e-9 * Math.Max(1, Math.Abs(plain)),
            $"{one.RSquared:R}, expected {plain:R}");

        values.View.SliceColumns((int)(c.Seed % (ulong)c.Columns), 1).Fill(predictions.Span[0]);
        Assert.Null(RegressionMetrics.Compute<double>(predictions.View, values.View).RSquared);
    }

    private static double Plain(TensorBuffer<double> predictions, TensorBuffer<double> values) =>
        Enumerable.Range(0, values.Columns).Average(column =>
        {
            double[] y = [.. Enumerable.Range(0, values.Rows).Select(row => values.View[row, column])];
            double mean = y.Average();
            if (y.Distinct().Count() == 1)
            {
                return double.NaN;
            }

            return 1 - (y.Select((value, row) => Math.Pow(predictions.View[row, column] - value, 2)).Sum() / y.Sum(
                value => Math.Pow(value - mean, 2)));
        });

    private static RegressionMetrics Of(double[] predictions, double[] values) =>
        RegressionMetrics.Compute<double>(predictions.AsView(predictions.Length, 1), values.AsView(values.Length, 1));
}
