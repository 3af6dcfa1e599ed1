using System.Numerics;

namespace VecNet.Mpi;

/// <summary>The steps of a <see cref="DataParallelTraining"/> on one rank.</summary>
internal sealed class ShardedSteps<T> : TrainingSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ICommunicator communicator;

    /// <summary>The options of the trainer; those of the base class have the batch size of a shard.</summary>
    private readonly TrainerOptions given;
    private readonly int shards;
    private readonly StepOutcome outcome;
    private Slot[] sparse = [];
    private GradientParts<T>? parts;
    private ShardSums<T>? sums;
    private RowSums<T>? rows;

    /// <summary>This rank's shards of the validation data.</summary>
    private Dataset<T>[] ownShards = [];

    internal ShardedSteps(
        ICommunicator communicator, NeuralNetwork<T> network, IOptimizer<T> optimizer, ILoss<T> loss, TrainerOptions options)
        : base(network, optimizer, loss, options with { BatchSize = LargestShard(options) })
    {
        this.communicator = communicator;
        given = options;
        shards = options.Distributed!.Shards;
        batches = new(options);
        outcome = new(communicator, shards);
    }

    internal override Dataset<T> Reserve(Dataset<T> training, Dataset<T>? validation, TrainingState<T> now)
    {
        TrainingFacts.CheckSame(
            communicator, TrainingFacts.Of(network, optimizer, loss, given, training, validation, now, Dropout.State));
        ownShards = validation is null ? []
            : [.. Enumerable.Range(FirstShard, EndShard - FirstShard).Select(shard => ShardOf(validation, shard))];
        Dataset<T> batch = base.Reserve(training, validation, now);
        Slot[] found = SparseSlots(training);
        if (parts is null || !found.SequenceEqual(sparse))
        {
            sparse = found;
            parts = new(network, sparse);
            sums = new(communicator, parts, shards);
            rows = new(communicator, network, sparse, shards);
        }

        outcome.Reset();
        return batch;
    }

    /// <summary>Each rank evaluates its shards of the validation data.</summary>
    internal override Evaluation Evaluate(NetworkEvaluation<T> evaluation, Dataset<T> validation)
    {
        Exchange(TryEvaluateShards(evaluation));
        LossTotal total = outcome.Total;
        return new(total.Value(loss.Reduction), total.Accuracy);
    }

    private int FirstShard => ShardRanges.StartOf(communicator.Rank, communicator.Size, shards);

    private int EndShard => ShardRanges.StartOf(communicator.Rank + 1, communicator.Size, shards);

    private protected override void ThrowIfCanceled(CancellationToken cancellationToken) => outcome.ThrowIfCanceled(cancellationToken);

    private protected override LossTotal Step(
        ref (int Position, int FirstRow) place, Dataset<T> training, Dataset<T> batch, ref int samples)
    {
        MiniBatch next = batches.At(place.Position, place.FirstRow)!.Value;
        ulong masks = Dropout.State;
        LossTotal total;
        parts!.KeepState();
        try
        {
            Exchange(TryAddShards(next, training, batch, masks));
            total = outcome.Total;
            parts.Set(sums!.AddRanks(), changes: int.Min(next.Count, shards));
            rows!.AddRanks();
        }
        catch
        {
            parts.RestoreState();
            throw;
        }

        ClipAndStep();
        Dropout.State = masks;
        Dropout.Next();
        samples += next.Count;
        place = batches.After(next);
        return total;
    }

    private void Exchange(Exception? error) => outcome.Exchange(error, optimizer.LearningRate, optimizer.StepCount);

    /// <summary>Adds the gradients of this rank's shards.</summary>
    /// <returns>What has gone wrong, which the other ranks must know before they wait for the gradients; null for nothing.</returns>
    private Exception? TryAddShards(MiniBatch next, Dataset<T> training, Dataset<T> batch, ulong masks)
    {
        try
        {
            double divisor = DivisorOf(next, training, batch);
            sums!.Begin();
            rows!.Begin();
            for (int shard = FirstShard; shard < EndShard; shard++)
            {
                var total = default(LossTotal);
                parts!.RestoreState();
                Dropout.State = SplitMix64.StateOf(masks, (ulong)shard);
                RunShard(ShardOf(next, shard), training, batch, divisor, ref total);
                outcome.Set(shard, total);
                sums.AddShard();
                rows.AddShard();
            }

            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    /// <summary>Evaluates this rank's shards of the validation data.</summary>
    /// <returns>What has gone wrong; null for nothing.</returns>
    private Exception? TryEvaluateShards(NetworkEvaluation<T> evaluation)
    {
        try
        {
            for (int i = 0; i < ownShards.Length; i++)
            {
                outcome.Set(FirstShard + i, ownShards[i].Count == 0 ? default : evaluation.Sum(ownShards[i]));
            }

            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    /// <summary>Computes the gradients of a shard; they are 0 if it is empty, or all of its rows are ignored.</summary>
    private void RunShard(MiniBatch shard, Dataset<T> training, Dataset<T> batch, double divisor, ref LossTotal total)
    {
        if (shard.Count > 0)
        {
            training.CopyRows(batches.SamplesOf(shard), batch, shard.FirstRow);
            Forward(batch, shard.Count);
            if (AddLoss(batch, shard.Count, divisor, accumulate: false, ref total))
            {
                Backward(batch, shard.Count, accumulate: false, steps: false);
                return;
            }
        }

        network.ClearGradients();
    }

    /// <summary>The divisor of the mean over the whole mini-batch.</summary>
    private double DivisorOf(MiniBatch next, Dataset<T> training, Dataset<T> batch)
    {
        double weight = 0;
        for (int shard = 0; shard < shards && loss.Reduction != Reduction.Sum; shard++)
        {
            MiniBatch part = ShardOf(next, shard);
            if (part.Count > 0)
            {
                training.CopyTargets(batches.SamplesOf(part), batch, part.FirstRow);
                weight += loss.GetWeight(batch.TargetsOf(0, part.Count));
            }
        }

        return weight * meanRowWeight;
    }

    private Dataset<T> ShardOf(Dataset<T> data, int shard)
    {
        int start = ShardRanges.StartOf(shard, shards, data.Count);
        return data.Select([.. Enumerable.Range(start, ShardRanges.StartOf(shard + 1, shards, data.Count) - start)]);
    }

    private MiniBatch ShardOf(MiniBatch next, int shard)
    {
        int start = ShardRanges.StartOf(shard, shards, next.Count);
        return new(next.Start + start, ShardRanges.StartOf(shard + 1, shards, next.Count) - start, next.FirstRow);
    }

    /// <summary>
    /// The parameters whose gradients are sparse for these data. The weights of a fully connected layer are among them if it reads sparse
    /// rows; its set of rows is set accordingly, since the first shard of a rank may be empty.
    /// </summary>
    private Slot[] SparseSlots(Dataset<T> training)
    {
        var found = new List<Slot>();
        foreach (Slot slot in network.ParameterSlots.Where(slot => slot.Touched is not null).OrderBy(slot => slot.Offset))
        {
            TouchedRows touched = slot.Touched!;
            bool isSparse = !slot.IsTransposedInFiles || training.SparseFeatures is not null;
            if (isSparse != touched.IsSparse)
            {
                network.Gradients.Slice(slot.Offset, slot.Length).Clear();
            }

            if (!isSparse)
            {
                touched.BeginDense();
                continue;
            }

            if (!touched.IsSparse)
            {
                touched.BeginSparse();
            }

            found.Add(slot);
        }

        return [.. found];
    }

    private static int LargestShard(TrainerOptions options)
    {
        (int whole, int rest) = int.DivRem(options.BatchSize, options.Distributed!.Shards);
        return rest > 0 ? whole + 1 : whole;
    }
}
