using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>Creates buffers.</summary>
public static class TensorBuffer
{
    /// <summary>Creates a buffer that holds a copy of the view's elements.</summary>
    public static TensorBuffer<T> Copy<T>(ReadOnlyTensorView<T> view)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var buffer = new TensorBuffer<T>(view.Rows, view.Columns);
        view.CopyTo(buffer.View);
        return buffer;
    }
}

/// <summary>A matrix that owns its elements: zeroed, row-major without gaps, pinned, and aligned to a cache line.</summary>
/// <remarks>The memory belongs to the garbage collector: there is nothing to dispose.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[DebuggerDisplay("{View.ToString(),nq}")]
public sealed class TensorBuffer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The alignment of the first element, in bytes: the length of a cache line and of the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>The number of elements from one aligned address to the next.</summary>
    internal static readonly int AlignedLength = Alignment / Unsafe.SizeOf<T>();

    private readonly T[] array;
    private readonly int offset;

    /// <summary>A matrix of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or there would be more elements than an array can
    /// hold.</exception>
    public TensorBuffer(int rows, int columns)
    {
        ElementType.Check<T>();
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        long length = (long)rows * columns;
        if (length > Array.MaxLength - AlignedLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(columns), columns,
                $"A {rows}×{columns} buffer has {length} elements; at most {Array.MaxLength - AlignedLength} fit.");
        }

        Rows = rows;
        Columns = columns;
        array = GC.AllocateArray<T>((int)length + AlignedLength, pinned: true);
        offset = OffsetToAlignment(array);
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of elements.</summary>
    public int Length => Rows * Columns;

    /// <summary>The memory of the elements, in bytes.</summary>
    public long Bytes => (long)Length * Unsafe.SizeOf<T>();

    /// <summary>All elements, row by row.</summary>
    public Span<T> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), offset), Length);
    }

    /// <summary>The address of the first element, which does not change while the buffer is reachable.</summary>
    internal unsafe T* Pointer => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)) + offset;

    /// <summary>The elements as a matrix.</summary>
    public TensorView<T> View
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Rows, Columns, Columns, Span);
    }

    /// <summary>The number of elements before the first aligned one.</summary>
    private static unsafe int OffsetToAlignment(T[] pinned)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
        nuint misalignment = address % Alignment;
        return misalignment == 0 ? 0 : (int)(Alignment - misalignment) / Unsafe.SizeOf<T>();
    }
}
