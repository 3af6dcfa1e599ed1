using System.Numerics;

namespace VecNet;

/// <content>The checks of passes.</content>
public sealed partial class NeuralNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Throws where <see cref="Backward(ReadOnlyTensorView{T}, ReadOnlyTensorView{T}, Workspace{T}, bool)"/> does, and if an
    /// operand shares elements with the parameters, which would change while it is read.
    /// </summary>
    internal void CheckBackwardAndStep(
        scoped in ReadOnlyTensorView<T> input, scoped in ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace)
    {
        CheckBackward(input, gradOutput, workspace);
        Overlap.CheckDisjoint(input, parameters.View, nameof(input), nameof(Parameters));
        Overlap.CheckDisjoint(gradOutput, parameters.View, nameof(gradOutput), nameof(Parameters));
    }

    /// <summary>
    /// Throws where <see cref="Backward(ReadOnlyTensorView{T}, ReadOnlyTensorView{T}, Workspace{T}, bool)"/> does.
    /// </summary>
    internal void CheckBackward(scoped in ReadOnlyTensorView<T> input, scoped in ReadOnlyTensorView<T> gradOutput, Workspace<T> workspace)
    {
        CheckFollowsForward(workspace, hasIds: false);
        Shape.Check(input, workspace.Batch, InputSize);
        Shape.Check(gradOutput, workspace.RowsOf(plan.Buffers[plan.Output].Rows), OutputSize);
        workspace.CheckDisjoint(input);
        workspace.CheckGradOutput(gradOutput);
        Overlap.CheckDisjoint(input, gradients.View, nameof(input), nameof(Gradients));
        Overlap.CheckDisjoint(gradOutput, gradients.View, nameof(gradOutput), nameof(Gradients));
    }

    private void CheckPass(scoped in ReadOnlyTensorView<T> input, scoped in SequenceOffsets sequences, Workspace<T> workspace)
    {
        CheckSize(input.Rows, input.Columns, workspace);
        CheckSequences(input.Rows, sequences, workspace);
        workspace.CheckDisjoint(input);
    }

    private void CheckSequences(int rows, scoped in SequenceOffsets sequences, Workspace<T> workspace)
    {
        if (sequences.HasValue && sequences.Rows != rows)
        {
            throw new ArgumentException(
                $"The sequences have {sequences.Rows} rows together; the input has {rows}.", nameof(sequences));
        }

        if (plan.SequenceReader is { } reader)
        {
            if (!sequences.HasValue)
            {
                throw new ArgumentException(
                    $"The layer '{reader.Name}' reads sequences: pass their offsets.", nameof(sequences));
            }

            if (sequences.Count > workspace.SequenceCapacity)
            {
                throw new ArgumentException(
                    $"There are {sequences.Count} sequences; the workspace has room for {workspace.SequenceCapacity}.", nameof(sequences));
            }

            workspace.CheckStates(sequences.Count);
        }
    }

    private void CheckSize(int rows, int columns, Workspace<T> workspace, string name = "input")
    {
        CheckWorkspace(workspace);
        if (columns != InputSize)
        {
            throw new ArgumentException($"The input has {columns} columns; the network takes {InputSize}.", name);
        }

        if (rows > workspace.Capacity)
        {
            throw new ArgumentException($"The input has {rows} rows; the workspace has room for {workspace.Capacity}.", name);
        }
    }

    private void CheckFollowsForward(Workspace<T> workspace, bool hasIds)
    {
        CheckWorkspace(workspace);
        if (!workspace.CanGoBack)
        {
            throw new InvalidOperationException("Backward must follow Forward on the same workspace.");
        }

        if (workspace.HasIds != hasIds)
        {
            throw new InvalidOperationException(hasIds
                ? "The input of the forward pass was not integers: pass it to the backward pass."
                : "The input of the forward pass was integers, which the workspace has: the backward pass takes no input.");
        }
    }

    private void CheckWorkspace(Workspace<T> workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (workspace.Network != this)
        {
            throw new ArgumentException("The workspace belongs to another network.", nameof(workspace));
        }
    }
}
