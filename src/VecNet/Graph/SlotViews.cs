using System.Numerics;

namespace VecNet;

/// <summary>A list of matrices inside one flat buffer, as views that are created on demand.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct SlotViews<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> buffer;
    private readonly ReadOnlySpan<Slot> slots;

    /// <summary>Creates views of the given slots of a buffer.</summary>
    public SlotViews(Span<T> buffer, ReadOnlySpan<Slot> slots)
    {
        this.buffer = buffer;
        this.slots = slots;
    }

    /// <summary>The number of matrices.</summary>
    public int Count => slots.Length;

    /// <summary>The matrix at an index.</summary>
    public TensorView<T> this[int index]
    {
        get
        {
            ref readonly Slot slot = ref slots[index];
            return new(buffer[slot.Offset..], slot.Rows, slot.Columns);
        }
    }

    /// <summary>The rows that a sparse gradient has; null for others.</summary>
    internal TouchedRows? TouchedRowsOf(int index) => slots[index].Touched;

    /// <summary>Some of the matrices, from <paramref name="start"/> on.</summary>
    internal SlotViews<T> Slice(int start, int count) => new(buffer, slots.Slice(start, count));

    /// <summary>The name under which the matrix was declared.</summary>
    public string GetName(int index) => slots[index].Name;
}
