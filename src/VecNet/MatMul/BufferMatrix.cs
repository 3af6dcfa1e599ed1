using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A row-major matrix in a buffer, from an offset on; its memory does not move.</summary>
internal readonly unsafe struct BufferMatrix<T>(TensorBuffer<T> buffer, int offset, int columns, int rowStride)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The object that must outlive every use of the matrix's memory.</summary>
    internal readonly TensorBuffer<T> Buffer = buffer;

    internal readonly int Columns = columns;

    /// <summary>The distance between two rows, in elements.</summary>
    internal readonly int RowStride = rowStride;

    internal readonly T* Pointer = buffer.Pointer + offset;

    /// <summary>The <paramref name="length"/> elements of memory from (row, column) on, without a check.</summary>
    internal Span<T> Elements(nint row, nint column, nint length) => new(Pointer + (row * RowStride) + column, (int)length);

    /// <summary>The block of rows × columns elements from (row, column) on, without a check; it has at least one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TensorView<T> View(nint row, nint column, nint rows, nint columns) =>
        new((int)rows, (int)columns, RowStride, Elements(row, column, ((rows - 1) * RowStride) + columns));
}
