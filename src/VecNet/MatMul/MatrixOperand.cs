using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A matrix in memory: element (i, j) is Pointer[i · RowStride + j · ColumnStride]. A transposition swaps the strides.</summary>
internal unsafe struct MatrixOperand<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal T* Pointer;

    /// <summary>The distance between two rows, in elements.</summary>
    internal nint RowStride;

    /// <summary>The distance between two columns, in elements.</summary>
    internal nint ColumnStride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal MatrixOperand(T* pointer, nint rowStride, nint columnStride)
    {
        Pointer = pointer;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    internal readonly MatrixOperand<T> Transposed => new(Pointer, ColumnStride, RowStride);

    /// <summary>op(X) of a row-major X with a row stride of <paramref name="stride"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static MatrixOperand<T> RowMajor(T* pointer, nint stride, bool isTransposed = false) =>
        isTransposed ? new(pointer, 1, stride) : new(pointer, stride, 1);

    /// <summary>The address of element (row, column).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly T* At(nint row, nint column) => Pointer + (row * RowStride) + (column * ColumnStride);
}
