using System.Numerics;

namespace VecNet;

/// <summary>The steps of an epoch: mini-batch, forward, loss, backward, optimizer.</summary>
internal partial class TrainingSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected readonly NeuralNetwork<T> network;
    private protected readonly IOptimizer<T> optimizer;
    private protected readonly ILoss<T> loss;
    private protected readonly TrainerOptions options;
    private protected MiniBatches<T> batches;
    private protected Workspace<T> workspace;

    /// <summary>The mean weight of the targets; 1 if they have none.</summary>
    private protected double meanRowWeight = 1;

    internal TrainingSteps(NeuralNetwork<T> network, IOptimizer<T> optimizer, ILoss<T> loss, TrainerOptions options)
    {
        this.network = network;
        this.optimizer = optimizer;
        this.loss = loss;
        this.options = options;
        batches = new(options);
        workspace = NewWorkspace(options.FirstCapacity);
    }

    /// <summary>The options; where steps are shared with other processes, the batch size is that of what is computed at a time.</summary>
    internal TrainerOptions Options => options;

    /// <summary>The generator of dropout masks.</summary>
    internal SplitMix64 Dropout => workspace.Random!;

    /// <summary>Provides memory for mini-batches of the data.</summary>
    /// <returns>The memory for the samples of a mini-batch.</returns>
    internal virtual Dataset<T> Reserve(Dataset<T> training, Dataset<T>? validation, TrainingState<T> now)
    {
        int rows = training.RowsOfBatch(options);
        if (rows > workspace.Capacity)
        {
            ulong dropout = Dropout.State;
            workspace = NewWorkspace(rows);
            Dropout.State = dropout;
        }

        workspace.CarriesStates = options.TruncationLength is not null;
        return training.EmptyLike(options.BatchSize, rows);
    }

    private Workspace<T> NewWorkspace(int rows) =>
        new(network, rows, options.BatchSize, training: true, inputGradient: false, seed: 0, hasOutputBlocks: true)
        {
            Threads = options.Threads,
        };

    /// <summary>Begins an epoch, or the rest of one after an interruption.</summary>
    /// <exception cref="ArgumentException">No mini-batch begins where a resumed epoch continues.</exception>
    private void Begin(TrainingState<T> now, Dataset<T> training)
    {
        meanRowWeight = MeanRowWeight(training);
        if (!now.IsShuffled)
        {
            now.Random.Shuffle(now.Order.AsSpan());
            now.IsShuffled = true;
        }

        batches.Begin(training, now.Order, now.Epoch);
        if (now.Position == training.Count && now.FirstRow == 0)
        {
            return;
        }

        int width = network.Plan.RecurrentWidth;
        if (batches.At(now.Position, now.FirstRow) is not { } next
            || now.RecurrentStates.Length != (now.FirstRow == 0 ? 0 : next.Count * width))
        {
            throw new ArgumentException(
                $"The checkpoint was made after {now.Position} sequences and {now.FirstRow} rows of the following ones, with "
                + $"{now.RecurrentStates.Length} elements of recurrent states, which does not fit these data: the sequences had other "
                + "lengths.",
                nameof(training));
        }

        if (now.FirstRow > 0)
        {
            workspace.SetStates(now.RecurrentStates.AsView(next.Count, width));
        }
    }

    /// <summary>Runs the remaining steps of the epoch.</summary>
    internal Evaluation Epoch(TrainingState<T> now, Dataset<T> training, Dataset<T> batch, CancellationToken cancellationToken)
    {
        Begin(now, training);
        while (now.Position < training.Count)
        {
            ThrowIfCanceled(cancellationToken);
            optimizer.LearningRate = options.LearningRateOfStep?.Invoke(now.Steps) ?? optimizer.LearningRate;
            int samples = 0;
            LossTotal step;
            (int Position, int FirstRow) place = (now.Position, now.FirstRow);
            ulong masks = Dropout.State;
            try
            {
                step = Step(ref place, training, batch, ref samples);
            }
            catch
            {
                // A checkpoint is that of the last finished step.
                Dropout.State = masks;
                throw;
            }

            (now.Position, now.FirstRow) = place;
            now.KeepStates(workspace);
            now.Total.Add(step);
            now.Steps++;
            options.StepFinished?.Invoke(new(now.Epoch + 1, now.Steps, samples, step.Value(loss.Reduction)));
        }

        var trained = new Evaluation(now.Total.Value(loss.Reduction), now.Total.Accuracy);
        (now.Epoch, now.Position, now.IsShuffled, now.Total) = (now.Epoch + 1, 0, false, default);
        return trained;
    }

    /// <summary>Computes loss and accuracy on validation data.</summary>
    internal virtual Evaluation Evaluate(NetworkEvaluation<T> evaluation, Dataset<T> validation) => evaluation.Evaluate(validation);

    /// <summary>Called before each step.</summary>
    private protected virtual void ThrowIfCanceled(CancellationToken cancellationToken) =>
        cancellationToken.ThrowIfCancellationRequested();

    /// <summary>
    /// Performs one step by the loss of the next mini-batches, one after another; its gradient is that of one batch of all of them.
    /// </summary>
    /// <remarks>
    /// The gradient of weighted rows is that of Σᵢ wᵢ lᵢ / (n m), where n is the divisor of the batch without weights and m the mean weight
    /// of all training rows. Over an epoch, each row then has an effect in proportion to its weight, as that many copies have. If the sum
    /// of the batch's own weights were the divisor, a batch of light rows would count as much as one of heavy rows.
    /// </remarks>
    private protected virtual LossTotal Step(
        ref (int Position, int FirstRow) place, Dataset<T> training, Dataset<T> batch, ref int samples)
    {
        var total = default(LossTotal);
        double divisorOfAll = options.AccumulatedBatches > 1 && loss.Reduction != Reduction.Sum ? GetDivisor(place, training, batch) : 0;
        bool hasGradients = false;
        for (int piece = 0; piece < options.AccumulatedBatches && place.Position < training.Count; piece++)
        {
            int count = Next(ref place, training, batch);
            samples += count;
            Forward(batch, count);
            double divisor = options.AccumulatedBatches > 1 ? divisorOfAll
                : batch.WeightsOf(0, count).IsEmpty ? loss.GetWeight(batch.TargetsOf(0, count))
                : loss.GetWeight(batch.TargetsOf(0, count)) * meanRowWeight;
            if (!AddLoss(batch, count, divisor, accumulate: hasGradients, ref total))
            {
                // The gradients are 0. A backward pass through infinite or NaN activations of ignored rows would make them NaN.
                continue;
            }

            Backward(batch, count, hasGradients, options.StepsInBackward);
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

        ClipAndStep();
        return total;
    }

    /// <summary>Performs the optimizer step by the network's gradients, once they are clipped.</summary>
    private protected void ClipAndStep()
    {
        if (options.MaxGradientNorm is { } norm)
        {
            GradientClipping.ByNorm(network.Gradients, norm);
        }

        if (options.MaxGradientValue is { } value)
        {
            GradientClipping.ByValue(network.Gradients, value);
        }

        network.Step(optimizer);
    }

    /// <summary>Copies the mini-batch at a place, which becomes that of the one after it; returns the number of its samples.</summary>
    private int Next(ref (int Position, int FirstRow) place, Dataset<T> training, Dataset<T> batch)
    {
        MiniBatch next = batches.At(place.Position, place.FirstRow)!.Value;
        training.CopyRows(batches.SamplesOf(next), batch, next.FirstRow, options.TruncationLength ?? int.MaxValue);
        if (next.FirstRow == 0)
        {
            workspace.ClearStates();
        }

        (place.Position, place.FirstRow) = batches.After(next);
        return next.Count;
    }

    /// <summary>The divisor of the mean over the mini-batches of a step, computed before the first of them is used.</summary>
    private double GetDivisor((int Position, int FirstRow) place, Dataset<T> training, Dataset<T> batch)
    {
        double weight = 0;
        for (int piece = 0; piece < options.AccumulatedBatches && place.Position < training.Count; piece++)
        {
            MiniBatch next = batches.At(place.Position, place.FirstRow)!.Value;
            training.CopyTargets(batches.SamplesOf(next), batch, next.FirstRow, options.TruncationLength ?? int.MaxValue);
            weight += loss.GetWeight(batch.TargetsOf(0, next.Count));
            place = batches.After(next);
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
