namespace VecNet.Mpi;

/// <summary>
/// Data-parallel training: the ranks of a communicator divide each mini-batch among them. The parameters have the same bits on any number
/// of ranks and threads.
/// </summary>
/// <remarks>
/// <para>
/// A mini-batch of <see cref="TrainerOptions.BatchSize"/> samples is divided into a fixed number of shards, whatever the number of ranks
/// is. The gradient of each shard is computed by itself, and the gradients are added in the order of a fixed binary tree: first those of
/// neighboring shards, then these sums, and so on. A rank computes neighboring shards and the sums that it can; the other sums are computed
/// by all ranks, each for a part of the parameters. Then every rank performs the same optimizer step.
/// </para>
/// <para>
/// The gradient is that of the mean over the whole mini-batch, also where rows have weights or are ignored, or the last mini-batch has
/// fewer samples than there are shards. Dropout masks depend on the step and the shard. Batch normalization uses the statistics of each
/// shard, and its running statistics move by the mean over the shards of what each of them moves them; a shard must have two rows.
/// </para>
/// <para>
/// All ranks create the same network, optimizer and options, and have the same data. <see cref="Trainer{T}.Train"/> compares these at its
/// beginning, and throws on all ranks if something differs. Callbacks are called on every rank: write files and output on rank 0 only. If
/// <see cref="Trainer{T}.Train"/> is canceled on one rank, all of them stop after the same step. A checkpoint of any rank continues on any
/// number of ranks.
/// </para>
/// <code>
/// using ICommunicator communicator = MpiCommunicator.Open();
/// var options = new TrainerOptions { BatchSize = 256, Distributed = new DataParallelTraining(communicator, shards: 8) };
/// var trainer = new Trainer&lt;float&gt;(network, new Adam&lt;float&gt;(0.001), new SoftmaxCrossEntropy&lt;float&gt;(), options);
/// trainer.Train(data);
/// </code>
/// </remarks>
public sealed class DataParallelTraining : DistributedTraining
{
    private readonly ICommunicator communicator;

    /// <summary>Creates a data-parallel training.</summary>
    /// <param name="communicator">The communicator, which stays the caller's to dispose.</param>
    /// <param name="shards">
    /// The number of shards: a power of two, at least the number of ranks. The result depends on it, and checkpoints must be continued with
    /// the same number. Each shard costs the writing and adding of one gradient.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number of shards is not a power of two, or less than that of ranks.</exception>
    public DataParallelTraining(ICommunicator communicator, int shards = 8)
        : base(Checked(communicator, shards)) => this.communicator = communicator;

    internal override TrainingSteps<T> CreateSteps<T>(
        NeuralNetwork<T> network, IOptimizer<T> optimizer, ILoss<T> loss, TrainerOptions options)
    {
        if (options.AccumulatedBatches > 1)
        {
            throw Refused(
                nameof(options.AccumulatedBatches),
                "must be 1, since shards are computed one after another: use a larger batch size and more shards instead");
        }

        if (options.TruncationLength is not null)
        {
            throw Refused(nameof(options.TruncationLength), "must be null, since the states of sequences stay on their rank");
        }

        return new ShardedSteps<T>(communicator, network, optimizer, loss, options);
    }

    private static ArgumentException Refused(string option, string rule) =>
        new($"With options.{nameof(TrainerOptions.Distributed)}, options.{option} {rule}.", "options");

    private static int Checked(ICommunicator communicator, int shards)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        if (!int.IsPow2(shards))
        {
            throw new ArgumentOutOfRangeException(nameof(shards), shards, $"The number of shards must be a power of two; it is {shards}.");
        }

        return shards >= communicator.Size ? shards : throw new ArgumentOutOfRangeException(
            nameof(shards), shards, $"There are {communicator.Size} ranks and {shards} shards; each rank must have one.");
    }
}
