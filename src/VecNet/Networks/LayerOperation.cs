using System.Numerics;

namespace VecNet;

/// <summary>An operation that calls the passes of a layer.</summary>
internal class LayerOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkNode<T> node;
    private readonly RowSet inputRows;
    private readonly WorkspaceSlot[] saved;
    private readonly WorkspaceSlot[] scratch;
    private readonly WorkspaceSlot[] backwardScratch;
    private readonly GradientWrite write;
    private readonly WorkspaceMatrix gradInput;
    private readonly WorkspaceMatrix written;

    /// <summary>Whether a later layer shares the only parameter, and has written its part of the gradient before.</summary>
    private readonly bool addsToShared;

    internal LayerOperation(Workspace<T> workspace, int index)
        : base(workspace, index)
    {
        node = Fused.Node;
        InputBuffer = node.Inputs[0];
        inputRows = workspace.Network.Plan.Buffers[InputBuffer].Rows;
        addsToShared = node.Parameters is [{ IsVocabulary: true } table]
            && workspace.Network.Plan.Nodes.SelectMany(other => other.Parameters).Any(
                slot => slot.SharedFrom is not null && slot.Offset == table.Offset);
        saved = Layout.Saved(index);
        scratch = Layout.Scratch(index, isBackward: false);
        backwardScratch = Layout.Scratch(index, isBackward: true);
        write = WriteOf(0);
        if (write != GradientWrite.None)
        {
            gradInput = Layout.Gradient(InputBuffer);
            written = write == GradientWrite.Accumulate ? Layout.Temporary(index) : gradInput;
        }
    }

    /// <summary>The buffer that the layer reads.</summary>
    private protected int InputBuffer { get; }

    /// <summary>Whether the gradient of the input is needed.</summary>
    private protected bool WantsGradInput => write != GradientWrite.None;

    /// <summary>The memory that the layer writes the gradient of its input to.</summary>
    private protected TensorView<T> GradInput => WantsGradInput ? Workspace.View(written) : default;

    /// <summary>The offsets of the sequences whose rows the layer reads.</summary>
    private SequenceOffsets Sequences => Workspace.SequencesOf(inputRows);

    /// <summary>The integers that the layer reads; empty if it reads other values.</summary>
    private ReadOnlySpan<int> Ids => InputBuffer == 0 ? Workspace.Ids : default;

    /// <summary>
    /// Input, output, parameters and saved matrices, each once; in the backward pass also their gradients. The arithmetic is that of the
    /// matrix products inside the layer, if it has some.
    /// </summary>
    internal override (long Flops, long Bytes) Cost(bool isBackward)
    {
        NetworkBuffer input = Workspace.Network.Plan.Buffers[InputBuffer];
        long rows = Workspace.RowsOf(inputRows);
        long elements = (rows * input.Features) + ((long)Workspace.RowsOf(Value.Rows) * Value.Columns);
        elements += ElementsOf(saved, rows) + ElementsOf(isBackward ? backwardScratch : scratch, rows);
        foreach (Slot slot in node.Parameters)
        {
            elements += slot.Length;
        }

        long flops = node.Layer is IProductLayer products ? products.CountFlops(rows, input.Features, Sequences, isBackward) : 0;
        return (flops, elements * ElementType.Size<T>() * (isBackward ? 2 : 1));
    }

    private long ElementsOf(WorkspaceSlot[] slots, long rows)
    {
        long elements = 0;
        foreach (ref readonly WorkspaceSlot slot in slots.AsSpan())
        {
            elements += slot.Columns * slot.Extent switch
            {
                Extent.PerRow => rows,
                Extent.PerSequence => Sequences.Count,
                Extent.PerThread => Workspace.Threads,
                _ => 1,
            };
        }

        return elements;
    }

    internal override void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random) => node.Layer!.Forward(new ForwardPass<T>(
        ValueOf(InputBuffer, input),
        Workspace.View(Value),
        new SlotViews<T>(Workspace.Network.Parameters, node.Parameters),
        new SlotViews<T>(Workspace.Network.State, node.State),
        Workspace.ViewsOf(saved),
        Workspace.ViewsOf(scratch),
        Workspace.Kept is { } kept ? kept.ViewsOf(Index) : default,
        Workspace.Kept?.Context ?? 0,
        Workspace.Kept?.Position ?? 0,
        random,
        Sequences,
        Workspace.Threads)
        {
            Ids = Ids,
            InitialState = Workspace.InitialStateOf(node),
            FinalState = Workspace.FinalStateOf(node),
        });

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update)
    {
        if (!accumulate)
        {
            SparseGradients.Clear(Workspace.Network.Gradients, node.Parameters);
        }

        node.Layer!.Backward(new BackwardPass<T>(
            ValueOf(InputBuffer, input),
            Workspace.View(Value),
            GradientIn(gradOutput),
            GradInput,
            new SlotViews<T>(Workspace.Network.Parameters, node.Parameters),
            new SlotViews<T>(Workspace.Network.Gradients, node.Parameters),
            Workspace.ViewsOf(saved),
            Workspace.ViewsOf(backwardScratch),
            accumulate || addsToShared,
            Sequences,
            Workspace.Threads)
            {
                Ids = Ids,
                InitialState = Workspace.InitialStateOf(node),
            });
        AccumulateGradInput();
        Update(update);
    }

    /// <summary>Updates the parameters by their gradients, if the step is part of the pass.</summary>
    private protected void Update(ParameterUpdate<T>? update)
    {
        if (update is null)
        {
            return;
        }

        foreach (Slot slot in node.Parameters)
        {
            // The layer to which a shared table belongs adds its part of the gradient, and then updates it.
            if (slot.SharedFrom is null)
            {
                SparseGradients.Update(update, Workspace.Network.Parameters, Workspace.Network.Gradients, slot);
            }
        }
    }

    /// <summary>Adds the gradient of the input to those of other readers, if there are some.</summary>
    private protected void AccumulateGradInput()
    {
        if (write == GradientWrite.Accumulate)
        {
            GradientTerm.Write(Workspace.View(written), Workspace.View(gradInput), write);
        }
    }
}
