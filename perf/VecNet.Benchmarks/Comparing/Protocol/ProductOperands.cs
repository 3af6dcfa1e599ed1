using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Protocol;

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
