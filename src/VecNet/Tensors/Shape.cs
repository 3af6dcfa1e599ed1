using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace VecNet;

/// <summary>Checks of shapes. Each message names the parameter and both numbers.</summary>
internal static class Shape
{
    /// <summary>Gets the number of elements that a view spans, (rows − 1) · stride + columns, and throws if there are fewer.</summary>
    internal static int RequiredLength(int available, int rows, int columns, int rowStride, string name = "span")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (rowStride < columns)
        {
            ThrowStride(rowStride, columns);
        }

        long required = rows == 0 || columns == 0 ? 0 : ((rows - 1) * (long)rowStride) + columns;
        if (required > available)
        {
            ThrowTooShort(required, available, rows, columns, rowStride, name);
        }

        return (int)required;
    }

    internal static void CheckIndex(int index, int count, string name)
    {
        if ((uint)index >= (uint)count)
        {
            ThrowIndex(index, count, name);
        }
    }

    /// <summary>Throws unless all of the given indices are in range.</summary>
    /// <param name="start">The first index.</param>
    /// <param name="count">The number of indices.</param>
    /// <param name="available">The number of rows or columns.</param>
    /// <param name="what">What they are: a row or a column.</param>
    /// <param name="name">The name of the parameter that is the first index.</param>
    internal static void CheckSlice(int start, int count, int available, string what, string name)
    {
        if (start < 0 || count < 0 || start > available - count)
        {
            ThrowSlice(start, count, available, what, name);
        }
    }

    /// <summary>Throws unless both views have the same shape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckSame<T>(
        ReadOnlyTensorView<T> expected,
        ReadOnlyTensorView<T> actual,
        [CallerArgumentExpression(nameof(expected))] string expectedName = "",
        [CallerArgumentExpression(nameof(actual))] string actualName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (expected.Rows != actual.Rows || expected.Columns != actual.Columns)
        {
            ThrowDifferent(expected.Rows, expected.Columns, actual.Rows, actual.Columns, expectedName, actualName);
        }
    }

    /// <summary>Throws unless the view is rows × columns.</summary>
    internal static void Check<T>(
        ReadOnlyTensorView<T> view, int rows, int columns, [CallerArgumentExpression(nameof(view))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (view.Rows != rows || view.Columns != columns)
        {
            ThrowShape(view.Rows, view.Columns, rows, columns, name);
        }
    }

    /// <summary>A tensor span's shape as a matrix.</summary>
    internal static (int Rows, int Columns, int RowStride, int Length) OfTensorSpan(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        if (lengths.Length is not (1 or 2))
        {
            throw new ArgumentException($"A view has one or two dimensions; the tensor span has {lengths.Length}.", "tensor");
        }

        nint rows = lengths.Length == 2 ? lengths[0] : 1;
        nint columns = lengths[^1];
        if (rows == 0 || columns == 0)
        {
            return rows <= int.MaxValue && columns <= int.MaxValue
                ? ((int)rows, (int)columns, (int)columns, 0)
                : throw new ArgumentException(
                    $"A view has at most {int.MaxValue} rows and columns; the empty tensor span is {rows}×{columns}.", "tensor");
        }

        if (columns > 1 && strides[^1] != 1)
        {
            throw new ArgumentException(
                $"The elements of a row must be contiguous; the tensor span's last stride is {strides[^1]}, not 1.", "tensor");
        }

        nint rowStride = rows == 1 ? columns : strides[0];
        if (rowStride < columns)
        {
            throw new ArgumentException(
                $"Rows must not overlap; the tensor span's row stride of {rowStride} is smaller than its width of {columns}.", "tensor");
        }

        Int128 length = (((Int128)rows - 1) * rowStride) + columns;
        if (length > int.MaxValue)
        {
            throw new ArgumentException($"A view spans at most {int.MaxValue} elements; the tensor span spans {length}.", "tensor");
        }

        return ((int)rows, (int)columns, (int)rowStride, (int)length);
    }

    /// <summary>The shape, the stride where it exceeds the width, and the corner values.</summary>
    internal static string Describe<T>(ReadOnlyTensorView<T> view)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{typeof(T).Name} {view.Rows}×{view.Columns}");
        if (!view.IsContiguous)
        {
            text.Append(CultureInfo.InvariantCulture, $" (row stride {view.RowStride})");
        }

        text.Append(" [");
        for (int row = view.Columns == 0 ? view.Rows : 0; row < view.Rows; row = NextShown(row, view.Rows, text, "; "))
        {
            for (int column = 0; column < view.Columns; column = NextShown(column, view.Columns, text, ", "))
            {
                text.Append(CultureInfo.InvariantCulture, $"{view[row, column]:G4}");
            }
        }

        return text.Append(']').ToString();
    }

    /// <summary>The next index that Describe shows: all of up to four, else 0, 1 and the last, with the separator before it.</summary>
    private static int NextShown(int index, int count, StringBuilder text, string separator)
    {
        int next = index == 1 && count > 4 ? count - 1 : index + 1;
        if (next < count)
        {
            text.Append(separator).Append(next > index + 1 ? "…" + separator : "");
        }

        return next;
    }

    [DoesNotReturn]
    private static void ThrowStride(int rowStride, int columns) => throw new ArgumentOutOfRangeException(
        nameof(rowStride), rowStride, $"The row stride of {rowStride} is smaller than the width of {columns} columns.");

    [DoesNotReturn]
    private static void ThrowTooShort(long required, int available, int rows, int columns, int rowStride, string name) =>
        throw new ArgumentException(
            $"A {rows}×{columns} view with row stride {rowStride} needs {required} elements; the {name} has {available}.", name);

    [DoesNotReturn]
    private static void ThrowIndex(int index, int count, string name) => throw new ArgumentOutOfRangeException(
        name, index, $"Index {index} is outside the view's {count} {name}s.");

    [DoesNotReturn]
    private static void ThrowSlice(int start, int count, int available, string what, string name) => throw new ArgumentOutOfRangeException(
        name, start, $"{count} {what}s from {start} on are not inside the view's {available} {what}s.");

    [DoesNotReturn]
    private static void ThrowDifferent(int rows, int columns, int otherRows, int otherColumns, string name, string otherName) =>
        throw new ArgumentException($"{otherName} is {otherRows}×{otherColumns}; it must be {rows}×{columns} like {name}.", otherName);

    [DoesNotReturn]
    private static void ThrowShape(int rows, int columns, int expectedRows, int expectedColumns, string name) =>
        throw new ArgumentException($"{name} is {rows}×{columns}; it must be {expectedRows}×{expectedColumns}.", name);
}
