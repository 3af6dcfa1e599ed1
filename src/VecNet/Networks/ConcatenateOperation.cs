using System.Numerics;

namespace VecNet;

/// <summary>y = [a, b, …]: copies the values that are not already in its columns (see <see cref="ConcatenatedColumns{T}"/>).</summary>
/// <remarks>Backward: each value is a block of columns of y, so that its gradient is the same block of ∂L/∂y.</remarks>
internal sealed class ConcatenateOperation<T>(Workspace<T> workspace, int index) : Operation<T>(workspace, index)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal override (long Flops, long Bytes) Cost(bool isBackward)
    {
        long elements = 0;
        for (int k = 0; k < Fused.Node.Inputs.Count; k++)
        {
            long copied = (long)Workspace.RowsOf(Value.Rows) * WidthOf(k);
            elements += isBackward
                ? WriteOf(k) switch { GradientWrite.Overwrite => 2 * copied, GradientWrite.Accumulate => 3 * copied, _ => 0 }
                : IsInPlace(k) ? 0 : 2 * copied;
        }

        return (0, elements * ElementType.Size<T>());
    }

    internal override void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random)
    {
        int column = 0;
        for (int k = 0; k < Fused.Node.Inputs.Count; k++)
        {
            if (!IsInPlace(k))
            {
                ValueOf(Fused.Node.Inputs[k], input).CopyTo(Workspace.View(Value).SliceColumns(column, WidthOf(k)));
            }

            column += WidthOf(k);
        }
    }

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update)
    {
        ReadOnlyTensorView<T> gradient = GradientIn(gradOutput);
        int column = 0;
        for (int k = 0; k < Fused.Node.Inputs.Count; k++)
        {
            GradientWrite write = WriteOf(k);
            if (write != GradientWrite.None)
            {
                GradientTerm.Write(gradient.SliceColumns(column, WidthOf(k)), Workspace.View(Layout.Gradient(Fused.Node.Inputs[k])), write);
            }

            column += WidthOf(k);
        }
    }

    private bool IsInPlace(int input) => Workspace.Network.Plan.Columns.IsInPlace(Fused.Node.Inputs[input]);

    private int WidthOf(int input) => Workspace.Network.Plan.Buffers[Fused.Node.Inputs[input]].Features;
}
