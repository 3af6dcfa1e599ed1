using System.Numerics;

namespace VecNet;

/// <content>The passes for inputs that are integers, such as the ids of tokens.</content>
public sealed partial class NeuralNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the network takes integers: all layers that read its input do, such as <see cref="Embedding{T}"/>.</summary>
    public bool TakesIds => plan.IdRefusal is null;

    /// <summary>Inference for integers. The network is only read, and the results are those for the same numbers of type T.</summary>
    /// <param name="ids">The integers of all rows, <see cref="InputSize"/> of each, one row after another.</param>
    /// <param name="sequences">The offsets of the sequences; the default value if no layer reads sequences.</param>
    /// <param name="workspace">A workspace of this network that no other thread uses at the same time.</param>
    /// <returns>
    /// A row for each token or for each sequence, depending on the last layer, × <see cref="OutputSize"/>, in the workspace: valid until
    /// its next pass.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The number of integers, of rows or of sequences, or the workspace does not fit, or a layer that reads the input takes no integers.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An integer is not an index of the layer that reads it.</exception>
    public ReadOnlyTensorView<T> Predict(ReadOnlySpan<int> ids, SequenceOffsets sequences, Workspace<T> workspace)
    {
        ReadOnlyTensorView<T> input = BeginIds(ids, sequences, workspace);
        return RunForward(input, sparse: default, sequences, workspace, random: null);
    }

    /// <summary>The forward pass of a training step on integers, which the workspace copies for the backward pass.</summary>
    /// <param name="ids">The integers of all rows, <see cref="InputSize"/> of each, one row after another.</param>
    /// <param name="sequences">The offsets of the sequences; the default value if no layer reads sequences.</param>
    /// <param name="workspace">A workspace of this network, created for training.</param>
    /// <returns>
    /// A row for each token or for each sequence, depending on the last layer, × <see cref="OutputSize"/>, in the workspace: valid until
    /// its next pass.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The number of integers, of rows or of sequences, or the workspace does not fit, or a layer that reads the input takes no integers.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An integer is not an index of the layer that reads it.</exception>
    public ReadOnlyTensorView<T> Forward(ReadOnlySpan<int> ids, SequenceOffsets sequences, Workspace<T> workspace)
    {
        ReadOnlyTensorView<T> input = BeginIds(ids, sequences, workspace);
        return RunTrainingForward(input, sparse: default, sequences, workspace);
    }

    /// <summary>The backward pass after a forward pass on integers.</summary>
    /// <param name="gradOutput">∂L/∂output, of the shape of the output; may be the workspace's GradOutput.</param>
    /// <param name="workspace">The workspace of that forward pass, which has the integers.</param>
    /// <param name="accumulate">Whether to add to the gradients instead of overwriting them.</param>
    /// <exception cref="ArgumentException">A shape or the workspace does not fit.</exception>
    /// <exception cref="InvalidOperationException">
    /// The workspace's latest pass was not a forward pass, or its input was not integers.
    /// </exception>
    public void Backward(ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace, bool accumulate = false)
    {
        CheckBackward(gradOutput, workspace);
        RunBackward(IdInput(workspace.Batch), sparse: default, gradOutput, workspace, accumulate, update: null);
    }

    /// <summary>Throws where <see cref="Backward(ReadOnlyTensorView{T}, Workspace{T}, bool)"/> does.</summary>
    internal void CheckBackward(scoped in ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace)
    {
        CheckFollowsForward(workspace, hasIds: true);
        Shape.Check(gradOutput, workspace.RowsOf(plan.Buffers[plan.Output].Rows), OutputSize);
        workspace.CheckGradOutput(gradOutput);
        Overlap.CheckDisjoint(gradOutput, gradients.View, nameof(gradOutput), nameof(Gradients));
    }

    /// <summary>The input of a pass on integers, which are in the workspace: rows without columns.</summary>
    internal static ReadOnlyTensorView<T> IdInput(int rows) => new(rows, 0, 0, default);

    private ReadOnlyTensorView<T> BeginIds(ReadOnlySpan<int> ids, scoped in SequenceOffsets sequences, Workspace<T> workspace)
    {
        if (plan.IdRefusal is { } other)
        {
            throw new ArgumentException(
                $"The layer '{other.Name}' reads the input and does not take integers: only embeddings do.", nameof(ids));
        }

        (int rows, int rest) = int.DivRem(ids.Length, InputSize);
        if (rest != 0)
        {
            throw new ArgumentException($"There are {ids.Length} integers; a row of the input has {InputSize}.", nameof(ids));
        }

        CheckSize(rows, InputSize, workspace, nameof(ids));
        CheckSequences(rows, sequences, workspace);
        workspace.CanGoBack = false;
        workspace.CopyIds(ids);
        return IdInput(rows);
    }
}
