using System.Numerics;

namespace VecNet;

/// <summary>Lays out matrices in a flat buffer one after another, each aligned like the buffer itself; the gaps stay zero.</summary>
internal sealed class SlotLayout<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private long length;

    /// <summary>The number of elements so far, including gaps.</summary>
    internal int Length => (int)length;

    /// <summary>Assigns an offset to a slot.</summary>
    /// <param name="slot">The matrix that a layer declared.</param>
    /// <param name="path">The path of that layer.</param>
    /// <exception cref="ArgumentException">The buffer would hold more than int.MaxValue elements.</exception>
    internal Slot Place(Slot slot, string path)
    {
        int alignment = TensorBuffer<T>.AlignedLength;
        Slot placed = slot with { Offset = (int)length };
        long end = length + (((long)slot.Rows * slot.Columns) + alignment - 1) / alignment * alignment;
        if (end > Array.MaxLength - alignment)
        {
            throw new ArgumentException(
                $"A buffer holds at most {Array.MaxLength - alignment} elements; "
                + $"with '{path}.{slot.Name}' ({slot.Rows}×{slot.Columns}) it would hold {end}.");
        }

        length = end;
        return placed;
    }
}
