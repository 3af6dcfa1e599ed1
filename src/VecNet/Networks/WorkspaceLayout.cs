using System.Numerics;

namespace VecNet;

/// <summary>The layout of a workspace. Matrices that are never needed at the same time may share memory.</summary>
/// <remarks>
/// The time of a pass is counted in operations: of n, operation i runs forward at i, the loss is computed at n, and operation i runs
/// backward at 2n − i. A backward pass may be repeated: its data from the forward pass are kept until the end, and so are the network's
/// output and the gradients that the caller can read.
/// </remarks>
internal sealed class WorkspaceLayout<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkPlan<T> plan;
    private readonly List<Lifetime> parts = [];
    private readonly int capacity;
    private readonly int sequenceCapacity;
    private readonly int outputRows;
    private readonly int[] valueParts;
    private readonly int[] gradientParts;
    private readonly List<(int Part, WorkspaceRequest Request)>[] saved;
    private readonly List<(int Part, WorkspaceRequest Request)>[] scratch;
    private readonly List<(int Part, WorkspaceRequest Request)>[] backwardScratch;
    private readonly int[] temporaryParts;
    private long[] offsets = [];

    /// <exception cref="ArgumentException">The memory would not fit into one buffer.</exception>
    internal WorkspaceLayout(NetworkPlan<T> plan, int capacity, int sequenceCapacity, int outputRows, GradientFlow<T>? gradients)
    {
        this.outputRows = outputRows;
        this.plan = plan;
        this.capacity = capacity;
        this.sequenceCapacity = sequenceCapacity;
        Gradients = gradients;
        int operations = plan.Operations.Length;
        valueParts = NoParts(plan.Buffers.Length);
        gradientParts = NoParts(plan.Buffers.Length);
        temporaryParts = NoParts(operations);
        saved = NoRequests(operations);
        scratch = NoRequests(operations);
        backwardScratch = NoRequests(operations);
        End = (2 * operations) + 1;
        for (int i = 0; i < operations; i++)
        {
            PlaceForward(i);
        }

        Use(valueParts, plan.Columns[plan.Output].Buffer, End);
        if (gradients is not null)
        {
            PlaceGradients(gradients);
        }

        Pack();
    }

    /// <summary>The gradients of a backward pass; null for inference.</summary>
    internal readonly GradientFlow<T>? Gradients;

    /// <summary>The total number of elements.</summary>
    internal int Length;

    /// <summary>The number of elements of each thread's scratch memory.</summary>
    internal int LengthPerThread;

    /// <summary>The last moment of a pass.</summary>
    private int End { get; }

    /// <summary>The value of a buffer that has one in memory.</summary>
    internal WorkspaceMatrix Value(int buffer) => Matrix(valueParts, buffer, plan.Columns[buffer]);

    /// <summary>The gradient by a buffer, in the workspace.</summary>
    internal WorkspaceMatrix Gradient(int buffer) => Matrix(gradientParts, buffer, Gradients!.PlaceOf(buffer));

    /// <summary>The memory in which an operation computes a gradient that is then added to that of its input.</summary>
    internal WorkspaceMatrix Temporary(int operation)
    {
        NetworkBuffer input = plan.Buffers[plan.Operations[operation].Node.Inputs[0]];
        return new((int)offsets[temporaryParts[operation]], input.Features, input.Features, input.Rows);
    }

    internal WorkspaceSlot[] Saved(int operation) => SlotsOf(saved[operation]);

    internal WorkspaceSlot[] Scratch(int operation, bool isBackward) => SlotsOf((isBackward ? backwardScratch : scratch)[operation]);

    private static int[] NoParts(int count)
    {
        int[] parts = new int[count];
        Array.Fill(parts, -1);
        return parts;
    }

    private static List<(int Part, WorkspaceRequest Request)>[] NoRequests(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new List<(int, WorkspaceRequest)>())];

    /// <summary>
    /// Records the values that the forward pass of an operation writes and reads, and the matrices that its layer declared.
    /// </summary>
    private void PlaceForward(int operation)
    {
        FusedOperation<T> fused = plan.Operations[operation];
        NetworkNode<T> node = fused.Node;
        bool isReadBackward = Gradients is not null && Gradients.Runs(operation);
        bool readsInput = isReadBackward && node.Kind == NodeKind.Layer;
        bool readsOutput = isReadBackward && node.Kind == NodeKind.Layer && (!fused.IsFullyConnected || fused.ActivationNode is not null);
        foreach (int input in node.Inputs.Where(input => input != 0))
        {
            Use(valueParts, plan.Columns[input].Buffer, readsInput ? End : operation);
        }

        Use(valueParts, plan.Columns[fused.Output].Buffer, operation);
        Use(valueParts, plan.Columns[fused.Output].Buffer, readsOutput ? End : operation);
        if (Gradients is not null)
        {
            Ask(saved[operation], node, node.Saved, operation, isReadBackward ? End : operation);
        }

        Ask(scratch[operation], node, node.Scratch, operation, operation);
        if (isReadBackward)
        {
            int time = (2 * plan.Operations.Length) - operation;
            Ask(backwardScratch[operation], node, node.Scratch, time, time);
        }
    }

    private void PlaceGradients(GradientFlow<T> gradients)
    {
        UseGradient(plan.Output, 0);
        UseGradient(plan.Output, End);
        for (int i = plan.Operations.Length - 1; i >= 0; i--)
        {
            if (!gradients.Runs(i))
            {
                continue;
            }

            FusedOperation<T> operation = plan.Operations[i];
            int time = (2 * plan.Operations.Length) - i;
            UseGradient(gradients.GradientOf(operation.Output), time);
            UseGradient(operation.Node.Output, time);
            for (int k = 0; k < operation.Node.Inputs.Count; k++)
            {
                GradientWrite write = gradients.WriteOf(i, k);
                if (write != GradientWrite.None)
                {
                    int input = operation.Node.Inputs[k];
                    UseGradient(gradients.GradientOf(input), time);
                    if (write == GradientWrite.Accumulate && operation.Node.Kind == NodeKind.Layer && !operation.IsFullyConnected)
                    {
                        temporaryParts[i] = Add(plan.Buffers[input], time, time);
                    }
                }
            }
        }

        if (gradients.IsWanted(0))
        {
            UseGradient(0, End);
        }
    }

    private void UseGradient(int buffer, int time) => Use(gradientParts, Gradients!.PlaceOf(buffer).Buffer, time);

    /// <summary>Extends the lifetime of a buffer's part to a time.</summary>
    private void Use(int[] partOf, int buffer, int time)
    {
        if (partOf[buffer] < 0)
        {
            partOf[buffer] = Add(plan.Buffers[buffer], time, time, buffer == plan.Output ? outputRows : int.MaxValue);
            return;
        }

        Lifetime part = parts[partOf[buffer]];
        parts[partOf[buffer]] = new(part.Length, int.Min(part.First, time), int.Max(part.Last, time));
    }

    /// <summary>
    /// Assigns a part to each matrix that a layer has declared; one per thread gets columns of each thread's scratch memory.
    /// </summary>
    private void Ask(
        List<(int Part, WorkspaceRequest Request)> given,
        NetworkNode<T> node,
        IReadOnlyList<WorkspaceRequest> requests,
        int first,
        int last)
    {
        long perThread = 0;
        foreach (WorkspaceRequest request in requests)
        {
            if (request.Extent == Extent.PerThread)
            {
                given.Add(((int)perThread, request));
                perThread += MemoryPacking.Align(request.Columns, TensorBuffer<T>.AlignedLength);
                CheckLength(perThread, "for each thread");
                continue;
            }

            long rows = request.Extent switch
            {
                Extent.PerRow => RowsOf(plan.Buffers[node.Inputs[0]].Rows),
                Extent.PerSequence => sequenceCapacity,
                _ => 1,
            };
            given.Add((parts.Count, request));
            parts.Add(new(rows * request.Columns, first, last));
        }

        LengthPerThread = int.Max(LengthPerThread, (int)perThread);
    }

    private int Add(in NetworkBuffer buffer, int first, int last, int most = int.MaxValue)
    {
        parts.Add(new((long)int.Min(most, RowsOf(buffer.Rows)) * buffer.Features, first, last));
        return parts.Count - 1;
    }

    private int RowsOf(RowSet rows) =>
        rows.Kind == RowKind.Sequence ? sequenceCapacity : plan.Lengths[rows.Lengths].Most(capacity, sequenceCapacity);

    private void Pack()
    {
        (offsets, long length) = MemoryPacking.Place([.. parts], TensorBuffer<T>.AlignedLength);
        CheckLength(length, $"with a capacity of {capacity} rows");
        Length = (int)length;
    }

    private void CheckLength(long length, string why)
    {
        int most = Array.MaxLength - TensorBuffer<T>.AlignedLength;
        if (length > most)
        {
            throw new ArgumentException($"A workspace holds at most {most} elements; {why} it would hold {length}.", nameof(capacity));
        }
    }

    private WorkspaceMatrix Matrix(int[] partOf, int buffer, (int Buffer, int Column) place) => new(
        (int)offsets[partOf[place.Buffer]] + place.Column,
        plan.Buffers[buffer].Features,
        plan.Buffers[place.Buffer].Features,
        plan.Buffers[buffer].Rows);

    private WorkspaceSlot[] SlotsOf(List<(int Part, WorkspaceRequest Request)> given) => [.. given.Select(slot => new WorkspaceSlot(
        slot.Request.Extent == Extent.PerThread ? slot.Part : (int)offsets[slot.Part],
        slot.Request.Columns,
        slot.Request.Extent))];
}
