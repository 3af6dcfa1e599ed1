namespace VecNet;

/// <summary>How a <see cref="Trainer{T}"/> trains.</summary>
public sealed record TrainerOptions
{
    /// <summary>How often each row is seen.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Rows of a mini-batch; the last one of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Of the order of the rows and of dropout masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>The learning rate of each epoch, from 0 on; null leaves the optimiser's own.</summary>
    public Func<int, double>? LearningRate { get; init; }

    /// <summary>
    /// Stops after so many epochs without a lower validation loss, and goes back to the parameters of the lowest; 0 for never. Asks for
    /// validation data.
    /// </summary>
    public int Patience { get; init; }

    /// <summary>How many threads may work, the caller's among them; never more than <see cref="Parallelism.MaxThreads"/>. They change no bit.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>Where training stands; reported after each epoch.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Epochs to do at most.</param>
/// <param name="TrainingLoss">Mean loss of the epoch's batches, as training saw them: with dropout, and while parameters changed.</param>
/// <param name="TrainingAccuracy">Of the same predictions; NaN where the targets are not classes.</param>
/// <param name="ValidationLoss">Mean loss on the validation data, without dropout; NaN without such data.</param>
/// <param name="ValidationAccuracy">Share of validation rows whose class is right; NaN without such data or where the targets are not classes.</param>
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
/// <param name="Loss">The mean loss of all rows.</param>
/// <param name="Accuracy">The share of rows whose largest output is that of their class; NaN where the targets are not classes.</param>
public readonly record struct Evaluation(double Loss, double Accuracy);
