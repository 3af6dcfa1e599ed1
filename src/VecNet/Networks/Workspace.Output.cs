using System.Numerics;

namespace VecNet;

/// <content>The output where it is computed by blocks of rows.</content>
public sealed partial class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Whether the output of the last layer, a projection, is computed block by block: see <see cref="OutputOf"/>. A forward pass then
    /// ends before it.
    /// </summary>
    internal bool HasOutputBlocks { get; }

    /// <summary>The most rows of a block of the output; no limit if it is computed as a whole.</summary>
    internal int OutputCapacity { get; }

    /// <summary>The number of rows of the output of the latest pass.</summary>
    internal int OutputRows => RowsOf(output.Rows);

    /// <summary>
    /// Rows of the output of the latest pass, of which there are at most <see cref="OutputCapacity"/>; those of a block are computed now.
    /// </summary>
    internal TensorView<T> OutputOf(int first, int rows)
    {
        if (!HasOutputBlocks)
        {
            return View(output).SliceRows(first, rows);
        }

        TensorView<T> block = View(output, rows);
        ((ProjectionOperation<T>)Operations[^1]).Forward(block, first);
        return block;
    }

    /// <summary>Computes what a block adds to the gradients, if there are blocks; nothing where its gradient is 0.</summary>
    internal void BackwardOf(TensorView<T> gradOutput, int first, bool isZero, bool accumulate)
    {
        if (HasOutputBlocks && isZero)
        {
            ((ProjectionOperation<T>)Operations[^1]).Skip(first, gradOutput.Rows);
        }
        else if (HasOutputBlocks)
        {
            ((ProjectionOperation<T>)Operations[^1]).Backward(gradOutput, first, accumulate);
        }
    }

    /// <summary>∂L/∂output; empty if it is computed by blocks, whose loop has gone back through the last layer.</summary>
    internal ReadOnlyTensorView<T> WholeGradOutput => HasOutputBlocks ? default : GradOutput;

    /// <summary>The memory for the gradient of these rows.</summary>
    internal TensorView<T> GradOutputOf(int first, int rows)
    {
        WorkspaceMatrix matrix = layout.Gradient(Network.Plan.Output);
        return HasOutputBlocks ? View(matrix, rows) : View(matrix).SliceRows(first, rows);
    }
}
