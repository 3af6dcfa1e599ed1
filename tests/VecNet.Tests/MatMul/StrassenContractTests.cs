using System.Numerics;
using System.Runtime.CompilerServices;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// What Strassen–Winograd has in common with the classical product: bits on any number of threads, what it reads and writes, memory.
/// </summary>
public abstract class StrassenContractTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<Orientation> Orientations => [.. Enum.GetValues<Orientation>()];

    private static MatMulAlgorithm Levels(int levels) => MatMulAlgorithm.StrassenWinogradLevels(levels);

    [Theory]
    [MemberData(nameof(Orientations))]
    public void The_budget_changes_no_bit(Orientation orientation)
    {
        foreach ((int m, int n, int k, int levels) in new[]
        {
            (257, 129, 1031, 1), (130, 1031, 151, 2), (1090, 1057, 1045, 1), (1044, 1025, 1041, 2),
        })
        {
            var product = new ProductCase<T>(m, n, k, orientation, Accumulate: true, HasBias: true, 0, 1, 3, Seed: (ulong)m);
            ProductOperands<T> x = product.Build<Ordinary>();
            TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
            TensorBuffer<T>? expected = null;
            foreach (int budget in new[] { 1, 2, 3, 7, int.MaxValue })
            {
                start.View.CopyTo(x.C.View);
                StrassenBuffer<T>.Poison(T.NaN);
                (product with { Threads = budget }).Multiply(x.A.View, x.B.View, x.C.View, x.Bias!.View, Levels(levels));
                expected ??= TensorBuffer.Copy<T>(x.C.View);
                Bits.AssertSame<T>(expected.View, x.C.View, $"{product}, {budget} threads");
                x.C.AssertCanariesAlive();
            }
        }
    }

    /// <summary>Operands sit next to guard pages: they end right before one, or begin right after one.</summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public void Nothing_beside_the_operands_is_touched(Orientation orientation)
    {
        using var memory = new GuardedMemory();
        int number = 0;
        int[] sizes = [1, 2, 3, 6, 13, 16, 33, 63, 64, 130];
        foreach (int m in sizes)
        {
            foreach (int n in sizes)
            {
                foreach (int k in sizes)
                {
                    var product = new ProductCase<T>(
                        m, n, k, orientation, number % 2 > 0, number % 4 > 1, number % 3,
                        number / 3 % 3, number / 9 % 3, 0, 1 + (number % 2));
                    int levels = 1 + (number++ / 2 % 3);
                    memory.AtBothEdges(() => product.Multiply(
                        memory.Matrix<T>(product.ShapeOfA.Rows, product.ShapeOfA.Columns, product.GapA),
                        memory.Matrix<T>(product.ShapeOfB.Rows, product.ShapeOfB.Columns, product.GapB),
                        memory.Matrix<T>(m, n, product.GapC),
                        product.HasBias ? memory.Matrix<T>(1, n) : default,
                        Levels(levels)));
                }
            }
        }
    }

    [Property]
    public void Without_levels_it_is_the_classical_product(ProductCase<T> product)
    {
        ProductOperands<T> x = product.Build<Ordinary>(), y = product.Build<Ordinary>(), z = product.Build<Ordinary>();
        x.Multiply();
        y.Multiply(MatMulAlgorithm.Classical);
        z.Multiply(MatMulAlgorithm.StrassenWinograd);
        Bits.AssertSame<T>(x.C.View, y.C.View, $"{product}, classical");
        Bits.AssertSame<T>(x.C.View, z.C.View, $"{product}, too small");
    }

    [Theory]
    [InlineData(0, 5000, 5000, 0)]
    [InlineData(1535, 1535, 1535, 0)]
    [InlineData(1536, 1536, 1536, 1)]
    [InlineData(100_000, 512, 100_000, 0)]
    [InlineData(100_000, 520, 100_000, 1)]
    [InlineData(3071, 3072, 3072, 1)]
    [InlineData(3072, 3072, 3072, 2)]
    [InlineData(30_000, 30_000, 30_000, 2)]
    public void The_shape_decides_how_many_levels_pay(int m, int n, int k, int levels)
    {
        Assert.Equal(1536, MatMulAlgorithm.Crossover);
        Assert.Equal(levels, StrassenWinograd.LevelsThatPay(new MatrixProduct<T> { M = m, N = n, K = k }));
    }

    [Fact]
    public void Automatic_levels_are_taken()
    {
        var product = new ProductCase<T>(1537, 1536, 1540, Orientation.Plain, false, false, 0, 0, 0, Seed: 5, Threads: 2);
        ProductOperands<T> x = product.Build<Ordinary>(), y = product.Build<Ordinary>();
        x.Multiply(MatMulAlgorithm.StrassenWinograd);
        y.Multiply(Levels(1));
        Bits.AssertSame<T>(x.C.View, y.C.View, "one level");
        MatMulAlgorithm.ReleaseMemory();
        x.Multiply(MatMulAlgorithm.StrassenWinograd);
        Bits.AssertSame<T>(x.C.View, y.C.View, "with new memory");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(MatMulAlgorithm.MaxLevels + 1)]
    public void Levels_out_of_range_are_refused(int levels) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(levels), () => Levels(levels));

    [Fact]
    public void An_algorithm_says_what_it_is()
    {
        Assert.Equal(default, MatMulAlgorithm.Classical);
        Assert.Equal(MatMulAlgorithm.Classical, Levels(0));
        Assert.Equal(
            ["classical", "Strassen–Winograd", "Strassen–Winograd, 1 level", "Strassen–Winograd, 2 levels"],
            new[] { Levels(0), MatMulAlgorithm.StrassenWinograd, Levels(1), Levels(2) }.Select(algorithm => $"{algorithm}"));
    }
}

public sealed class StrassenFloatContractTests : StrassenContractTests<float>;

public sealed class StrassenDoubleContractTests : StrassenContractTests<double>;

/// <summary>What all threads together allocate; nothing else may run meanwhile.</summary>
public abstract class StrassenMemoryTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_warm_call_allocates_nothing_on_any_thread(int threads)
    {
        foreach ((int m, int n, int k, int levels) in new[] { (1, 1, 1, 1), (65, 64, 67, 2), (257, 300, 391, 1), (1100, 1090, 40, 1) })
        {
            ProductOperands<T> x =
                new ProductCase<T>(m, n, k, Orientation.TransposeB, true, true, 0, 0, 0, Seed: 1, threads).Build<Ordinary>();
            Assert.Equal(0, Allocations.OfTheProcess(() => x.Multiply(MatMulAlgorithm.StrassenWinogradLevels(levels))));
        }
    }

    /// <summary>A third of A, B and C is the limit of any number of levels, but for rounding up and the gap after each row.</summary>
    [Fact]
    public void Memory_is_bounded_and_can_be_given_back()
    {
        ProductOperands<T> x = new ProductCase<T>(1024, 1024, 1024, Orientation.Plain, false, false, 0, 0, 0, Seed: 1).Build<Ordinary>();
        Allocated(x, MatMulAlgorithm.Classical);
        MatMulAlgorithm.ReleaseMemory();
        double third = 1024.0 * 1024 * Unsafe.SizeOf<T>();
        Assert.InRange(Allocated(x, MatMulAlgorithm.StrassenWinogradLevels(MatMulAlgorithm.MaxLevels)), 0.99 * third, 1.1 * third);
        Assert.Equal(0, Allocations.PerCall(() => x.Multiply(MatMulAlgorithm.StrassenWinogradLevels(MatMulAlgorithm.MaxLevels))));
        MatMulAlgorithm.ReleaseMemory();
        Assert.InRange(Allocated(x, MatMulAlgorithm.StrassenWinogradLevels(1)), 0.7 * third, 0.85 * third);
    }

    private static long Allocated(ProductOperands<T> x, MatMulAlgorithm algorithm)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        x.Multiply(algorithm);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

[Collection(Alone.Name)]
public sealed class StrassenFloatMemoryTests : StrassenMemoryTests<float>;

[Collection(Alone.Name)]
public sealed class StrassenDoubleMemoryTests : StrassenMemoryTests<double>;
