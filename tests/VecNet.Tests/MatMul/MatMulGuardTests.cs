using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// A, B, C and the bias each end right before a page that may not be touched, or begin right after one: a product that reads or writes
/// one element too far ends the process, and the trace on its standard error names the loop.
/// </summary>
/// <remarks>
/// Each dimension in turn takes every remainder of the largest tile and of twice that, while the others take those of small ones.
/// </remarks>
public abstract class MatMulGuardTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Twice the widest row of a tile, 64 floats, and one more.</summary>
    private const int Widest = 129;

    /// <summary>Twice the highest tile and one more.</summary>
    private const int Highest = 25;

    /// <summary>Sizes beside the edges of the vectors and tiles that there are.</summary>
    private static readonly int[] Edges = [1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 17, 33, 65];

    private static readonly int[] Gaps = [0, 1, 3];

    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Every_remainder_of_columns(Orientation orientation) => Multiply(
        orientation,
        from n in Enumerable.Range(0, Widest + 1)
        from m in Enumerable.Range(0, Highest + 1)
        from k in new[] { 0, 1, 2, 3, 4, 5, 7, 8, 17 }
        select (m, n, k));

    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Every_remainder_of_rows(Orientation orientation) => Multiply(
        orientation, from m in Enumerable.Range(0, Widest + 1) from n in Edges from k in new[] { 1, 2, 3, 4, 5, 8, 17 } select (m, n, k));

    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Every_remainder_of_terms(Orientation orientation) => Multiply(
        orientation,
        from k in Enumerable.Range(0, Widest + 1) from m in new[] { 1, 2, 3, 4, 5, 6, 7, 12, 13 } from n in Edges select (m, n, k));

    /// <summary>
    /// Sizes that are packed, blocked, and worth more than one thread: in each direction, and beside the edges of vectors.
    /// </summary>
    [Theory]
    [InlineData(Orientation.Plain)]
    [InlineData(Orientation.TransposeA)]
    [InlineData(Orientation.TransposeB)]
    public void Packed_and_shared_products(Orientation orientation) => Multiply(
        orientation,
        from shape in new[]
        {
            (300, 130, 700), (301, 127, 385), (65, 1031, 387), (49, 2049, 259), (1031, 33, 129),
            (513, 10, 784), (1, 3001, 300), (3001, 1, 300), (257, 1009, 1),
        }
        from repetition in Enumerable.Range(0, 4)
        select shape);

    /// <summary>Each of four neighboring shapes has other options; gaps and budgets are random.</summary>
    private static void Multiply(Orientation orientation, IEnumerable<(int M, int N, int K)> shapes)
    {
        using var memory = new GuardedMemory();
        var random = new Seeded((ulong)orientation);
        int number = 0;
        foreach ((int m, int n, int k) in shapes)
        {
            var product = new ProductCase<T>(
                m, n, k, orientation, Accumulate: number % 4 > 1, HasBias: number % 2 > 0,
                Gap(ref random), Gap(ref random), Gap(ref random), Seed: 0, Threads: random.Integer(1, 3));
            memory.AtBothEdges(() => product.Multiply(
                memory.Matrix<T>(product.ShapeOfA.Rows, product.ShapeOfA.Columns, product.GapA),
                memory.Matrix<T>(product.ShapeOfB.Rows, product.ShapeOfB.Columns, product.GapB),
                memory.Matrix<T>(m, n, product.GapC),
                product.HasBias ? memory.Matrix<T>(1, n) : default));
            number++;
        }
    }

    private static int Gap(ref Seeded random) => Gaps[random.Integer(0, 2)];
}

public sealed class MatMulFloatGuardTests : MatMulGuardTests<float>;

public sealed class MatMulDoubleGuardTests : MatMulGuardTests<double>;
