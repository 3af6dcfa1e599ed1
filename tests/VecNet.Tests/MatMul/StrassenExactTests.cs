using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Strassen–Winograd on small integers: its sums and products are exact, so any of the 22 that is lost, doubled or misplaced shows.
/// </summary>
/// <remarks>
/// Gaps, accumulation, bias, levels and the budget of threads walk along with the sizes, at periods that have no common factor.
/// </remarks>
public abstract class StrassenExactTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 97, 130];

    private static readonly int[] Gaps = [0, 1, 3];

    private static readonly Lazy<IntegerProducts<T>[]> Products = new(() => [new(Sizes, 1), new(Sizes, 2)]);

    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Every_triple_of_sizes(Orientation orientation)
    {
        // Small buffers, so that filling them each time takes no time.
        MatMulAlgorithm.ReleaseMemory();
        int number = 0;
        foreach (int m in Sizes)
        {
            foreach (int n in Sizes)
            {
                foreach (int k in Sizes)
                {
                    ProductCase<T> product = Case(m, n, k, orientation, number);
                    IntegerProducts<T> products = Products.Value[number % 2];
                    int levels = 1 + (number % MatMulAlgorithm.MaxLevels);
                    AssertExact(
                        products.Operands(product), products.Expected(product), MatMulAlgorithm.StrassenWinogradLevels(levels));
                    number++;
                }
            }
        }
    }

    /// <summary>Quadrants that are worth more than one thread, of even and of odd sizes, blocked in every direction.</summary>
    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Large_quadrants_on_several_threads(Orientation orientation)
    {
        int number = 0;
        foreach ((int m, int n, int k) in new[] { (1040, 1056, 1072), (1041, 1059, 1103), (2100, 33, 1301) })
        {
            ProductCase<T> product = Case(m, n, k, orientation, number) with { Threads = 1 + (number++ % 3) };
            ProductOperands<T> x = product.Build<Integers>();
            ProductOperands<T> y = product.Build<Integers>();
            y.Multiply();
            PackingBuffer<T>.Poison(T.NaN);
            AssertExact(x, y.C.View, MatMulAlgorithm.StrassenWinogradLevels(1));
            AssertExact(product.Build<Integers>(), y.C.View, MatMulAlgorithm.StrassenWinogradLevels(2));
        }
    }

    private static ProductCase<T> Case(int m, int n, int k, Orientation orientation, int number) => new(
        m, n, k, orientation, Accumulate: number % 2 > 0, HasBias: number / 2 % 2 > 0,
        GapA: Gaps[number % 3], GapB: Gaps[number / 3 % 3], GapC: Gaps[number / 9 % 3], Seed: (ulong)number, Threads: 1 + (number / 5 % 3));

    private static void AssertExact(ProductOperands<T> x, ReadOnlyTensorView<T> expected, MatMulAlgorithm algorithm)
    {
        if (!x.Case.Accumulate)
        {
            x.C.View.Fill(T.NaN);
        }

        StrassenBuffer<T>.Poison(T.NaN);
        x.Multiply(algorithm);
        x.AssertExact(expected, $"{x.Case}, {algorithm}");
    }
}

public sealed class StrassenFloatExactTests : StrassenExactTests<float>;

public sealed class StrassenDoubleExactTests : StrassenExactTests<double>;
