using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>Decides exactly whether two views share memory: on elements, not on address ranges.</summary>
/// <remarks>
/// Two column blocks of one matrix interleave in memory without sharing elements. All arithmetic is in bytes, so that views whose
/// elements are half an element apart (made by casting spans) are found too.
/// </remarks>
internal static class Overlap
{
    /// <summary>Throws unless the views are disjoint or are the same elements in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckSameOrDisjoint<T>(
        in ReadOnlyTensorView<T> source, in ReadOnlyTensorView<T> destination,
        [CallerArgumentExpression(nameof(source))] string sourceName = "",
        [CallerArgumentExpression(nameof(destination))] string destinationName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (MayShare(source.Span, destination.Span) && !AreSame(source, destination) && Share(source, destination))
        {
            ThrowPartly(sourceName, destinationName);
        }
    }

    /// <summary><see cref="CheckSameOrDisjoint"/> for two element types; views of different types are never the same.</summary>
    internal static void CheckSameOrDisjointAcrossTypes<TSource, TDestination>(
        in ReadOnlyTensorView<TSource> source, in ReadOnlyTensorView<TDestination> destination,
        [CallerArgumentExpression(nameof(source))] string sourceName = "",
        [CallerArgumentExpression(nameof(destination))] string destinationName = "")
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
        where TDestination : unmanaged, IBinaryFloatingPointIeee754<TDestination>
    {
        if (source.IsEmpty || destination.IsEmpty)
        {
            return;
        }

        ref byte start = ref Unsafe.As<TSource, byte>(ref MemoryMarshal.GetReference(source.Span));
        long distance = Unsafe.ByteOffset(in start, in Unsafe.As<TDestination, byte>(ref MemoryMarshal.GetReference(destination.Span)));
        bool areSame = typeof(TSource) == typeof(TDestination) && distance == 0
            && source.Rows == destination.Rows && source.Columns == destination.Columns
            && (source.RowStride == destination.RowStride || source.Rows == 1);
        if (!areSame && Share(Rectangle.From(source), Rectangle.From(destination), distance))
        {
            ThrowPartly(sourceName, destinationName);
        }
    }

    /// <summary>Throws if the views share an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckDisjoint<T>(
        in ReadOnlyTensorView<T> source, in TensorView<T> destination,
        [CallerArgumentExpression(nameof(source))] string sourceName = "",
        [CallerArgumentExpression(nameof(destination))] string destinationName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (MayShare(source.Span, destination.Span))
        {
            CheckElementsDisjoint(source, destination, sourceName, destinationName);
        }
    }

    private static void CheckElementsDisjoint<T>(
        ReadOnlyTensorView<T> source, ReadOnlyTensorView<T> destination, string sourceName, string destinationName)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Share(source, destination))
        {
            ThrowShared(sourceName, destinationName);
        }
    }

    /// <summary>Whether the address ranges intersect; otherwise no element is shared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool MayShare<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
    {
        // As an unsigned number, a negative distance is larger than any length.
        nint distance = Unsafe.ByteOffset(in MemoryMarshal.GetReference(x), in MemoryMarshal.GetReference(y));
        return (nuint)distance < (nuint)x.Length * (nuint)Unsafe.SizeOf<T>()
            || (nuint)(-distance) < (nuint)y.Length * (nuint)Unsafe.SizeOf<T>();
    }

    /// <summary>Whether both views are the same elements in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool AreSame<T>(in ReadOnlyTensorView<T> x, in ReadOnlyTensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Unsafe.AreSame(in MemoryMarshal.GetReference(x.Span), in MemoryMarshal.GetReference(y.Span))
        && x.Rows == y.Rows && x.Columns == y.Columns && (x.RowStride == y.RowStride || x.Rows <= 1);

    /// <summary>Whether any byte belongs to an element of both views.</summary>
    internal static bool Share<T>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.IsEmpty || y.IsEmpty)
        {
            return false;
        }

        long distance = Unsafe.ByteOffset(in MemoryMarshal.GetReference(x.Span), in MemoryMarshal.GetReference(y.Span));
        return Share(Rectangle.From(x), Rectangle.From(y), distance);
    }

    /// <summary>Throws if an index lies in an element of the view.</summary>
    internal static void CheckDisjoint<T>(
        ReadOnlySpan<int> indices, TensorView<T> destination,
        [CallerArgumentExpression(nameof(indices))] string indicesName = "",
        [CallerArgumentExpression(nameof(destination))] string destinationName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (indices.IsEmpty || destination.IsEmpty)
        {
            return;
        }

        ref byte start = ref Unsafe.As<int, byte>(ref MemoryMarshal.GetReference(indices));
        long distance = Unsafe.ByteOffset(in start, in Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(destination.Span)));
        if (Share(Rectangle.From(indices), Rectangle.From<T>(destination), distance))
        {
            ThrowShared(indicesName, destinationName);
        }
    }

    /// <summary>Whether a row of one overlaps a row of the other, which starts at <paramref name="distance"/> from the first.</summary>
    private static bool Share(Rectangle x, Rectangle y, long distance)
    {
        if (distance >= x.Length || -distance >= y.Length)
        {
            return false;
        }

        // Row i of x covers bytes [i·sx, i·sx + wx), row j of y covers [d + j·sy, d + j·sy + wy). They overlap when i·sx − wy
        // < d + j·sy < i·sx + wx. The rows of the view with fewer rows are enumerated; the row of the other is computed.
        return x.Rows <= y.Rows ? Meet(x, y, distance) : Meet(y, x, -distance);
    }

    /// <summary>
    /// Whether a row of <paramref name="walked"/> overlaps a row of <paramref name="other"/> that starts at <paramref name="distance"/>.
    /// </summary>
    private static bool Meet(Rectangle walked, Rectangle other, long distance)
    {
        for (int row = 0; row < walked.Rows; row++)
        {
            // The first row of the other view that ends after this row's start, and whether it starts before this row's end.
            long start = (row * walked.Stride) - distance;
            long behind = start - other.Width < 0 ? 0 : ((start - other.Width) / other.Stride) + 1;
            if (behind < other.Rows && behind * other.Stride < start + walked.Width)
            {
                return true;
            }
        }

        return false;
    }

    [DoesNotReturn]
    private static void ThrowPartly(string source, string destination) => throw new ArgumentException(
        $"{destination} partly overlaps {source}: it must be the same view or share no elements with it.", destination);

    [DoesNotReturn]
    private static void ThrowShared(string source, string destination) => throw new ArgumentException(
        $"{destination} shares elements with {source}, which is not allowed here.", destination);

    /// <summary>Rows with the given length and stride in bytes.</summary>
    private readonly struct Rectangle(int rows, long stride, long width)
    {
        internal int Rows => rows;

        internal long Stride => stride;

        internal long Width => width;

        /// <summary>The number of bytes from the first to the last.</summary>
        internal long Length => ((rows - 1) * stride) + width;

        internal static Rectangle From<T>(ReadOnlyTensorView<T> view)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            long size = Unsafe.SizeOf<T>();
            return new(view.Rows, view.RowStride * size, view.Columns * size);
        }

        internal static Rectangle From(ReadOnlySpan<int> indices) =>
            new(1, indices.Length * (long)sizeof(int), indices.Length * (long)sizeof(int));
    }
}
