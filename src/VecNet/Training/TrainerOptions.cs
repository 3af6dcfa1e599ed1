namespace VecNet;

/// <summary>How a <see cref="Trainer{T}"/> trains.</summary>
public sealed record TrainerOptions
{
    /// <summary>How often each row is seen.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>
    /// Rows of a mini-batch; the last one of an epoch may be smaller. Where it would be a single row, <see cref="BatchNorm{T}"/> refuses
    /// it: choose another size.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Of the order of the rows and of dropout masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>The learning rate of each epoch, from 0 on; null leaves the optimizer's own.</summary>
    public Func<int, double>? LearningRate { get; init; }

    /// <summary>
    /// Stops after so many epochs without a lower validation loss, and goes back to the parameters of the lowest; 0 for never. Asks for
    /// validation data.
    /// </summary>
    public int Patience { get; init; }

    /// <summary>
    /// Whether the parameters go back, at the end, to those of the lowest validation loss. With <see cref="Patience"/> they do anyway.
    /// </summary>
    public bool KeepBest { get; init; }

    /// <summary>
    /// The learning rate of each step, from 0 on, before <see cref="LearningRate"/>'s; null for that of the epoch. See <see
    /// cref="LearningRateSchedule"/>.
    /// </summary>
    public Func<int, double>? LearningRateOfStep { get; init; }

    /// <summary>
    /// Mini-batches whose gradients make one step: as one batch of all their rows would, in the memory of one, whatever weights the rows
    /// have in the loss.
    /// </summary>
    public int AccumulatedBatches { get; init; } = 1;

    /// <summary>Scales gradients whose Euclidean norm is larger; null for none. See <see cref="GradientClipping.ByNorm"/>.</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>Cuts each gradient at this magnitude; null for none. See <see cref="GradientClipping.ByValue"/>.</summary>
    public double? MaxGradientValue { get; init; }

    /// <summary>Told after each step, on the training thread; <see cref="Trainer{T}.Checkpoint"/> may be called from it.</summary>
    public Action<TrainingStep>? StepFinished { get; init; }

    /// <summary>What a training that goes on must keep, by name: see <see cref="Trainer{T}.Resume"/>.</summary>
    internal KeyValuePair<string, object>[] Kept =>
    [
        new(nameof(BatchSize), BatchSize),
        new(nameof(Seed), Seed),
        new(nameof(AccumulatedBatches), AccumulatedBatches),
        new(nameof(MaxGradientNorm), MaxGradientNorm ?? (object)"none"),
        new(nameof(MaxGradientValue), MaxGradientValue ?? (object)"none"),
        new($"{nameof(KeepBest)} or {nameof(Patience)}", KeepsBest),
    ];

    internal bool KeepsBest => KeepBest || Patience > 0;

    /// <summary>
    /// Whether an optimizer's step may join the backward pass: not where somebody looks at the whole gradient between the two.
    /// </summary>
    internal bool StepsInBackward => AccumulatedBatches == 1 && MaxGradientNorm is null && MaxGradientValue is null;

    /// <summary>
    /// The number of threads to use at most, the caller's included; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </summary>
    public int Threads { get; init; } = 1;
}

/// <summary>A step of training that has been done.</summary>
/// <param name="Epoch">Of the step, from 1 on.</param>
/// <param name="Step">Its number since the beginning, from 1 on.</param>
/// <param name="Rows">Rows that it has learned from.</param>
/// <param name="Loss">Their loss, before the step: the mean, NaN if none of them counts, or the sum, as the loss says.</param>
public readonly record struct TrainingStep(int Epoch, int Step, int Rows, double Loss);

/// <summary>Where training stands; reported after each epoch.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Epochs to do at most.</param>
/// <param name="TrainingLoss">
/// The loss of the epoch's rows, as training saw them: with dropout, and while parameters changed. The mean, or the sum, as the loss says;
/// a mean where nothing counts is NaN.
/// </param>
/// <param name="TrainingAccuracy">Of the same predictions; NaN where the targets are not classes, or all rows are ignored.</param>
/// <param name="ValidationLoss">
/// The loss of the validation data, without dropout: see <see cref="Evaluation"/>; NaN without such data.
/// </param>
/// <param name="ValidationAccuracy">
/// Share of validation rows whose class is right: see <see cref="Evaluation"/>; NaN without such data.
/// </param>
/// <param name="SamplesPerSecond">Rows trained on per second so far, validation excluded.</param>
/// <param name="Elapsed">Since training began.</param>
/// <param name="Remaining">Until the last epoch, if all of them go like those so far.</param>
public readonly record struct TrainingProgress(
    int Epoch,
    int Epochs,
    double TrainingLoss,
    double TrainingAccuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double SamplesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>Before the first epoch.</summary>
    internal static TrainingProgress None(int epochs) =>
        new(0, epochs, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>What <see cref="Trainer{T}.Evaluate"/> found.</summary>
/// <param name="Loss">
/// The loss of the data as one batch: the sum of the loss, divided by its weight unless its <see cref="ILoss{T}.Reduction"/> is the sum. A
/// mean where nothing counts is NaN.
/// </param>
/// <param name="Accuracy">
/// The share of rows whose largest output is that of their class, among those whose class the loss does not ignore; NaN if there is none,
/// and where the targets are not classes.
/// </param>
public readonly record struct Evaluation(double Loss, double Accuracy);
