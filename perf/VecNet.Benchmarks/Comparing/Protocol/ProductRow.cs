namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>One row of the comparison of products: C = op(A)·op(B), overwritten, m × n with sums of k terms.</summary>
/// <remarks>The row stride counts elements from one row to the next, of all three matrices; it is 0 for rows without gaps.</remarks>
internal sealed record ProductRow(
    int M, int N, int K, Orientation Orientation = Orientation.Plain, Precision Precision = Precision.Float32, int Threads = 1,
    int RowStride = 0)
    : ComparedRow(Precision, Threads)
{
    internal override double FloatingPointOperations => 2.0 * M * N * K;

    /// <summary>
    /// k roundings by half a unit in the last place, relative to the largest element; a few more, because in short sums a term may exceed
    /// the sum.
    /// </summary>
    internal override double Tolerance => (K + 8) * (Precision == Precision.Float32 ? 1.0 / (1 << 24) : 1.0 / (1L << 53));

    /// <summary>The rows and columns of A as they lie in memory.</summary>
    internal (int Rows, int Columns) StoredA => Orientation == Orientation.TransposeA ? (K, M) : (M, K);

    /// <summary>The rows and columns of B as they lie in memory.</summary>
    internal (int Rows, int Columns) StoredB => Orientation == Orientation.TransposeB ? (N, K) : (K, N);

    internal override string Name =>
        $"{ShortName}{(RowStride == 0 ? "" : $", stride {RowStride}")}{(Threads == 1 ? "" : $", {Threads} threads")}";

    internal override string ShortName => $"{(M == N && N == K ? $"{M}³" : $"{M}×{N}×{K}")} {Formula} {NameOf(Precision)}";

    internal string Formula => Orientation switch
    {
        Orientation.TransposeA => "Aᵀ·B",
        Orientation.TransposeB => "A·Bᵀ",
        _ => "A·B",
    };
}

/// <summary>Which operand lies transposed in memory.</summary>
internal enum Orientation
{
    /// <summary>A·B.</summary>
    Plain,

    /// <summary>Aᵀ·B, as a gradient of weights.</summary>
    TransposeA,

    /// <summary>A·Bᵀ, as a gradient of inputs.</summary>
    TransposeB,
}
