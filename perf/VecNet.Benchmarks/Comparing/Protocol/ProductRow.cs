namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>One row of the comparison of products: C = op(A)·op(B), overwritten, with a number of threads.</summary>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">Terms of each sum.</param>
/// <param name="Orientation">Which operand lies transposed.</param>
/// <param name="Precision">The element type.</param>
/// <param name="Threads">How many threads the product may use.</param>
/// <param name="RowStride">Elements from one row to the next, of all three matrices; 0 for rows without gaps.</param>
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

    internal override string ToWords() =>
        string.Create(CultureInfo.InvariantCulture, $"{M} {N} {K} {Orientation} {Precision} {Threads} {RowStride}");

    internal static ProductRow Parse(string words)
    {
        string[] parts = words.Split(' ');
        int Number(int index) => int.Parse(parts[index], CultureInfo.InvariantCulture);
        return new(
            Number(0), Number(1), Number(2), Enum.Parse<Orientation>(parts[3]), Enum.Parse<Precision>(parts[4]), Number(5), Number(6));
    }
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
