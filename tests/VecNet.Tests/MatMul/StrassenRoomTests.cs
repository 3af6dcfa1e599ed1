using System.Numerics;
using System.Runtime.InteropServices;

namespace VecNet.Tests;

/// <summary>The memory of Strassen–Winograd: what it holds, where it ends, and what remains where there is none.</summary>
public abstract class StrassenRoomTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<Orientation> Orientations => [.. Enum.GetValues<Orientation>()];

    /// <summary>
    /// The buffer is larger than what a product asks for, and filled: after the room it stays as it is, and the room's last row is used.
    /// </summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public unsafe void No_product_leaves_its_room(Orientation orientation)
    {
        const int Behind = 20_000;
        foreach ((int m, int n, int k) in new[] { (2, 200, 3), (200, 3, 31), (3, 2, 200), (33, 64, 129), (65, 130, 17), (97, 31, 33) })
        {
            for (int levels = 1; levels <= MatMulAlgorithm.MaxLevels; levels++)
            {
                var product = new ProductCase<T>(m, n, k, orientation, false, true, 1, 2, 3, Seed: 1);
                MatrixProduct<T> x = StridesOf(product);
                int length = (int)StrassenWinograd.BufferLength(x, StrassenWinograd.PossibleLevels(x, levels));
                var room = new Span<T>(StrassenBuffer<T>.Rent(length + Behind), length + Behind);
                StrassenBuffer<T>.Poison(T.NaN);
                product.Build<Ordinary>().Multiply(MatMulAlgorithm.StrassenWinogradLevels(levels));
                Assert.Equal(-1, room[length..].IndexOfAnyExcept(T.NaN));
                Assert.NotEqual(-1, room[..length].IndexOfAnyExcept(T.NaN));
            }
        }

        MatMulAlgorithm.ReleaseMemory();
    }

    /// <summary>A buffer that is kept serves a larger call only if it reaches to that call's end.</summary>
    [Fact]
    public unsafe void A_kept_buffer_is_not_taken_for_a_larger_one()
    {
        MatMulAlgorithm.ReleaseMemory();
        for (int length = 1000; length < 4000; length += 100)
        {
            T* room = StrassenBuffer<T>.Rent(length);
            new Span<T>(room, length).Clear();
            StrassenBuffer<T>.Poison(T.One);
            Assert.True(T.One == room[length - 1], $"The buffer ends before element {length - 1}.");
            Assert.Equal(0, (nint)room % 4096);
        }

        MatMulAlgorithm.ReleaseMemory();
    }

    [Theory]
    [InlineData(1, 100, 100, 0)]
    [InlineData(100, 0, 100, 0)]
    [InlineData(100, 2, 100, 1)]
    [InlineData(3, 100, 100, 2)]
    [InlineData(100, 100, 5, 3)]
    [InlineData(9, 9, 9, 4)]
    [InlineData(60_000, 30_000, 30_000, 4)]
    [InlineData(46_340, 46_340, 46_340, 4)]
    [InlineData(2, 1_000_000_000, 2, 1)]
    [InlineData(50_000_000, 20, 20, 1)]
    [InlineData(100_000_000, 8, 8, 0)]
    public void There_are_no_more_levels_than_can_be_cut_and_fit_into_an_array(int m, int n, int k, int levels) =>
        Assert.Equal(levels, StrassenWinograd.PossibleLevels(
            StridesOf(new ProductCase<T>(m, n, k, Orientation.Plain, false, false, 0, 0, 0, 0)), MatMulAlgorithm.MaxLevels));

    /// <summary>
    /// A row or a column is multiplied as it is, and a product without terms too: a quarter of C would be taken for nothing.
    /// </summary>
    [Theory]
    [InlineData(1000, 1000, 0)]
    [InlineData(1000, 1000, 1)]
    [InlineData(1, 1000, 1000)]
    public void What_is_not_cut_needs_no_memory(int m, int n, int k)
    {
        ProductOperands<T> x = new ProductCase<T>(m, n, k, Orientation.Plain, false, true, 0, 0, 0, Seed: 1).Build<Ordinary>();
        x.Multiply(MatMulAlgorithm.Classical);
        MatMulAlgorithm.ReleaseMemory();
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            MatMulAlgorithm.ReleaseMemory();
            x.Multiply(MatMulAlgorithm.StrassenWinogradLevels(MatMulAlgorithm.MaxLevels));
        }));
    }

    /// <summary>Each thread has a buffer of its own: neither others' products nor their giving back memory touch it.</summary>
    [Fact]
    public async Task Threads_compute_and_give_memory_back_at_once()
    {
        ProductCase<T>[] cases = [.. Enumerable.Range(0, 4).Select(i =>
            new ProductCase<T>(
                150 + (41 * i), 190 - (23 * i), 170 + (7 * i), (Orientation)(i % 3), i % 2 > 0,
                i > 1, 0, 1, 2, Seed: (ulong)i, Threads: 1 + (i % 2)))];
        var threads = cases.Select((product, number) =>
        {
            ProductOperands<T> expected = product.Build<Integers>();
            expected.Multiply();
            return Task.Factory.StartNew(
                () =>
                {
                    for (int round = 0; round < 12; round++)
                    {
                        ProductOperands<T> x = product.Build<Integers>();
                        x.Multiply(MatMulAlgorithm.StrassenWinogradLevels(1 + (round % 3)));
                        Bits.AssertSame<T>(expected.C.View, x.C.View, $"{product}, round {round}");
                        if ((round + number) % 2 > 0)
                        {
                            MatMulAlgorithm.ReleaseMemory();
                            GC.Collect(0);
                        }
                    }
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        });
        await Task.WhenAll(threads);
    }

    private static unsafe MatrixProduct<T> StridesOf(ProductCase<T> product) => new()
    {
        M = product.M,
        N = product.N,
        K = product.K,
        A = MatrixOperand<T>.RowMajor(null, product.M + product.GapA, product.Orientation == Orientation.TransposeA),
        B = MatrixOperand<T>.RowMajor(null, product.K + product.GapB, product.Orientation == Orientation.TransposeB),
    };
}

public sealed class StrassenFloatRoomTests : StrassenRoomTests<float>;

public sealed class StrassenDoubleRoomTests : StrassenRoomTests<double>;

/// <summary>In a process that may have 96 MB.</summary>
public sealed class StrassenWantTests
{
    [Fact]
    public async Task Without_memory_nothing_is_written()
    {
        ChildRun child = await ChildRun.Of(
            typeof(StrassenWantTests), nameof(Asks_for_more_than_there_is), ("DOTNET_GCHeapHardLimit", "6000000"));
        Assert.True(
            child.ExitCode == 0 && child.Output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal),
            child.Output);
    }

    /// <summary>Two rows of 32 million zeros, which are reserved and never touched, and a bias that would be added first.</summary>
    [Fact(Explicit = true)]
    public unsafe void Asks_for_more_than_there_is()
    {
        const int Terms = 32_000_000;
        void* zeros = NativeMemory.AllocZeroed(2 * Terms, sizeof(float));
        try
        {
            float[,] c = { { 3, 3 }, { 3, 3 } }, bias = { { 5, 5 } };
            Assert.Throws<OutOfMemoryException>(() =>
            {
                var rows = new TensorView<float>(new Span<float>(zeros, 2 * Terms), 2, Terms);
                MatMul.MultiplyTransposeB<float>(
                    rows, rows, c.AsView(), MatMulAlgorithm.StrassenWinogradLevels(1), accumulate: true, bias.AsView());
            });
            Assert.Equal(new float[,] { { 3, 3 }, { 3, 3 } }, c);
        }
        finally
        {
            NativeMemory.Free(zeros);
        }
    }
}
