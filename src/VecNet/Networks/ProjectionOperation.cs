using System.Numerics;

namespace VecNet;

/// <summary>
/// The projection to a vocabulary at the end of a network whose output is computed by blocks of rows, each with the loss and its gradient:
/// the logits of all rows are never stored.
/// </summary>
/// <remarks>
/// The derivation is that of <see cref="ProjectedLoss"/>. The forward pass of the network ends before this operation, and its backward
/// pass begins after it: in between, the loop over the blocks calls <see cref="Forward(TensorView{T}, int)"/>, the loss, and
/// <see cref="Backward(TensorView{T}, int, bool)"/>.
/// </remarks>
internal sealed class ProjectionOperation<T>(Workspace<T> workspace, int index) : LayerOperation<T>(workspace, index)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The number of logits of a block, such as 128 rows of 50,257: as floats, they and their gradient take 51 MB.
    /// </summary>
    /// <remarks>
    /// For each element of the table, the three products of a block of r rows do 6r operations, and move 16 bytes: the element twice, its
    /// gradient once there and back. With 128 rows that is 48 operations per byte, more than the 10 to 20 for which the memory of the
    /// machines that were met is fast enough (100 GFLOP/s and 5 to 10 GB/s a core).
    /// </remarks>
    private const int LogitsOfBlock = 128 * 50_304;

    private const int MostRows = 512;

    /// <summary>The number of rows of a block.</summary>
    internal static int RowsOfBlock(int classes) => int.Clamp(LogitsOfBlock / classes, 1, MostRows);

    /// <summary>Computes rows of the output.</summary>
    internal void Forward(TensorView<T> output, int first) => VocabularyProjection.Forward(
        Hidden.SliceRows(first, output.Rows), Parameter(0), HasBias ? Parameter(1) : default, output, Workspace.Threads);

    /// <summary>Computes what rows add to the gradients of the parameters, and the gradient of their input.</summary>
    internal void Backward(TensorView<T> gradOutput, int first, bool accumulate) => VocabularyProjection.Backward(
        Hidden.SliceRows(first, gradOutput.Rows), Parameter(0), gradOutput, GradHidden(first, gradOutput.Rows), GradientOf(0),
        HasBias ? GradientOf(1) : default, accumulate, Workspace.Threads);

    /// <summary>Clears the gradient of the input of rows whose loss has no gradient.</summary>
    internal void Skip(int first, int rows) => GradHidden(first, rows).Clear();

    internal override void Forward(in ReadOnlyTensorView<T> input, SplitMix64? random)
    {
    }

    internal override void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, bool accumulate, ParameterUpdate<T>? update)
    {
        AccumulateGradInput();
        Update(update);
    }

    private bool HasBias => Fused.Node.Parameters.Length > 1;

    private ReadOnlyTensorView<T> Hidden => Workspace.Value(InputBuffer);

    private TensorView<T> GradHidden(int first, int rows) => WantsGradInput ? GradInput.SliceRows(first, rows) : default;

    private ReadOnlyTensorView<T> Parameter(int index) => new SlotViews<T>(Workspace.Network.Parameters, Fused.Node.Parameters)[index];

    private TensorView<T> GradientOf(int index) => new SlotViews<T>(Workspace.Network.Gradients, Fused.Node.Parameters)[index];
}
