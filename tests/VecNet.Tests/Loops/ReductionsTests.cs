using System.Numerics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Sums: near the exact one, and the same bits wherever the numbers lie.</summary>
public abstract class ReductionsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void The_same_numbers_have_the_same_sum_at_every_address()
    {
        for (int length = 0; length < 300; length += 1 + (length / 20))
        {
            T[] x = new Matrix<T, Ordinary>(new(1, length), 0, 1).Owned().Span.ToArray();
            T[] y = new Matrix<T, Ordinary>(new(1, length), 0, 2).Owned().Span.ToArray();
            T sum = Reductions.Sum<T>(x);
            T product = Reductions.Dot<T>(x, y);
            var memory = new TensorBuffer<T>(1, length + 16);
            var memoryOfY = new TensorBuffer<T>(1, length + 16);
            for (int offset = 0; offset < 16; offset++)
            {
                Span<T> moved = memory.Span.Slice(offset, length);
                Span<T> movedY = memoryOfY.Span.Slice((3 * offset) % 16, length);
                memory.Span.Fill(T.NaN); // whatever lies beside the numbers is not read
                memoryOfY.Span.Fill(T.NaN);
                x.CopyTo(moved);
                y.CopyTo(movedY);
                Assert.True(Bits.Same(sum, Reductions.Sum<T>(moved)), $"sum of {length} at offset {offset}");
                Assert.True(Bits.Same(product, Reductions.Dot<T>(moved, movedY)), $"products of {length} at offset {offset}");
            }
        }
    }

    /// <summary>|sum − reference| ≤ n·u·Σ|x|, whatever the order.</summary>
    [Property]
    public void Sums_stay_within_the_error_bound(Matrix<T, Ordinary> matrix, ulong seed)
    {
        T[] x = matrix.Owned().Span.ToArray();
        T[] y = (matrix with { Seed = seed }).Owned().Span.ToArray();
        T[] ones = [.. Enumerable.Repeat(T.One, x.Length)];
        AssertNear(Reductions.Sum<T>(x), x, ones);
        AssertNear(Reductions.Dot<T>(x, y), x, y);
    }

    [Property]
    public void Small_integers_are_exact(Matrix<T, Integers> matrix)
    {
        T[] x = matrix.Owned().Span.ToArray();
        Assert.Equal(x.Sum(long.CreateChecked), long.CreateChecked(Reductions.Sum<T>(x)));
        Assert.Equal(x.Sum(z => long.CreateChecked(z * z)), long.CreateChecked(Reductions.Dot<T>(x, x)));
    }

    [Fact]
    public void NaN_and_infinity_anywhere_reach_the_sum()
    {
        foreach (int length in new[] { 1, 7, 16, 64, 67, 129 })
        {
            for (int place = 0; place < length; place++)
            {
                T[] x = [.. Enumerable.Repeat(T.One, length)];
                x[place] = T.NaN;
                Assert.True(T.IsNaN(Reductions.Sum<T>(x)));
                x[place] = T.PositiveInfinity;
                Assert.Equal(T.PositiveInfinity, Reductions.Sum<T>(x));
                Assert.Equal(T.PositiveInfinity, Reductions.Dot<T>(x, x));
            }
        }
    }

    private static void AssertNear(T actual, T[] x, T[] y)
    {
        int n = x.Length;
        (double[,] value, double[,] magnitude) = MatMulReference.Product<T>(
            Orientation.Plain, 1, 1, n, x.AsView(1, n), y.AsView(n, 1), default, default);
        double error = Math.Abs(double.CreateTruncating(actual) - value[0, 0]);
        double bound = (n + 2) * MatMulPropertyTests<T>.Roundoff * magnitude[0, 0];
        Assert.True(
            error <= bound, $"The sum of {n} numbers is {actual:R}, expected {value[0, 0]:R}: off by {error:G3}, the bound is {bound:G3}.");
    }
}

public sealed class ReductionsFloatTests : ReductionsTests<float>;

public sealed class ReductionsDoubleTests : ReductionsTests<double>;
