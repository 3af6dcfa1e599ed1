using System.Numerics;

namespace VecNet;

/// <summary>Any layer, through its own passes.</summary>
internal sealed class LayerOperation<T>(Workspace<T> workspace, int group) : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Step<T> step = workspace.Network.Steps[workspace.Network.Groups[group].First];
    private readonly int number = workspace.Network.Groups[group].First;

    internal override string Name { get; } = workspace.Network.NameOf(group);

    /// <summary>Input, output, parameters and what is saved, each once; their gradients too in backward. The arithmetic is the layer's own affair.</summary>
    internal override (long Flops, long Bytes) Cost(int batch, bool isBackward)
    {
        NetworkBuffer[] buffers = workspace.Network.Buffers;
        long row = buffers[step.Input].Features + buffers[step.Output].Features;
        long elements = batch * (row + step.Saved.Sum() + step.Scratch.Sum());
        foreach (Slot slot in step.Parameters)
        {
            elements += slot.Length;
        }

        return (0, elements * ElementType.Size<T>() * (isBackward ? 2 : 1));
    }

    internal override void Forward(in ReadOnlyTensorView<T> input, int batch, int threads, SplitMix64? random) => step.Layer.Forward(new ForwardPass<T>(
        group == 0 ? input : workspace.Value(group),
        workspace.Value(group + 1),
        new SlotViews<T>(workspace.Network.Parameters, step.Parameters),
        new SlotViews<T>(workspace.Network.State, step.State),
        workspace.Saved(number),
        workspace.Scratch(number),
        step.Inner,
        random,
        threads));

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, int batch, int threads, bool accumulate, ParameterUpdate<T>? update)
    {
        if (!accumulate)
        {
            SparseGradients.Clear(workspace.Network.Gradients, step.Parameters);
        }

        step.Layer.Backward(new BackwardPass<T>(
            group == 0 ? input : workspace.Value(group),
            workspace.Value(group + 1),
            group + 1 == workspace.Network.Groups.Length ? gradOutput : workspace.Gradient(group + 1),
            workspace.Gradient(group),
            new SlotViews<T>(workspace.Network.Parameters, step.Parameters),
            new SlotViews<T>(workspace.Network.Gradients, step.Parameters),
            workspace.Saved(number),
            workspace.Scratch(number),
            step.Inner,
            accumulate,
            threads));
        if (update is not null)
        {
            foreach (Slot slot in step.Parameters)
            {
                SparseGradients.Update(update, workspace.Network.Parameters, workspace.Network.Gradients, slot);
            }
        }
    }
}
