using System.Numerics;

namespace VecNet;

/// <content>The passes for inputs that are sparse rows.</content>
public sealed partial class NeuralNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the network takes sparse rows: all layers that read its input are fully connected.</summary>
    public bool TakesSparseRows => SparseRefusal is null;

    /// <summary>The first node that reads the input and is not a fully connected layer; null if there is none.</summary>
    private NetworkNode<T>? SparseRefusal
    {
        get
        {
            foreach (NetworkNode<T> node in plan.Readers[0])
            {
                if (node.Layer is not FullyConnectedLayer<T>)
                {
                    return node;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// Inference for sparse rows, in time and memory of their stored elements. The network is only read, and its parameters are the same as
    /// for dense rows.
    /// </summary>
    /// <remarks>
    /// The outputs are those of the dense rows up to rounding. A stored element costs one multiply-add for each output of the first layer.
    /// </remarks>
    /// <param name="input">Batch × <see cref="InputSize"/>.</param>
    /// <param name="workspace">A workspace of this network that no other thread uses at the same time.</param>
    /// <returns>Batch × <see cref="OutputSize"/>, in the workspace: valid until its next pass.</returns>
    /// <exception cref="ArgumentException">
    /// The input's width, its number of rows, or the workspace does not fit, a layer that reads the input is not fully connected, or a
    /// layer reads sequences.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An index of the input is not one of a column.</exception>
    public ReadOnlyTensorView<T> Predict(SparseRowsView<T> input, Workspace<T> workspace)
    {
        CheckPass(input, workspace);
        workspace.CanGoBack = false;
        return RunForward(input: default, input, sequences: default, workspace, random: null);
    }

    /// <summary>The forward pass of a training step on sparse rows.</summary>
    /// <param name="input">Batch × <see cref="InputSize"/>.</param>
    /// <param name="workspace">A workspace of this network, created for training without an input gradient.</param>
    /// <returns>Batch × <see cref="OutputSize"/>, in the workspace: valid until its next pass.</returns>
    /// <exception cref="ArgumentException">
    /// The input's width, its number of rows, or the workspace does not fit, a layer that reads the input is not fully connected, or a
    /// layer reads sequences.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An index of the input is not one of a column.</exception>
    public ReadOnlyTensorView<T> Forward(SparseRowsView<T> input, Workspace<T> workspace)
    {
        CheckPass(input, workspace);
        if (workspace.HasGradInput)
        {
            throw new ArgumentException("Sparse rows have no gradient: create the workspace without inputGradient.", nameof(workspace));
        }

        return RunTrainingForward(input: default, input, sequences: default, workspace);
    }

    /// <summary>
    /// The backward pass for sparse rows. The gradient of the first layer's weights is sparse: only the rows whose columns have elements in
    /// the batch are written, and a <see cref="NetworkTraining.Step"/> updates only these.
    /// </summary>
    /// <param name="input">
    /// The input of the latest <see cref="Forward(SparseRowsView{T}, Workspace{T})"/>, unchanged.
    /// </param>
    /// <param name="gradOutput">∂L/∂output, batch × <see cref="OutputSize"/>; may be the workspace's GradOutput.</param>
    /// <param name="workspace">The workspace of that forward pass.</param>
    /// <param name="accumulate">Whether to add to the gradients instead of overwriting them.</param>
    /// <exception cref="ArgumentException">A shape or the workspace does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index of the input is not one of a column.</exception>
    /// <exception cref="InvalidOperationException">The workspace's latest pass was not a forward pass.</exception>
    public void Backward(SparseRowsView<T> input, ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace, bool accumulate = false)
    {
        CheckBackward(input, gradOutput, workspace);
        RunBackward(input: default, input, gradOutput, workspace, accumulate, update: null);
    }

    /// <summary>
    /// Throws where <see cref="Backward(SparseRowsView{T}, ReadOnlyTensorView{T}, Workspace{T}, bool)"/> does, and if an operand shares
    /// elements with the parameters.
    /// </summary>
    internal void CheckBackward(scoped in SparseRowsView<T> input, scoped in ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace)
    {
        CheckFollowsForward(workspace, hasIds: false);
        if (input.Rows != workspace.Batch || input.Columns != InputSize || SparseRefusal is not null)
        {
            throw new ArgumentException(
                $"The input is {input.Rows}×{input.Columns}; that of the forward pass was {workspace.Batch}×{InputSize}.", nameof(input));
        }

        Shape.Check(gradOutput, workspace.RowsOf(plan.Buffers[plan.Output].Rows), OutputSize);
        workspace.CheckGradOutput(gradOutput);
        CheckSparse(input, workspace);
        foreach (TensorBuffer<T> written in (ReadOnlySpan<TensorBuffer<T>>)[gradients, parameters])
        {
            Overlap.CheckDisjoint(gradOutput, written.View, nameof(gradOutput), nameof(Gradients));
            Overlap.CheckDisjoint((ReadOnlyTensorView<T>)input.Values, written.View, nameof(input), nameof(Gradients));
        }
    }

    private void CheckPass(scoped in SparseRowsView<T> input, Workspace<T> workspace)
    {
        CheckSize(input.Rows, input.Columns, workspace);
        if (SparseRefusal is { } other)
        {
            throw new ArgumentException(
                $"The layer '{other.Name}' reads the input and does not take sparse rows: only fully connected layers do.",
                nameof(input));
        }

        if (plan.SequenceReader is { } reader)
        {
            throw new ArgumentException($"The layer '{reader.Name}' reads sequences, which cannot be sparse rows.", nameof(input));
        }

        CheckSparse(input, workspace);
    }

    private static void CheckSparse(scoped in SparseRowsView<T> input, Workspace<T> workspace)
    {
        workspace.CheckDisjoint((ReadOnlyTensorView<T>)input.Values);
        input.CheckIndices(nameof(input));
    }
}
