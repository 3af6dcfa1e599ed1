using System.Numerics;

namespace VecNet;

/// <summary>The steps of an epoch: mini-batch, forward, loss, backward, optimizer.</summary>
internal sealed class TrainingSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NeuralNetwork<T> network;
    private readonly IOptimizer<T> optimizer;
    private readonly ILoss<T> loss;
    private readonly TrainerOptions options;
    private Workspace<T> workspace;

    /// <summary>The mean weight of the targets; 1 if they have none.</summary>
    private double meanRowWeight = 1;

    internal TrainingSteps(NeuralNetwork<T> network, IOptimizer<T> optimizer, ILoss<T> loss, TrainerOptions options)
    {
        this.network = network;
        this.optimizer = optimizer;
        this.loss = loss;
        this.options = options;
        workspace = NewWorkspace(options.BatchSize);
    }

    /// <summary>The generator of dropout masks.</summary>
    internal SplitMix64 Dropout => workspace.Random!;

    /// <summary>Provides memory for mini-batches of sequences with so many rows together.</summary>
    internal void Reserve(int rows)
    {
        if (rows > workspace.Capacity)
        {
            ulong dropout = Dropout.State;
            workspace = NewWorkspace(rows);
            Dropout.State = dropout;
        }
    }

    private Workspace<T> NewWorkspace(int rows) =>
        new(network, rows, options.BatchSize, training: true, inputGradient: false, seed: 0, hasOutputBlocks: true)
        {
            Threads = options.Threads,
        };

    /// <summary>Runs the remaining steps of the epoch.</summary>
    internal Evaluation Epoch(TrainingState<T> now, Dataset<T> training, Dataset<T> batch, CancellationToken cancellationToken)
    {
        int samples = training.Count;
        meanRowWeight = MeanRowWeight(training);
        if (!now.IsShuffled)
        {
            now.Random.Shuffle(now.Order.AsSpan());
            now.IsShuffled = true;
        }

        while (now.Position < samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            optimizer.LearningRate = options.LearningRateOfStep?.Invoke(now.Steps) ?? optimizer.LearningRate;
            int count = (int)long.Min((long)options.BatchSize * options.AccumulatedBatches, samples - now.Position);
            LossTotal step = Step(training, now.Order.AsSpan(now.Position, count), batch);
            now.Total.Add(step);
            now.Position += count;
            now.Steps++;
            options.StepFinished?.Invoke(new(now.Epoch + 1, now.Steps, count, step.Value(loss.Reduction)));
        }

        var trained = new Evaluation(now.Total.Value(loss.Reduction), now.Total.Accuracy);
        (now.Epoch, now.Position, now.IsShuffled, now.Total) = (now.Epoch + 1, 0, false, default);
        return trained;
    }

    /// <summary>
    /// Performs one step by the loss of the given samples, mini-batch by mini-batch; its gradient is that of one batch of all of them.
    /// </summary>
    /// <remarks>
    /// The gradient of weighted rows is that of Σᵢ wᵢ lᵢ / (n m), where n is the divisor of the batch without weights and m the mean weight
    /// of all training rows. Over an epoch, each row then has an effect in proportion to its weight, as that many copies have. If the sum
    /// of the batch's own weights were the divisor, a batch of light rows would count as much as one of heavy rows.
    /// </remarks>
    private LossTotal Step(Dataset<T> training, ReadOnlySpan<int> samples, Dataset<T> batch)
    {
        var total = default(LossTotal);
        double divisorOfAll = samples.Length > options.BatchSize && loss.Reduction != Reduction.Sum
            ? GetDivisor(training, samples, batch)
            : 0;
        bool hasGradients = false;
        for (int start = 0; start < samples.Length; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, samples.Length - start);
            training.CopyRows(samples.Slice(start, count), batch);
            Forward(batch, count);
            double divisor = count < samples.Length ? divisorOfAll
                : batch.WeightsOf(0, count).IsEmpty ? loss.GetWeight(batch.TargetsOf(0, count))
                : loss.GetWeight(batch.TargetsOf(0, count)) * meanRowWeight;
            if (!AddLoss(batch, count, divisor, accumulate: hasGradients, ref total))
            {
                // The gradients are 0. A backward pass through infinite or NaN activations of ignored rows would make them NaN.
                continue;
            }

            Backward(batch, count, accumulate: hasGradients);
            if (options.StepsInBackward)
            {
                return total;
            }

            hasGradients = true;
        }

        if (!hasGradients)
        {
            network.ClearGradients();
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
        return total;
    }

    private void Forward(Dataset<T> batch, int count)
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
    private bool AddLoss(Dataset<T> batch, int count, double divisor, bool accumulate, ref LossTotal total)
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
    private void Backward(Dataset<T> batch, int count, bool accumulate)
    {
        SparseRowsView<T> sparse = batch.SparseFeatures is { } features ? features.View : default;
        ReadOnlyTensorView<T> input = sparse.HasValue ? default
            : batch.HasIds ? NeuralNetwork<T>.IdInput(workspace.Batch)
            : batch.FeaturesOf(0, count);
        if (options.StepsInBackward)
        {
            NetworkTraining.RunBackwardAndStep(network, input, sparse, workspace.WholeGradOutput, workspace, optimizer);
        }
        else
        {
            NeuralNetwork<T>.RunBackward(input, sparse, workspace.WholeGradOutput, workspace, accumulate, update: null);
        }
    }

    /// <summary>The divisor of the mean over all the samples, computed before the first of them is used.</summary>
    private double GetDivisor(Dataset<T> training, ReadOnlySpan<int> samples, Dataset<T> batch)
    {
        double weight = 0;
        for (int start = 0; start < samples.Length; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, samples.Length - start);
            training.CopyTargets(samples.Slice(start, count), batch);
            weight += loss.GetWeight(batch.TargetsOf(0, count));
        }

        return weight * meanRowWeight;
    }

    /// <summary>Σᵢ wᵢ nᵢ / Σᵢ nᵢ, where nᵢ is what row i adds to the loss's own divisor; 1 if all rows are ignored.</summary>
    private double MeanRowWeight(Dataset<T> training)
    {
        double divisor = training.RowWeights.IsEmpty ? 0 : loss.GetWeight(training.Targets);
        return divisor > 0 ? WeightedRows.GetWeight(loss, training.Targets, training.RowWeights) / divisor : 1;
    }
}
