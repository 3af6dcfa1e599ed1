using System.Numerics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// Norms, variances and sums of squares of numbers whose squares are beyond the range of T. A power of two on all numbers is a power of two
/// on the result, and changes no digit: what
/// is right for ordinary numbers is therefore known for all.
/// </summary>
public abstract class SquareRangeTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int Exponent => typeof(T) == typeof(float) ? 127 : 1023;

    private static double Unit => typeof(T) == typeof(float) ? double.Exp2(-23) : double.Exp2(-52);

    private static T Largest => T.BitDecrement(T.PositiveInfinity);

    /// <summary>From where the largest would overflow to where digits would be lost among the subnormal numbers.</summary>
    public static TheoryData<int> Powers =>
    [
        .. new[] { 126, 64, 63, 62, 50, 20, 0, -20, -50, -52, -62, -63, -64, -75, -76, -100 }.Select(power => power * (Exponent + 1) / 128)
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(0.01)]
    public void Gradients_whose_squares_overflow_are_clipped_to_the_maximum(double maximum)
    {
        double large = typeof(T) == typeof(float) ? 1e19 : 1e200;
        T[] gradients = [T.CreateTruncating(3 * large), T.CreateTruncating(4 * large)];
        AssertClose(5 * large, GradientClipping.ByNorm<T>(gradients, maximum));
        AssertClose(0.6 * maximum, gradients[0]);
        AssertClose(0.8 * maximum, gradients[1]);
    }

    /// <summary>A norm that T cannot tell is still one to scale by.</summary>
    [Fact]
    public void Gradients_whose_norm_overflows_are_clipped_to_the_maximum()
    {
        T[] gradients = [Largest, -Largest, Largest, Largest, T.One, T.Epsilon];
        Assert.Equal(T.PositiveInfinity, GradientClipping.ByNorm<T>(gradients, 1));
        Assert.Equal([0.5, -0.5, 0.5, 0.5], gradients[..4].Select(gradient => Math.Round(double.CreateTruncating(gradient), 6)));
        Assert.All(gradients[4..], gradient => Assert.InRange(double.CreateTruncating(gradient), 0, 1e-37));
        T[] enough = [Largest, Largest];
        GradientClipping.ByNorm<T>(enough, double.PositiveInfinity);
        Assert.Equal([Largest, Largest], enough);
    }

    [Fact]
    public void Gradients_whose_squares_vanish_have_a_norm_and_are_left_alone()
    {
        double small = typeof(T) == typeof(float) ? 1e-30 : 1e-200;
        T[] gradients = [T.CreateTruncating(3 * small), T.CreateTruncating(4 * small)];
        T[] before = [.. gradients];
        AssertClose(5 * small, GradientClipping.ByNorm<T>(gradients, 1));
        Assert.Equal(before, gradients);
        Assert.Equal(T.Epsilon, GradientClipping.ByNorm<T>(new[] { -T.Epsilon }, 1));
        Assert.Equal(T.Zero, GradientClipping.ByNorm<T>(new T[100], 1));
        Assert.Equal(T.Zero, GradientClipping.ByNorm<T>([], 1));
    }

    [Fact]
    public void What_is_not_finite_makes_gradients_zero_or_NaN_as_before()
    {
        T[] infinite = [Largest, T.NegativeInfinity, T.One];
        Assert.Equal(T.PositiveInfinity, GradientClipping.ByNorm<T>(infinite, 1));
        Assert.Equal([T.Zero, T.NaN, T.Zero], infinite);
        T[] undefined = [Largest, T.NaN, T.PositiveInfinity];
        Assert.True(T.IsNaN(GradientClipping.ByNorm<T>(undefined, 1)));
        Assert.All(undefined, gradient => Assert.True(T.IsNaN(gradient)));
    }

    [Fact]
    public void Clipping_allocates_nothing_whether_it_scales_or_not()
    {
        foreach (T first in new[] { T.One, Largest, T.Epsilon })
        {
            T[] gradients = new T[1000];
            Assert.Equal(0, Allocations.PerCall(() =>
            {
                gradients.AsSpan().Fill(first);
                GradientClipping.ByNorm<T>(gradients, 0.5);
            }));
        }
    }

    /// <summary>For lengths around the vectors' widths and more, one large number among small ones or all alike.</summary>
    [Property]
    public void A_norm_times_a_power_of_two_is_that_of_the_numbers_times_it(Size size, bool spread, ulong seed)
    {
        var random = new Seeded(seed);
        double[] values =
        [
            .. Enumerable.Range(0, size.Value).Select(_ => ((2 * random.Unit()) - 1) * (spread ? double.Exp2(-random.Integer(0, 40)) : 1))
        ];
        double norm = Math.Sqrt(values.Sum(value => value * value));
        int top = (int)Math.Ceiling(Math.Log2(Math.Max(norm, 1)));
        foreach (int power in new[] { Exponent - 1 - top, Exponent / 2, -Exponent / 2, -Exponent * 3 / 5, -Exponent * 2 / 3 })
        {
            T[] scaled = [.. values.Select(value => T.CreateTruncating(Math.ScaleB(value, power)))];
            double expected = Math.ScaleB(norm, power);
            Assert.Equal(expected, double.CreateTruncating(Norm<T>.Compute(scaled).Value), 20 * Unit * expected);
        }
    }

    /// <summary>
    /// Rows of about 1, and the same rows times a power of two: both are brought to variance 1, and the gradient by the second is that by
    /// the first over the power.
    /// </summary>
    [Theory]
    [MemberData(nameof(Powers))]
    public void Layer_norm_of_rows_times_a_power_of_two_is_that_of_the_rows(int power)
    {
        // With two columns the gradient is 0, and whatever is computed for it is rounding.
        foreach (int columns in new[] { 3, 16, 37, 64 })
        {
            foreach (bool affine in new[] { false, true })
            {
                (T[] output, T[] gradient, T[] statistics) = LayerNormOf(Values(3, columns, 0), columns, affine);
                (T[] output2, T[] gradient2, T[] statistics2) = LayerNormOf(Values(3, columns, power), columns, affine);
                AssertSame(output, output2, 0);
                AssertSame(gradient, gradient2, -power);
                for (int row = 0; row < 3; row++)
                {
                    AssertSame([statistics[2 * row]], [statistics2[2 * row]], power);
                    AssertSame([statistics[(2 * row) + 1]], [statistics2[(2 * row) + 1]], -power);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Powers))]
    public void Batch_norm_of_columns_times_a_power_of_two_is_that_of_the_columns(int power)
    {
        foreach (int columns in new[] { 1, 3, 16, 70 })
        {
            (T[] output, T[] gradient, T[] statistics, T[] running) = BatchNormOf(Values(6, columns, 0), columns);
            (T[] output2, T[] gradient2, T[] statistics2, T[] running2) = BatchNormOf(Values(6, columns, power), columns);
            AssertSame(output, output2, 0);
            AssertSame(gradient, gradient2, -power);
            AssertSame(statistics[..columns], statistics2[..columns], power);
            AssertSame(statistics[columns..], statistics2[columns..], -power);
            AssertSame(running[..columns], running2[..columns], power);
            AssertSame(running[columns..], running2[columns..], 2 * power);
        }
    }

    /// <summary>Even where the sum of two numbers is beyond the range.</summary>
    [Fact]
    public void The_largest_numbers_have_a_mean_and_a_variance()
    {
        T[] x = [Largest, -Largest, Largest / T.CreateTruncating(2), Largest, Largest, -Largest];
        T[] y = new T[6];
        LayerNorm.Forward<T>(x.AsView(1, 6), default, default, y.AsView(1, 6), default);
        double[] values = [.. x.Select(value => double.CreateTruncating(value / Largest))];
        double mean = values.Average(), deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        for (int i = 0; i < 6; i++)
        {
            AssertClose((values[i] - mean) / deviation, y[i], 8);
        }

        T[] same = [Largest, Largest, Largest];
        LayerNorm.Forward<T>(same.AsView(1, 3), default, default, same.AsView(1, 3), default);
        Assert.Equal([T.Zero, T.Zero, T.Zero], same);
    }

    /// <summary>A row of zeros without ε is 0/0, and what is not finite makes its own row NaN and no other: as before.</summary>
    [Fact]
    public void Rows_without_a_variance_stay_NaN_without_epsilon()
    {
        T[] x = [T.Zero, T.Zero, T.One, T.NegativeOne, Largest, T.NaN, T.PositiveInfinity, T.One];
        T[] y = new T[8];
        LayerNorm.Forward<T>(x.AsView(4, 2), default, default, y.AsView(4, 2), default, epsilon: 0);
        Assert.Equal([T.NaN, T.NaN, T.One, T.NegativeOne, T.NaN, T.NaN, T.NaN, T.NaN], y);
    }

    [Fact]
    public void A_sum_of_squared_differences_is_the_sum_where_T_has_no_room_for_it()
    {
        T[] x = new T[100], y = new T[100];
        x.AsSpan().Fill(T.CreateTruncating(2e19));
        y.AsSpan().Fill(T.CreateTruncating(-1e19));
        Assert.Equal(9e40, Reductions.SumOfSquaredDifferences<T>(x, y), 9e40 * 100 * Unit);
        x.AsSpan().Fill(T.CreateTruncating(2e-30));
        y.AsSpan().Fill(T.CreateTruncating(-1e-30));
        Assert.Equal(9e-58, Reductions.SumOfSquaredDifferences<T>(x, y), 9e-58 * 100 * Unit);
        y[99] = T.NaN;
        Assert.Equal(double.NaN, Reductions.SumOfSquaredDifferences<T>(x, y));
        Assert.Equal(0, Reductions.SumOfSquaredDifferences<T>(x, x));
    }

    private static T[] Values(int rows, int columns, int power)
    {
        var random = new Seeded(5);
        return [.. Enumerable.Range(0, rows * columns).Select(
            _ => T.CreateTruncating(Math.ScaleB(Math.Round((2 * random.Unit()) - 0.7, 4), power)))];
    }

    /// <summary>Without ε, which is no power of two smaller or larger.</summary>
    private static (T[] Output, T[] Gradient, T[] Statistics) LayerNormOf(T[] x, int columns, bool affine)
    {
        int rows = x.Length / columns;
        (T[] y, T[] gradient, T[] statistics, T[] sums) = (new T[x.Length], new T[x.Length], new T[2 * rows], new T[2 * columns]);
        T[] gamma = [.. Enumerable.Range(0, columns).Select(j => T.CreateTruncating(1 + (0.1 * (j % 5))))];
        T[] g = Values(rows, columns, 0).Reverse().ToArray();
        TensorView<T> scale = affine ? gamma.AsView(1, columns) : default;
        TensorView<T> gradScale = affine ? sums.AsSpan(0, columns).AsView() : default,
            gradShift = affine ? sums.AsSpan(columns).AsView() : default;
        LayerNorm.Forward<T>(
            x.AsView(rows, columns), scale, affine ? new T[columns].AsView(1, columns) : default,
            y.AsView(rows, columns), statistics.AsView(rows, 2), epsilon: 0);
        LayerNorm.Backward<T>(
            x.AsView(rows, columns), scale, statistics.AsView(rows, 2),
            g.AsView(rows, columns), gradient.AsView(rows, columns), gradScale, gradShift);
        return ([.. y, .. sums], gradient, statistics);
    }

    private static (T[] Output, T[] Gradient, T[] Statistics, T[] Running) BatchNormOf(T[] x, int columns)
    {
        int rows = x.Length / columns;
        (T[] y, T[] gradient, T[] statistics, T[] sums, T[] running) =
            (new T[x.Length], new T[x.Length], new T[2 * columns], new T[2 * columns], new T[2 * columns]);
        T[] gamma = [.. Enumerable.Range(0, columns).Select(j => T.CreateTruncating(1 + (0.1 * (j % 5))))];
        T[] g = Values(rows, columns, 0).Reverse().ToArray();
        BatchNorm.Forward<T>(
            x.AsView(rows, columns), gamma.AsView(), new T[columns].AsView(), y.AsView(rows, columns),
            statistics.AsView(2, columns), running.AsSpan(0, columns).AsView(), running.AsSpan(columns).AsView(), epsilon: 0);
        BatchNorm.Backward<T>(
            x.AsView(rows, columns), gamma.AsView(), statistics.AsView(2, columns), g.AsView(rows, columns),
            gradient.AsView(rows, columns), sums.AsSpan(0, columns).AsView(), sums.AsSpan(columns).AsView());
        return ([.. y, .. sums], gradient, statistics, running);
    }

    /// <summary>
    /// Equal but for rounding, once the first is multiplied by a power of two; beyond the range ∞ or, less exactly, subnormal.
    /// </summary>
    private static void AssertSame(T[] expected, T[] actual, int power)
    {
        double largest = expected.Max(value => Math.Abs(double.CreateTruncating(value)));
        for (int i = 0; i < expected.Length; i++)
        {
            double wanted = double.CreateTruncating(T.CreateTruncating(Math.ScaleB(double.CreateTruncating(expected[i]), power)));
            if (double.IsInfinity(wanted))
            {
                Assert.Equal(wanted, double.CreateTruncating(actual[i]));
                continue;
            }

            // Subnormal statistics have fewer digits, and pass that on to what is computed from them.
            double unit = Math.Max(Unit, Math.ScaleB(1, Math.Abs(power) - Exponent - (typeof(T) == typeof(float) ? 20 : 48)));
            double allowed = (200 * unit * Math.ScaleB(largest, power)) + (2 * double.CreateTruncating(T.Epsilon));
            Assert.True(
                Math.Abs(wanted - double.CreateTruncating(actual[i])) <= allowed,
                $"Element {i} is {actual[i]}; expected {wanted}, times 2^{power}.");
        }
    }

    private static void AssertClose(double expected, T actual, int units = 4) =>
        Assert.Equal(expected, double.CreateTruncating(actual), units * Unit * Math.Abs(expected));
}

public sealed class SquareRangeFloatTests : SquareRangeTests<float>;

public sealed class SquareRangeDoubleTests : SquareRangeTests<double>;
