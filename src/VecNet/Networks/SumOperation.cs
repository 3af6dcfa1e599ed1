using System.Numerics;

namespace VecNet;

/// <summary>y = a + b, element by element, the last operation of a residual connection.</summary>
/// <remarks>
/// Backward: ∂y/∂a and ∂y/∂b are the identity, so that ∂L/∂a = ∂L/∂b = ∂L/∂y. Where a or b has other readers, this is one of the terms of
/// its gradient; otherwise its gradient is that of y, in the same memory.
/// </remarks>
internal sealed class SumOperation<T>(Workspace<T> workspace, int index) : Operation<T>(workspace, index)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal override (long Flops, long Bytes) Cost(bool isBackward)
    {
        long elements = (long)Workspace.RowsOf(Value.Rows) * Value.Columns;
        int matrices = 3;
        if (isBackward)
        {
            matrices = 0;
            for (int k = 0; k < 2; k++)
            {
                matrices += WriteOf(k) switch { GradientWrite.Overwrite => 2, GradientWrite.Accumulate => 3, _ => 0 };
            }
        }

        return (0, matrices * elements * ElementType.Size<T>());
    }

    internal override void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random) => Elementwise.Add(
        ValueOf(Fused.Node.Inputs[0], input), ValueOf(Fused.Node.Inputs[1], input), Workspace.View(Value));

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update)
    {
        ReadOnlyTensorView<T> gradient = GradientIn(gradOutput);
        for (int k = 0; k < 2; k++)
        {
            GradientWrite write = WriteOf(k);
            if (write != GradientWrite.None)
            {
                GradientTerm.Write(gradient, Workspace.View(Layout.Gradient(Fused.Node.Inputs[k])), write);
            }
        }
    }
}
