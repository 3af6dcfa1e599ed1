using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A matrix of <see cref="Rows"/> × <see cref="Columns"/> elements that are only read, laid over a span.</summary>
/// <remarks>
/// Row-major: element (i, j) is span[i · <see cref="RowStride"/> + j]. The elements of one row are contiguous; the row stride may exceed
/// the width, as in a block of a larger matrix. A view neither owns nor copies memory.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly ref struct ReadOnlyTensorView<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal readonly ReadOnlySpan<T> Span;

    /// <summary>A dense view of the first rows · columns elements of <paramref name="span"/>.</summary>
    /// <inheritdoc cref="ReadOnlyTensorView(ReadOnlySpan{T}, int, int, int)"/>
    public ReadOnlyTensorView(ReadOnlySpan<T> span, int rows, int columns)
        : this(span, rows, columns, columns)
    {
    }

    /// <summary>A view of <paramref name="rows"/> rows, each <paramref name="rowStride"/> elements after the previous one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or the stride is smaller than the width.</exception>
    /// <exception cref="ArgumentException">The span is too short for the shape.</exception>
    public ReadOnlyTensorView(ReadOnlySpan<T> span, int rows, int columns, int rowStride)
    {
        Span = span[..Shape.RequiredLength(span.Length, rows, columns, rowStride)];
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
    }

    /// <summary>The same without the checks, for a shape that has passed them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlyTensorView(int rows, int columns, int rowStride, ReadOnlySpan<T> span)
    {
        Span = span;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The distance, in elements, between the starts of two neighboring rows.</summary>
    public int RowStride { get; }

    /// <summary>The number of elements: rows · columns.</summary>
    public int Length => Rows * Columns;

    /// <summary>Whether the view has no element.</summary>
    public bool IsEmpty => Rows == 0 || Columns == 0;

    /// <summary>Whether the elements are contiguous in memory.</summary>
    public bool IsContiguous => RowStride == Columns || Rows <= 1;

    /// <summary>The element in <paramref name="row"/> and <paramref name="column"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The element is outside the view.</exception>
    public ref readonly T this[int row, int column]
    {
        get
        {
            Shape.CheckIndex(row, Rows, nameof(row));
            Shape.CheckIndex(column, Columns, nameof(column));
            return ref Span[(row * RowStride) + column];
        }
    }

    /// <summary>The elements of one row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<T> Row(int row)
    {
        Shape.CheckIndex(row, Rows, nameof(row));
        return Columns == 0 ? default : Span.Slice(row * RowStride, Columns);
    }

    /// <summary>Gets the block of rows × columns elements whose upper left corner is (row, column), without copying.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The block is not inside the view.</exception>
    public ReadOnlyTensorView<T> Slice(int row, int column, int rows, int columns)
    {
        Shape.CheckSlice(row, rows, Rows, "row", nameof(row));
        Shape.CheckSlice(column, columns, Columns, "column", nameof(column));
        return Block(row, column, rows, columns);
    }

    /// <summary>Gets <paramref name="count"/> rows, beginning with row <paramref name="start"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not all inside the view.</exception>
    public ReadOnlyTensorView<T> SliceRows(int start, int count)
    {
        Shape.CheckSlice(start, count, Rows, "row", nameof(start));
        return Block(start, 0, count, Columns);
    }

    /// <summary>Gets <paramref name="count"/> columns, beginning with column <paramref name="start"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The columns are not all inside the view.</exception>
    public ReadOnlyTensorView<T> SliceColumns(int start, int count)
    {
        Shape.CheckSlice(start, count, Columns, "column", nameof(start));
        return Block(0, start, Rows, count);
    }

    /// <summary>All elements as one span.</summary>
    /// <exception cref="InvalidOperationException">The view has gaps (see <see cref="IsContiguous"/>).</exception>
    public ReadOnlySpan<T> AsSpan() => IsContiguous
        ? Span
        : throw new InvalidOperationException(
            $"The {Rows}×{Columns} view has a row stride of {RowStride}: its elements are not contiguous.");

    /// <summary>
    /// Copies every element to <paramref name="destination"/>, which may share elements with the source only if it is the same view.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or the views partly overlap.</exception>
    public void CopyTo(TensorView<T> destination)
    {
        Shape.CheckSame(this, destination, "the source");
        Overlap.CheckSameOrDisjoint(this, destination, "the source");
        for (int row = 0; row < Rows && !IsEmpty; row++)
        {
            Row(row).CopyTo(destination.Row(row));
        }
    }

    /// <summary>Copies every element to a new array, row by row without gaps: element (i, j) is at i · <see cref="Columns"/> + j.</summary>
    public T[] ToArray()
    {
        T[] array = new T[Length];
        CopyTo(new TensorView<T>(array, Rows, Columns));
        return array;
    }

    /// <summary>Copies every element to a new two-dimensional array of the same shape.</summary>
    public T[,] To2DArray()
    {
        var array = new T[Rows, Columns];
        CopyTo(array);
        return array;
    }

    /// <summary>The same elements as a tensor span of the base class library, with lengths [rows, columns].</summary>
    public ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan()
    {
        // The base class library requires stride 0 for a dimension that it cannot step along, and a span that is not null.
        ReadOnlySpan<nint> strides = [Rows <= 1 || Columns == 0 ? 0 : RowStride, Columns <= 1 ? 0 : 1];
        return new(IsEmpty ? Array.Empty<T>() : Span, [Rows, Columns], strides);
    }

    /// <summary>Views an array as one row.</summary>
    public static implicit operator ReadOnlyTensorView<T>(T[]? array) => new(array, 1, array?.Length ?? 0);

    /// <summary>Views a span as one row.</summary>
    public static implicit operator ReadOnlyTensorView<T>(ReadOnlySpan<T> span) => new(span, 1, span.Length);

    /// <summary>Views a span as one row.</summary>
    public static implicit operator ReadOnlyTensorView<T>(Span<T> span) => new(span, 1, span.Length);

    /// <summary>Views a two-dimensional array in its own shape.</summary>
    public static implicit operator ReadOnlyTensorView<T>(T[,]? array) => array.AsView();

    /// <summary>The shape and the corner values, for debuggers and messages.</summary>
    public override string ToString() => Shape.Describe(this);

    /// <summary>A block that is known to be inside.</summary>
    private ReadOnlyTensorView<T> Block(int row, int column, int rows, int columns) =>
        new(rows == 0 || columns == 0 ? default : Span[((row * RowStride) + column)..], rows, columns, RowStride);
}
