using System.Numerics;

namespace VecNet;

/// <summary>
/// The complete state of a training at the end of a step, from which it continues as if it had not been interrupted, bit for bit.
/// </summary>
/// <remarks>
/// <see cref="Trainer{T}.Checkpoint"/> creates it, <see cref="Trainer{T}.Resume"/> continues from it, and <c>CheckpointFile</c> saves it to
/// a file. The program creates network, optimizer and options again; <see cref="Description"/> shows whether they are the same as before.
/// The data is not part of it; only the number of rows or sequences is compared.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record TrainingCheckpoint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The description of the training.</summary>
    public required TrainingDescription Description { get; init; }

    /// <summary>The network's parameters.</summary>
    public required IReadOnlyList<T> Parameters { get; init; }

    /// <summary>The network's untrained state.</summary>
    public required IReadOnlyList<T> State { get; init; }

    /// <summary>The optimizer's state.</summary>
    public required IReadOnlyList<T> OptimizerState { get; init; }

    /// <summary>The optimizer's step count.</summary>
    public required long OptimizerSteps { get; init; }

    /// <summary>The optimizer's learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The number of finished epochs.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of rows or sequences of the current epoch that have been used.</summary>
    public required int Position { get; init; }

    /// <summary>
    /// The number of rows that have been used of each sequence of the current mini-batch; 0 unless back-propagation through time is
    /// truncated: see <see cref="TrainerOptions.TruncationLength"/>.
    /// </summary>
    public int FirstRow { get; init; }

    /// <summary>
    /// The states of recurrent layers for these sequences, with which the next step begins; empty if <see cref="FirstRow"/> is 0.
    /// </summary>
    public IReadOnlyList<T> RecurrentStates { get; init; } = [];

    /// <summary>The number of steps since the beginning.</summary>
    public required int Steps { get; init; }

    /// <summary>The order of the rows or sequences in the current epoch.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>Whether it has been shuffled for the current epoch.</summary>
    public required bool IsShuffled { get; init; }

    /// <summary>The state of the generator that shuffles rows.</summary>
    public required ulong RowRandom { get; init; }

    /// <summary>The state of the generator of dropout masks.</summary>
    public required ulong DropoutRandom { get; init; }

    /// <summary>The sum of the losses of the current epoch's rows so far.</summary>
    public required double LossSum { get; init; }

    /// <summary>The divisor of that sum in a mean: see <see cref="ILoss{T}.GetWeight"/>.</summary>
    public required double LossWeight { get; init; }

    /// <summary>
    /// The number of rows of the current epoch so far whose class is not ignored; where rows have weights, the sum of these.
    /// </summary>
    public required double CountedRows { get; init; }

    /// <summary>The number, or sum of weights, of those whose class was predicted correctly.</summary>
    public required double Right { get; init; }

    /// <summary>The best parameters so far; empty if they are not kept.</summary>
    public required IReadOnlyList<T> BestParameters { get; init; }

    /// <summary>The untrained state that belongs to them.</summary>
    public required IReadOnlyList<T> BestState { get; init; }

    /// <summary>The report of the epoch whose parameters are the best so far.</summary>
    public required TrainingProgress Best { get; init; }

    /// <summary>The time that training has taken, validation excluded.</summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>The time since the beginning.</summary>
    public required TimeSpan Elapsed { get; init; }
}
