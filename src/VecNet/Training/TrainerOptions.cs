namespace VecNet;

/// <summary>The options of a <see cref="Trainer{T}"/>.</summary>
public sealed record TrainerOptions
{
    /// <summary>The number of epochs: how often each row or sequence is used.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>
    /// The number of rows of a mini-batch, or of sequences where the data has sequences; the last one of an epoch may be smaller.
    /// <see cref="BatchNorm{T}"/> rejects a mini-batch of a single row; choose another size if that would occur.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// The largest number of tokens, which are the rows of sequences, in a mini-batch; null for no limit. A longer sequence is a mini-batch
    /// of its own. <see cref="BatchSize"/> limits the number of sequences as well: choose a large one if only tokens should count.
    /// </summary>
    /// <remarks>
    /// The limit bounds memory and evens out the time of steps. Mini-batches then have different numbers of sequences; each step follows
    /// the mean over the targets of its own, as in PyTorch. With a target for each sequence, a sequence in a mini-batch of few therefore
    /// has more effect in an epoch than one in a mini-batch of many: long sequences count more than short ones. With a target for each row
    /// all mini-batches have about as many targets. A loss with <see cref="Reduction.Sum"/> weighs all targets the same. The reported loss
    /// of an epoch is the mean over all targets in any case.
    /// </remarks>
    public int? MaxBatchTokens { get; init; }

    /// <summary>
    /// Whether the sequences of a mini-batch have similar lengths. The shuffled sequences are divided into pools of 32 mini-batches, each
    /// pool is sorted by length and cut into mini-batches, and these are shuffled. It makes recurrent layers faster, which run a step of
    /// all sequences of a mini-batch at once; nothing is padded either way. It has no effect on rows.
    /// </summary>
    public bool BucketByLength { get; init; }

    /// <summary>
    /// The number of rows after which back-propagation through time is truncated; null for never. It is for networks with recurrent layers
    /// in one direction, and for data with a target for each row.
    /// </summary>
    /// <remarks>
    /// A mini-batch of sequences is then used in pieces: first the beginnings of all its sequences, each of at most that many rows, then
    /// the rows after these, and so on. Each piece takes a step (or is accumulated), and recurrent layers begin it with the states of the
    /// one before, through which no gradient flows. Sequences that have ended have no row. To train on one long stream, cut it into <see
    /// cref="BatchSize"/> sequences.
    /// </remarks>
    public int? TruncationLength { get; init; }

    /// <summary>The seed of the order of the rows or sequences and of dropout masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>The learning rate of each epoch, from 0 on; null keeps the optimizer's own.</summary>
    public Func<int, double>? LearningRate { get; init; }

    /// <summary>
    /// The number of epochs without a lower validation loss after which training stops and restores the parameters of the lowest, at
    /// least 1; null for never. It requires validation data.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Whether the parameters of the lowest validation loss are restored at the end. With <see cref="Patience"/> they always are.
    /// </summary>
    public bool KeepBest { get; init; }

    /// <summary>
    /// The learning rate of each step, from 0 on, before <see cref="LearningRate"/>'s; null for that of the epoch. See <see
    /// cref="LearningRateSchedule"/>.
    /// </summary>
    public Func<int, double>? LearningRateOfStep { get; init; }

    /// <summary>
    /// The number of mini-batches whose gradients are accumulated for one step. The step is the same as that of one batch of all their
    /// rows, for any weights of the rows in the loss, and needs the memory of one mini-batch.
    /// </summary>
    public int AccumulatedBatches { get; init; } = 1;

    /// <summary>
    /// The Euclidean norm to which larger gradients are scaled; null for no limit. See <see cref="GradientClipping.ByNorm"/>.
    /// </summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>The magnitude to which each gradient is limited; null for no limit. See <see cref="GradientClipping.ByValue"/>.</summary>
    public double? MaxGradientValue { get; init; }

    /// <summary>Called after each step, on the training thread; <see cref="Trainer{T}.Checkpoint"/> may be called from it.</summary>
    public Action<TrainingStep>? StepFinished { get; init; }

    /// <summary>The options that a resumed training must keep, by name: see <see cref="Trainer{T}.Resume"/>.</summary>
    internal KeyValuePair<string, object>[] Kept =>
    [
        new(nameof(BatchSize), BatchSize),
        new(nameof(Seed), Seed),
        new(nameof(AccumulatedBatches), AccumulatedBatches),
        new(nameof(MaxGradientNorm), MaxGradientNorm ?? (object)"none"),
        new(nameof(MaxGradientValue), MaxGradientValue ?? (object)"none"),
        new($"{nameof(KeepBest)} or {nameof(Patience)}", KeepsBest),

        // Checkpoints from before these options existed were made without them.
        .. (ReadOnlySpan<KeyValuePair<string, object>>)(MaxBatchTokens is { } most ? [new(nameof(MaxBatchTokens), most)] : []),
        .. (ReadOnlySpan<KeyValuePair<string, object>>)(BucketByLength ? [new(nameof(BucketByLength), true)] : []),
        .. (ReadOnlySpan<KeyValuePair<string, object>>)(TruncationLength is { } length ? [new(nameof(TruncationLength), length)] : []),
        .. (ReadOnlySpan<KeyValuePair<string, object>>)(Distributed is { } shared ? [new(nameof(shared.Shards), shared.Shards)] : []),
    ];

    /// <summary>
    /// How the steps are shared with other processes, by the package VecNet.Mpi; null, the default, if they are not. All processes then
    /// train with the same options and data, and have the same parameters after each step.
    /// </summary>
    public DistributedTraining? Distributed { get; init; }

    internal bool KeepsBest => KeepBest || Patience is not null;

    /// <summary>The rows that workspaces have room for before the data are known: a limit of tokens may come with any batch size.</summary>
    internal int FirstCapacity => int.Min(BatchSize, MaxBatchTokens ?? int.MaxValue);

    /// <summary>
    /// Whether the optimizer step may be part of the backward pass; it must not where the whole gradient is used between the two.
    /// </summary>
    internal bool StepsInBackward => AccumulatedBatches == 1 && MaxGradientNorm is null && MaxGradientValue is null;

    /// <summary>
    /// The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>Throws unless every option is in its range; the message names it.</summary>
    /// <param name="parameter">The name of the parameter that these options are.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Check(string parameter)
    {
        Check(Epochs >= 0, Epochs, "at least 0", nameof(Epochs));
        Check(BatchSize > 0, BatchSize, "at least 1", nameof(BatchSize));
        Check(MaxBatchTokens is null or > 0, MaxBatchTokens, "at least 1, or null for no limit", nameof(MaxBatchTokens));
        Check(TruncationLength is null or > 0, TruncationLength, "at least 1, or null for never", nameof(TruncationLength));
        Check(Patience is null or > 0, Patience, "at least 1, or null for never", nameof(Patience));
        Check(Threads > 0, Threads, "at least 1", nameof(Threads));
        Check(AccumulatedBatches > 0, AccumulatedBatches, "at least 1", nameof(AccumulatedBatches));
        Check(MaxGradientNorm is null or > 0, MaxGradientNorm, "above 0", nameof(MaxGradientNorm));
        Check(MaxGradientValue is null or > 0, MaxGradientValue, "above 0", nameof(MaxGradientValue));

        void Check(bool isInRange, object? value, string range, string name)
        {
            if (!isInRange)
            {
                throw new ArgumentOutOfRangeException(parameter, value, $"{parameter}.{name} must be {range}; it is {value}.");
            }
        }
    }
}

/// <summary>A finished training step.</summary>
/// <param name="Epoch">The epoch of the step, from 1 on.</param>
/// <param name="Step">Its number since the beginning, from 1 on.</param>
/// <param name="Rows">The number of its rows; of its sequences, where the data has sequences.</param>
/// <param name="Loss">Their loss before the step: the mean (NaN if all of them are ignored) or the sum, depending on the loss.</param>
public readonly record struct TrainingStep(int Epoch, int Step, int Rows, double Loss);

/// <summary>
/// The progress of training, reported after each epoch; in losses and accuracies, rows count by their <see cref="Dataset{T}.Weights"/>.
/// </summary>
/// <param name="Epoch">The number of finished epochs.</param>
/// <param name="Epochs">The largest number of epochs.</param>
/// <param name="TrainingLoss">
/// The loss of the epoch's rows during training: with dropout, and while parameters changed. It is the mean or the sum, depending on the
/// loss; the mean over no row is NaN: where all rows are ignored, and before the first epoch.
/// </param>
/// <param name="TrainingAccuracy">The accuracy of the same predictions; null where the targets are not classes, or all rows are
/// ignored.</param>
/// <param name="ValidationLoss">
/// The loss of the validation data, without dropout: see <see cref="Evaluation"/>; null without such data.
/// </param>
/// <param name="ValidationAccuracy">
/// The share of validation rows whose class is predicted correctly: see <see cref="Evaluation"/>; null without such data.
/// </param>
/// <param name="SamplesPerSecond">The number of training rows or sequences per second so far, validation excluded.</param>
/// <param name="Elapsed">The time since training began.</param>
/// <param name="Remaining">The estimated time until the end of the last epoch.</param>
public readonly record struct TrainingProgress(
    int Epoch,
    int Epochs,
    double TrainingLoss,
    double? TrainingAccuracy,
    double? ValidationLoss,
    double? ValidationAccuracy,
    double SamplesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>The progress before the first epoch.</summary>
    internal static TrainingProgress None(int epochs) =>
        new(0, epochs, double.NaN, null, null, null, 0, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>The result of <see cref="Trainer{T}.Evaluate"/>; rows count by their <see cref="Dataset{T}.Weights"/>.</summary>
/// <param name="Loss">
/// The loss of the data as one batch: the sum of the loss, divided by its weight unless its <see cref="ILoss{T}.Reduction"/> is the sum. A
/// mean where all rows are ignored is NaN.
/// </param>
/// <param name="Accuracy">
/// The share of rows whose largest output is that of their class, among those whose class the loss does not ignore; null if there is none,
/// and where the targets are not classes.
/// </param>
public readonly record struct Evaluation(double Loss, double? Accuracy);
