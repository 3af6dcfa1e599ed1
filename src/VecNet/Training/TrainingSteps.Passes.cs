using System.Numerics;

namespace VecNet;

/// <content>The passes of a mini-batch.</content>
internal partial class TrainingSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected void Forward(Dataset<T> batch, int count)
    {
        if (batch.SparseFeatures is { } sparse)
        {
            network.Forward(sparse.View, workspace);
        }
        else if (batch.HasIds)
        {
            network.Forward(batch.IdsOf(0, count), batch.SequencesOf(0, count, default), workspace);
        }
        else
        {
            network.Forward(batch.FeaturesOf(0, count), batch.SequencesOf(0, count, default), workspace);
        }
    }

    /// <summary>
    /// Adds the loss of a mini-batch and computes the gradient of its output, or that of the input of a projection by blocks.
    /// </summary>
    /// <returns>Whether any gradient is not 0.</returns>
    private protected bool AddLoss(Dataset<T> batch, int count, double divisor, bool accumulate, ref LossTotal total)
    {
        Targets<T> targets = batch.TargetsOf(0, count);
        ReadOnlySpan<double> weights = batch.WeightsOf(0, count);
        bool hasGradient = false;
        for (int first = 0; first < targets.Rows; first += workspace.OutputCapacity)
        {
            int rows = int.Min(workspace.OutputCapacity, targets.Rows - first);
            TensorView<T> gradOutput = workspace.GradOutputOf(first, rows);
            total.Add(
                loss, workspace.GetOutput(first, rows), targets.Slice(first, rows), weights.IsEmpty ? weights : weights.Slice(first, rows),
                divisor, gradOutput);
            bool isZero = !gradOutput.Span.ContainsAnyExcept(T.Zero);
            workspace.BackwardOf(gradOutput, first, isZero, accumulate || hasGradient);
            hasGradient |= !isZero;
        }

        return hasGradient;
    }

    /// <summary>The backward pass of a mini-batch, with the optimizer step if that is part of it.</summary>
    private protected void Backward(Dataset<T> batch, int count, bool accumulate, bool steps)
    {
        SparseRowsView<T> sparse = batch.SparseFeatures is { } features ? features.View : default;
        ReadOnlyTensorView<T> input = sparse.HasValue ? default
            : batch.HasIds ? NeuralNetwork<T>.IdInput(workspace.Batch)
            : batch.FeaturesOf(0, count);
        if (steps)
        {
            NetworkTraining.RunBackwardAndStep(network, input, sparse, workspace.WholeGradOutput, workspace, optimizer);
        }
        else
        {
            NeuralNetwork<T>.RunBackward(input, sparse, workspace.WholeGradOutput, workspace, accumulate, update: null);
        }
    }
}
