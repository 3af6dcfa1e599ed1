using System.Numerics;

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

    internal override string ShortName => (M == N && N == K ? $"{M}³" : $"{M}×{N}×{K}")
        + $" {Formula} {GetName(Precision)}{(RowStride == 0 ? "" : $", stride {RowStride}")}";

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

/// <summary>The matrices of a row, the same in every process: uniform numbers of [−1, 1) from one seed.</summary>
internal sealed class ProductOperands<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ProductRow row;

    internal ProductOperands(ProductRow row)
    {
        this.row = row;
        var random = new SplitMix64(1);
        int WidthOf(int columns) => row.RowStride == 0 ? columns : row.RowStride;
        Memory = (
            OperationOperands<T>.Uniform(random, row.StoredA.Rows, WidthOf(row.StoredA.Columns), -1, 1),
            OperationOperands<T>.Uniform(random, row.StoredB.Rows, WidthOf(row.StoredB.Columns), -1, 1),
            new(row.M, WidthOf(row.N)));
    }

    /// <summary>The rows of the three with the gaps after them.</summary>
    internal (TensorBuffer<T> A, TensorBuffer<T> B, TensorBuffer<T> C) Memory { get; }

    internal TensorView<T> A => Memory.A.View.SliceColumns(0, row.StoredA.Columns);

    internal TensorView<T> B => Memory.B.View.SliceColumns(0, row.StoredB.Columns);

    internal TensorView<T> C => Memory.C.View.SliceColumns(0, row.N);

    /// <summary>The row of a library that writes into C: what is compared is one product over a C full of NaN, without the gaps.</summary>
    internal PreparedRow Prepared(Action<int> multiply) => new(multiply, () =>
    {
        Memory.C.Span.Fill(T.NaN);
        multiply(1);
        var result = new T[row.M * row.N];
        C.CopyTo(result.AsView(row.M, row.N));
        return [result];
    });
}
