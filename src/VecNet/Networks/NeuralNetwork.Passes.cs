using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <content>The passes, which run the operations of a workspace.</content>
public sealed partial class NeuralNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Inference: the output for each row of the input. Dropout does nothing. The network is only read.</summary>
    /// <param name="input">Batch × <see cref="InputSize"/>.</param>
    /// <param name="workspace">A workspace of this network that no other thread uses at the same time.</param>
    /// <returns>Batch × <see cref="OutputSize"/>, in the workspace: valid until its next pass.</returns>
    /// <exception cref="ArgumentException">
    /// The input's width, its number of rows, or the workspace does not fit, or a layer reads sequences.
    /// </exception>
    public ReadOnlyTensorView<T> Predict(ReadOnlyTensorView<T> input, Workspace<T> workspace) => Predict(input, default, workspace);

    /// <summary>Inference on sequences.</summary>
    /// <param name="input">The rows of all sequences, one after another: rows × <see cref="InputSize"/>.</param>
    /// <param name="sequences">The offsets of the sequences.</param>
    /// <param name="workspace">A workspace of this network that no other thread uses at the same time.</param>
    /// <returns>
    /// A row for each token or for each sequence, depending on the last layer, × <see cref="OutputSize"/>, in the workspace: valid until
    /// its next pass.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The input's width, its number of rows or of sequences, or the workspace does not fit.
    /// </exception>
    public ReadOnlyTensorView<T> Predict(ReadOnlyTensorView<T> input, SequenceOffsets sequences, Workspace<T> workspace)
    {
        CheckPass(input, sequences, workspace);
        workspace.CanGoBack = false;
        return RunForward(input, sparse: default, sequences, workspace, random: null);
    }

    /// <summary>
    /// The forward pass of a training step: as <see cref="Predict(ReadOnlyTensorView{T}, Workspace{T})"/>, but dropout drops elements, and
    /// activations are kept for
    /// <see cref="Backward(ReadOnlyTensorView{T}, ReadOnlyTensorView{T}, Workspace{T}, bool)"/>.
    /// </summary>
    /// <param name="input">Batch × <see cref="InputSize"/>.</param>
    /// <param name="workspace">A workspace of this network, created for training.</param>
    /// <returns>Batch × <see cref="OutputSize"/>, in the workspace: valid until its next pass.</returns>
    /// <exception cref="ArgumentException">
    /// The input's width, its number of rows, or the workspace does not fit, or a layer reads sequences.
    /// </exception>
    public ReadOnlyTensorView<T> Forward(ReadOnlyTensorView<T> input, Workspace<T> workspace) => Forward(input, default, workspace);

    /// <summary>The forward pass of a training step on sequences.</summary>
    /// <param name="input">The rows of all sequences, one after another: rows × <see cref="InputSize"/>.</param>
    /// <param name="sequences">The offsets of the sequences.</param>
    /// <param name="workspace">A workspace of this network, created for training.</param>
    /// <returns>
    /// A row for each token or for each sequence, depending on the last layer, × <see cref="OutputSize"/>, in the workspace: valid until
    /// its next pass.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The input's width, its number of rows or of sequences, or the workspace does not fit.
    /// </exception>
    public ReadOnlyTensorView<T> Forward(ReadOnlyTensorView<T> input, SequenceOffsets sequences, Workspace<T> workspace)
    {
        CheckPass(input, sequences, workspace);
        return RunTrainingForward(input, sparse: default, sequences, workspace);
    }

    /// <summary>
    /// The backward pass: fills <see cref="Gradients"/> with ∂L/∂parameters, and <see cref="Workspace{T}.GradInput"/> with ∂L/∂input if the
    /// workspace was created for it.
    /// </summary>
    /// <remarks>
    /// The pass applies the chain rule from the last layer to the first; the derivation for each layer is in its function.
    /// </remarks>
    /// <param name="input">The input of the latest <see cref="Forward(ReadOnlyTensorView{T}, Workspace{T})"/>, unchanged.</param>
    /// <param name="gradOutput">∂L/∂output, batch × <see cref="OutputSize"/>; may be the workspace's GradOutput.</param>
    /// <param name="workspace">The workspace of that forward pass.</param>
    /// <param name="accumulate">Whether to add to the gradients instead of overwriting them.</param>
    /// <exception cref="ArgumentException">A shape or the workspace does not fit.</exception>
    /// <exception cref="InvalidOperationException">The workspace's latest pass was not a forward pass.</exception>
    public void Backward(
        ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace, bool accumulate = false)
    {
        CheckBackward(input, gradOutput, workspace);
        RunBackward(input, sparse: default, gradOutput, workspace, accumulate, update: null);
    }

    /// <summary>
    /// Runs the backward pass, after a check of its operands; the input is either dense or sparse, and the other one is the default value.
    /// With an optimizer step, parameters are updated as soon as nothing needs their old values, and their gradients need not be written.
    /// </summary>
    internal static void RunBackward(
        in ReadOnlyTensorView<T> input,
        in SparseRowsView<T> sparse,
        in ReadOnlyTensorView<T> gradOutput,
        Workspace<T> workspace,
        bool accumulate,
        ParameterUpdate<T>? update)
    {
        Operation<T>[] operations = workspace.Operations;

        // With an update the parameters are no longer those of the forward pass, even if the pass fails.
        workspace.CanGoBack = update is null;
        for (int i = operations.Length - 1; i >= 0; i--)
        {
            if (!operations[i].HasBackward)
            {
                continue;
            }

            long start = workspace.Profiler?.Start() ?? 0;
            if (sparse.HasValue && operations[i].ReadsInput)
            {
                RunSparse(operations[i], sparse, gradOutput, accumulate, update);
            }
            else
            {
                operations[i].Backward(input, gradOutput, accumulate, update);
            }

            workspace.Profiler?.Stop(start, operations[i], i, operations.Length, isBackward: true);
        }
    }

    /// <remarks>The method is not inlined: it would enlarge the frame of dense passes, which costs small networks time.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunSparse(
        Operation<T> operation,
        in SparseRowsView<T> sparse,
        in ReadOnlyTensorView<T> gradOutput,
        bool accumulate,
        ParameterUpdate<T>? update) =>
        ((FullyConnectedOperation<T>)operation).Backward(sparse, gradOutput, accumulate, update);

    private static ReadOnlyTensorView<T> RunForward(
        scoped in ReadOnlyTensorView<T> input,
        scoped in SparseRowsView<T> sparse,
        scoped in SequenceOffsets sequences,
        Workspace<T> workspace,
        SplitMix64? random)
    {
        workspace.Begin(sparse.HasValue ? sparse.Rows : input.Rows, sequences, hasIds: !sparse.HasValue && input.Columns == 0);
        Operation<T>[] operations = workspace.Operations;
        for (int i = 0; i < operations.Length; i++)
        {
            long start = workspace.Profiler?.Start() ?? 0;
            if (sparse.HasValue && operations[i].ReadsInput)
            {
                ((FullyConnectedOperation<T>)operations[i]).Forward(sparse);
            }
            else
            {
                operations[i].Forward(input, random);
            }

            workspace.Profiler?.Stop(start, operations[i], i, operations.Length, isBackward: false);
        }

        return workspace.Output;
    }

    private static ReadOnlyTensorView<T> RunTrainingForward(
        scoped in ReadOnlyTensorView<T> input,
        scoped in SparseRowsView<T> sparse,
        scoped in SequenceOffsets sequences,
        Workspace<T> workspace)
    {
        SplitMix64 random = workspace.Random
            ?? throw new ArgumentException("The workspace is for inference: use CreateTrainingWorkspace.", nameof(workspace));
        workspace.CanGoBack = false;
        ReadOnlyTensorView<T> output = RunForward(input, sparse, sequences, workspace, random);
        workspace.CanGoBack = true;
        return output;
    }
}
