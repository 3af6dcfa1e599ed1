using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>
/// Creates views of arrays, spans and the base class library's tensor spans, without copying; the element type is inferred.
/// </summary>
public static class TensorViewExtensions
{
    /// <summary>Views an array as one row.</summary>
    public static TensorView<T> AsView<T>(this T[]? array)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => array;

    /// <summary>Views a span as one row.</summary>
    public static TensorView<T> AsView<T>(this Span<T> span)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => span;

    /// <summary>Views a span as one row.</summary>
    public static ReadOnlyTensorView<T> AsView<T>(this ReadOnlySpan<T> span)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => span;

    /// <summary>Views the first rows · columns elements of an array as a matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="ArgumentException">The array is too short for the shape.</exception>
    public static TensorView<T> AsView<T>(this T[]? array, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(
            rows, columns, columns,
            array.AsSpan(0, Shape.RequiredLength(array?.Length ?? 0, rows, columns, columns, nameof(array))));

    /// <summary>Views the first rows · columns elements of a span as a matrix.</summary>
    /// <inheritdoc cref="AsView{T}(T[], int, int)"/>
    public static TensorView<T> AsView<T>(this Span<T> span, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(span, rows, columns);

    /// <summary>Views the first rows · columns elements of a span as a matrix.</summary>
    /// <inheritdoc cref="AsView{T}(T[], int, int)"/>
    public static ReadOnlyTensorView<T> AsView<T>(this ReadOnlySpan<T> span, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(span, rows, columns);

    /// <summary>Views a two-dimensional array in its own shape.</summary>
    /// <exception cref="ArgumentException">The array has more than int.MaxValue elements.</exception>
    public static TensorView<T> AsView<T>(this T[,]? array)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (array is null)
        {
            return default;
        }

        int rows = array.GetLength(0);
        int columns = array.GetLength(1);
        if (array.LongLength > int.MaxValue)
        {
            throw new ArgumentException(
                $"A view holds at most {int.MaxValue} elements; the {rows}×{columns} array has {array.LongLength}.", nameof(array));
        }

        return array.Length == 0
            ? new(default, rows, columns)
            : new(MemoryMarshal.CreateSpan(ref array[0, 0], array.Length), rows, columns);
    }

    /// <summary>Views a tensor span of rank 1 (as one row) or 2 as a matrix.</summary>
    /// <exception cref="ArgumentException">The rank is not 1 or 2, the last stride is not 1, rows overlap, or there are more than
    /// int.MaxValue elements.</exception>
    public static TensorView<T> AsView<T>(this in TensorSpan<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int columns, int rowStride, int length) = Shape.OfTensorSpan(tensor.Lengths, tensor.Strides);
        Span<T> span = length == 0 ? default : MemoryMarshal.CreateSpan(ref tensor.GetPinnableReference(), length);
        return new(span, rows, columns, rowStride);
    }

    /// <summary>Views a read-only tensor span of rank 1 (as one row) or 2 as a matrix.</summary>
    /// <exception cref="ArgumentException">The rank is not 1 or 2, the last stride is not 1, rows overlap, or there are more than
    /// int.MaxValue elements.</exception>
    public static ReadOnlyTensorView<T> AsView<T>(this in ReadOnlyTensorSpan<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int columns, int rowStride, int length) = Shape.OfTensorSpan(tensor.Lengths, tensor.Strides);
        ReadOnlySpan<T> span = length == 0
            ? default
            : MemoryMarshal.CreateReadOnlySpan(in tensor.GetPinnableReference(), length);
        return new(span, rows, columns, rowStride);
    }
}
