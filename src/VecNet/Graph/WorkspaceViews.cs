using System.Numerics;

namespace VecNet;

/// <summary>The matrices that one layer has declared in a workspace, as views of the rows of the current batch.</summary>
internal readonly ref struct WorkspaceViews<T>(Span<T> memory, Span<T> memoryOfThreads, ReadOnlySpan<WorkspaceSlot> slots)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> memory = memory;
    private readonly Span<T> memoryOfThreads = memoryOfThreads;
    private readonly ReadOnlySpan<WorkspaceSlot> slots = slots;

    internal TensorView<T> Get(int index, int rows, int sequences, int threads)
    {
        ref readonly WorkspaceSlot slot = ref slots[index];
        if (slot.Extent == Extent.PerThread)
        {
            return new(memoryOfThreads[(slot.Offset * threads)..], threads, slot.Columns);
        }

        int count = slot.Extent switch { Extent.PerRow => rows, Extent.PerSequence => sequences, _ => 1 };
        return count == 0 ? new(default, 0, slot.Columns) : new(memory[slot.Offset..], count, slot.Columns);
    }
}
