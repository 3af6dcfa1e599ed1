using System.Numerics;

namespace VecNet.Tests;

/// <summary>Products of small integers are exact in every order: any term lost, doubled or misplaced shows.</summary>
/// <remarks>
/// All triples of sizes up to 9; beyond, every pair of sizes meets in every pair of dimensions while the third size walks along.
/// Orientation, options and gaps walk along as well, at periods that have no common factor with the sizes'.
/// </remarks>
public abstract class MatMulExactTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Sizes =
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 129];

    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Every_triple_of_small_sizes(Orientation orientation)
    {
        for (int number = 0; number < 1000; number++)
        {
            AssertExact(number / 100, number / 10 % 10, number % 10, orientation, number);
        }
    }

    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Every_pair_of_sizes(Orientation orientation)
    {
        int number = 0;
        foreach (int first in Sizes)
        {
            foreach (int second in Sizes)
            {
                int third = Sizes[number * 7 % Sizes.Length];
                AssertExact(first, second, third, orientation, number);
                AssertExact(first, third, second, orientation, number + 1);
                AssertExact(third, first, second, orientation, number + 2);
                number++;
            }
        }
    }

    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Every_edge_of_the_blocks(Orientation orientation)
    {
        int number = 0;
        foreach (int off in new[] { -1, 0, 1 })
        {
            AssertExact(7, 9, Blocking.Kc + off, orientation, number++);
            AssertExact(65, 33, (2 * Blocking.Kc) + off, orientation, number++);
            AssertExact(Blocking.Mc + off, 5, 6, orientation, number++);
            AssertExact((2 * Blocking.Mc) + off, 17, 9, orientation, number++);
            AssertExact(3, Blocking.Nc + off, 4, orientation, number++);
            AssertExact(Blocking.RowsWorthPacking + off, Blocking.Nc + off, 135, orientation, number++);
        }
    }

    private static void AssertExact(int m, int n, int k, Orientation orientation, int number)
    {
        var product = new ProductCase<T>(
            m, n, k, orientation, Accumulate: number % 2 == 0, HasBias: number / 2 % 2 == 0,
            GapA: number % 3, GapB: number / 3 % 3, GapC: number % 5, Seed: (ulong)number);
        ProductOperands<T> x = product.Build<Integers>();
        TensorBuffer<T> start = TensorBuffer<T>.CopyOf(x.C.View);
        if (!product.Accumulate)
        {
            x.C.View.Fill(T.NaN);
        }

        x.Multiply();
        x.C.AssertCanariesAlive();
        long[,] expected = MatMulReference.IntegerProduct<T>(
            orientation, m, n, k, x.A.View, x.B.View, MatMulPropertyTests<T>.Start(product, start), MatMulPropertyTests<T>.Bias(x));
        for (int i = 0; i < m; i++)
        {
            ReadOnlySpan<T> row = x.C.View.Row(i);
            for (int j = 0; j < n; j++)
            {
                if (row[j] != T.CreateTruncating(expected[i, j]))
                {
                    Assert.Fail($"{product}: ({i}, {j}) is {row[j]}, expected {expected[i, j]}.");
                }
            }
        }
    }
}

public sealed class MatMulFloatExactTests : MatMulExactTests<float>;

public sealed class MatMulDoubleExactTests : MatMulExactTests<double>;
