using System.Numerics;

namespace VecNet;

/// <content>The output where it is computed by blocks of rows.</content>
public sealed partial class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Whether the output of the last layer, a projection, is computed block by block: see <see cref="GetOutput"/>. A forward pass then
    /// ends before it.
    /// </summary>
    internal readonly bool HasOutputBlocks;

    /// <summary>The most rows of a block of the output; no limit if it is computed as a whole.</summary>
    internal readonly int OutputCapacity;

    /// <summary>
    /// The offsets of the sequences in the output of the latest pass, which differ from those of the input after a layer with strides or
    /// without padding; without a value if the output has a row for each sequence, or no layer reads sequences.
    /// </summary>
    /// <remarks>
    /// <code>
    /// var network = new NeuralNetwork&lt;float&gt;(64, [new Conv1d&lt;float&gt;(32, kernelSize: 3, stride: 2)]);
    /// Workspace&lt;float&gt; workspace = network.CreateInferenceWorkspace(capacity: 20, sequences: 2);
    /// network.Predict(rows, new SequenceOffsets([0, 12, 20]), workspace);
    /// int outputRows = workspace.OutputSequences.GetLength(0); // 6
    /// </code>
    /// </remarks>
    public SequenceOffsets OutputSequences => output.Rows.Kind == RowKind.Token ? SequencesOf(output.Rows) : default;

    /// <summary>The number of rows of the output of the latest pass.</summary>
    internal int OutputRows => RowsOf(output.Rows);

    /// <summary>
    /// Gets rows of the output of the latest pass. If the workspace was created with <c>outputOnDemand</c>, they are computed now.
    /// </summary>
    /// <remarks>
    /// <code>
    /// // The logits of the last token only, of a network that ends with a VocabularyProjection.
    /// Workspace&lt;float&gt; workspace = network.CreateInferenceWorkspace(capacity: 256, outputOnDemand: true);
    /// network.Predict(ids, new SequenceOffsets([0, ids.Length]), workspace);
    /// ReadOnlyTensorView&lt;float&gt; logits = workspace.GetOutput(firstRow: ids.Length - 1, rows: 1);
    /// </code>
    /// </remarks>
    /// <param name="firstRow">The first of the rows.</param>
    /// <param name="rows">Their number.</param>
    /// <returns>Rows × outputs, in the workspace: valid until the next call and the next pass.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no such rows, or more than are computed at once: 128 of 50,257 outputs, and up to 512 of fewer.
    /// </exception>
    public ReadOnlyTensorView<T> GetOutput(int firstRow, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, int.Min(OutputCapacity, OutputRows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)firstRow, (uint)(OutputRows - rows), nameof(firstRow));
        if (!HasOutputBlocks)
        {
            return View(output).SliceRows(firstRow, rows);
        }

        TensorView<T> block = View(output, rows);
        ((ProjectionOperation<T>)Operations[^1]).Forward(block, firstRow);
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
