using System.Numerics;

namespace VecNet.Tests;

/// <summary>Products of small integers are exact in every order: any term lost, doubled or misplaced shows.</summary>
/// <remarks>
/// Every triple of the sizes in each orientation, and each of A, B and C in turn without a gap after its rows, with one of 1 and of 3.
/// Accumulation, bias and the budget of threads walk along, at periods that have no common factor with the gaps'.
/// </remarks>
public abstract class MatMulExactTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// All small ones, and those beside the edges of vectors (4 to 16 elements) and of tiles (up to 16 rows, up to 64 columns).
    /// </summary>
    private static readonly int[] Sizes =
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 129];

    private static readonly int[] Gaps = [0, 1, 3];
    private static readonly int[] Budgets = [1, 2, 1, 3, 1];

    /// <summary>Two pairs of matrices take turns, so that nothing that was packed for one call is right for the next.</summary>
    private static readonly Lazy<IntegerProducts<T>[]> Products = new(() => [new(Sizes, 1), new(Sizes, 2)]);

    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Every_triple_of_sizes(Orientation orientation)
    {
        int number = 0;
        foreach (int m in Sizes)
        {
            foreach (int n in Sizes)
            {
                foreach (int k in Sizes)
                {
                    for (int gap = 0; gap < Gaps.Length; gap++, number++)
                    {
                        ProductCase<T> product = Case(m, n, k, orientation, number);
                        IntegerProducts<T> products = Products.Value[number % 2];
                        AssertExact(products.Operands(product), products.Expected(product));
                    }
                }
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
            AssertExact(7, 9, Blocking.Of<T>().Kc + off, orientation, number++);
            AssertExact(65, 33, (2 * Blocking.Of<T>().Kc) + off, orientation, number++);
            AssertExact(Blocking.Of<T>().Mc + off, 5, 6, orientation, number++);
            AssertExact((2 * Blocking.Of<T>().Mc) + off, 17, 9, orientation, number++);
            AssertExact(3, Blocking.Of<T>().Nc + off, 4, orientation, number++);
            AssertExact(Blocking.RowsWorthPacking + off, Blocking.Of<T>().Nc + off, 135, orientation, number++);
        }
    }

    private static void AssertExact(int m, int n, int k, Orientation orientation, int number)
    {
        ProductCase<T> product = Case(m, n, k, orientation, number);
        ProductOperands<T> x = product.Build<Integers>();
        TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
        if (!product.Accumulate)
        {
            x.C.View.Fill(T.NaN);
        }

        long[,] sums = MatMulReference.IntegerProduct<T>(
            orientation, m, n, k, x.A.View, x.B.View, MatMulPropertyTests<T>.Start(product, start), MatMulPropertyTests<T>.Bias(x));
        var expected = new TensorBuffer<T>(m, n);
        for (int i = 0; i < expected.Length; i++)
        {
            expected.Span[i] = T.CreateChecked(sums[i / n, i % n]);
        }

        AssertExact(x, expected.View);
    }

    private static ProductCase<T> Case(int m, int n, int k, Orientation orientation, int number) => new(
        m, n, k, orientation, Accumulate: number % 4 > 1, HasBias: (number + 1) % 4 > 1,
        GapA: Gaps[number % 3], GapB: Gaps[(number + (number / 3)) % 3], GapC: Gaps[((2 * number) + (number / 9)) % 3],
        Seed: (ulong)number, Threads: Budgets[number % Budgets.Length]);

    private static void AssertExact(ProductOperands<T> x, ReadOnlyTensorView<T> expected)
    {
        x.Multiply();
        x.AssertExact(expected, $"{x.Case}");
    }
}

public sealed class MatMulFloatExactTests : MatMulExactTests<float>;

public sealed class MatMulDoubleExactTests : MatMulExactTests<double>;
