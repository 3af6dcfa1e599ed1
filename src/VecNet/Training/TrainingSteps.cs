using System.Numerics;

namespace VecNet;

/// <summary>The steps of an epoch: mini-batch, forward, loss, backward, optimiser.</summary>
internal sealed class TrainingSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NeuralNetwork<T> network;
    private readonly IOptimizer<T> optimizer;
    private readonly LossFunction<T> loss;
    private readonly TrainerOptions options;
    private readonly Workspace<T> workspace;

    internal TrainingSteps(NeuralNetwork<T> network, IOptimizer<T> optimizer, LossFunction<T> loss, TrainerOptions options)
    {
        this.network = network;
        this.optimizer = optimizer;
        this.loss = loss;
        this.options = options;
        workspace = network.CreateTrainingWorkspace(options.BatchSize);
        workspace.Threads = options.Threads;
    }

    /// <summary>The generator of dropout masks.</summary>
    internal SplitMix64 Dropout => workspace.Random!;

    /// <summary>What is left of the epoch, in steps.</summary>
    internal Evaluation Epoch(TrainingState<T> now, Dataset<T> training, Dataset<T> batch, CancellationToken cancellationToken)
    {
        int rows = training.Rows;
        if (!now.IsShuffled)
        {
            now.Random.Shuffle(now.Order.AsSpan());
            now.IsShuffled = true;
        }

        while (now.Position < rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            optimizer.LearningRate = options.LearningRateOfStep?.Invoke(now.Steps) ?? optimizer.LearningRate;
            int count = (int)long.Min((long)options.BatchSize * options.AccumulatedBatches, rows - now.Position);
            (double lossSum, int right) = Step(training, now.Order.AsSpan(now.Position, count), batch);
            now.LossSum += lossSum;
            now.Right += right;
            now.Position += count;
            now.Steps++;
            options.StepFinished?.Invoke(new(now.Epoch + 1, now.Steps, count, lossSum / count));
        }

        var trained = new Evaluation(now.LossSum / rows, batch.Targets.AreClasses ? (double)now.Right / rows : double.NaN);
        (now.Epoch, now.Position, now.IsShuffled, now.LossSum, now.Right) = (now.Epoch + 1, 0, false, 0, 0);
        return trained;
    }

    /// <summary>One step by the mean loss of the given rows, mini-batch by mini-batch; returns the sum of the losses and how many classes were right.</summary>
    private (double LossSum, int Right) Step(Dataset<T> training, ReadOnlySpan<int> rows, Dataset<T> batch)
    {
        double lossSum = 0;
        int right = 0;
        for (int start = 0; start < rows.Length; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, rows.Length - start);
            training.CopyRows(rows.Slice(start, count), batch);
            ReadOnlyTensorView<T> input = batch.Features.View.SliceRows(0, count);
            Targets<T> targets = batch.TargetsOf(0, count);
            ReadOnlyTensorView<T> prediction = network.Forward(input, workspace);
            TensorView<T> gradOutput = workspace.GradOutput;
            lossSum += count * double.CreateTruncating(loss(prediction, targets, gradOutput));
            right += NetworkEvaluation<T>.CountRight(prediction, targets);
            if (options.StepsInBackward)
            {
                network.BackwardAndStep(input, gradOutput, workspace, optimizer);
                return (lossSum, right);
            }

            if (count < rows.Length)
            {
                // The loss is a mean over its mini-batch; the step's is one over all rows.
                Elementwise.Scale(gradOutput, T.CreateTruncating(count) / T.CreateTruncating(rows.Length), gradOutput);
            }

            network.Backward(input, gradOutput, workspace, accumulate: start > 0);
        }

        if (options.MaxGradientNorm is { } norm)
        {
            GradientClipping.ByNorm(network.Gradients, norm);
        }

        if (options.MaxGradientValue is { } value)
        {
            GradientClipping.ByValue(network.Gradients, value);
        }

        network.Step(optimizer);
        return (lossSum, right);
    }
}
