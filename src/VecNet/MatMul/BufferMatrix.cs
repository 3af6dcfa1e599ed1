using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A matrix that stays where it is: a part of a buffer, from an offset on, row after row.</summary>
internal readonly unsafe struct BufferMatrix<T>(TensorBuffer<T> buffer, int offset, int columns, int rowStride)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What must outlive every use of the matrix's memory.</summary>
    internal TensorBuffer<T> Buffer { get; } = buffer;

    internal int Columns { get; } = columns;

    /// <summary>The distance between two rows, in elements.</summary>
    internal int RowStride { get; } = rowStride;

    internal T* Pointer { get; } = buffer.Pointer + offset;

    /// <summary>The <paramref name="length"/> elements of memory from (row, column) on. Nothing is checked.</summary>
    internal Span<T> Elements(nint row, nint column, nint length) => new(Pointer + (row * RowStride) + column, (int)length);

    /// <summary>
    /// The block of rows × columns elements, of which there is at least one row, from (row, column) on. Nothing is checked.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TensorView<T> View(nint row, nint column, nint rows, nint columns) =>
        new((int)rows, (int)columns, RowStride, Elements(row, column, ((rows - 1) * RowStride) + columns));
}
