using System.Numerics;

namespace VecNet;

/// <summary>
/// The memory in which layers keep what later rows of a sequence need of earlier ones: keys and values of attention, states of recurrent
/// layers.
/// </summary>
internal sealed class KeptRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorBuffer<T> memory;
    private readonly WorkspaceSlot[][] slots;

    /// <param name="plan">The plan of the network.</param>
    /// <param name="context">The length of the longest sequence.</param>
    /// <exception cref="ArgumentException">The memory would not fit into one buffer.</exception>
    internal KeptRows(NetworkPlan<T> plan, int context)
    {
        Context = context;
        slots = new WorkspaceSlot[plan.Operations.Length][];
        long length = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = [.. plan.Operations[i].Node.Kept.Select(request =>
            {
                long offset = length;
                long elements = request.Extent == Extent.PerRow ? (long)context * request.Columns : request.Columns;
                length = MemoryPacking.Align(offset + elements, TensorBuffer<T>.AlignedLength);
                return new WorkspaceSlot((int)offset, request.Columns, request.Extent);
            })];
        }

        int most = Array.MaxLength - TensorBuffer<T>.AlignedLength;
        if (length > most)
        {
            throw new ArgumentException(
                $"A context of {context} rows needs {length} elements of memory; a buffer holds at most {most}.", nameof(context));
        }

        memory = new TensorBuffer<T>(1, (int)length);
    }

    /// <summary>The length of the longest sequence.</summary>
    internal readonly int Context;

    /// <summary>The number of rows of the sequence so far.</summary>
    internal int Position;

    internal long Bytes => memory.Bytes;

    /// <summary>Whether a layer keeps something for each row, so that memory limits the length of a sequence.</summary>
    internal static bool HasLimit(NetworkPlan<T> plan) =>
        plan.Nodes.Any(node => node.Kept.Any(request => request.Extent == Extent.PerRow));

    /// <summary>What the layer of an operation keeps.</summary>
    internal WorkspaceViews<T> ViewsOf(int operation) => new(memory.Span, default, slots[operation]);
}
