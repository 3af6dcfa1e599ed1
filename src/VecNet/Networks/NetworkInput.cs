using System.Numerics;

namespace VecNet;

/// <summary>The input of a pass: a dense matrix, or sparse rows.</summary>
internal readonly ref struct NetworkInput<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The matrix; empty where the input is sparse.</summary>
    internal readonly ReadOnlyTensorView<T> Dense;

    /// <summary>The sparse rows, if the input is sparse.</summary>
    internal readonly SparseRowsView<T> Sparse;

    private NetworkInput(ReadOnlyTensorView<T> dense)
    {
        Dense = dense;
        Rows = dense.Rows;
        Columns = dense.Columns;
    }

    private NetworkInput(SparseRowsView<T> sparse)
    {
        Sparse = sparse;
        Rows = sparse.Rows;
        Columns = sparse.Columns;
        IsSparse = true;
    }

    internal int Rows { get; }

    internal int Columns { get; }

    internal bool IsSparse { get; }

    public static implicit operator NetworkInput<T>(ReadOnlyTensorView<T> dense) => new(dense);

    public static implicit operator NetworkInput<T>(SparseRowsView<T> sparse) => new(sparse);
}
