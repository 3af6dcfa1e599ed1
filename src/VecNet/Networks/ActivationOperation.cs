using System.Numerics;

namespace VecNet;

/// <summary>
/// An activation that is not fused with a product: a layer without parameters and saved matrices, whose passes need no more.
/// </summary>
internal sealed class ActivationOperation<T> : LayerOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ActivationLayer<T> layer;

    internal ActivationOperation(Workspace<T> workspace, int index)
        : base(workspace, index) => layer = (ActivationLayer<T>)Fused.Node.Layer!;

    internal override void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random) =>
        layer.Forward(ValueOf(InputBuffer, input), Workspace.View(Value));

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update)
    {
        if (!WantsGradInput)
        {
            return;
        }

        layer.Backward(ValueOf(InputBuffer, input), Workspace.View(Value), GradientIn(gradOutput), GradInput);
        AccumulateGradInput();
    }
}
