using System.Numerics;

namespace VecNet;

/// <summary>Everything that a training needs to go on from the end of a step as if it had never been interrupted, bit for bit.</summary>
/// <remarks>
/// Made by <see cref="Trainer{T}.Checkpoint"/> and taken by <see cref="Trainer{T}.Resume"/>; kept in a file by <c>CheckpointFile</c>.
/// Network, optimizer and options are
/// made anew by the program; <see cref="Description"/> tells whether they are the same as before. The data are not part of it: only their
/// number of rows is compared.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record TrainingCheckpoint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the training was made with.</summary>
    public required TrainingDescription Description { get; init; }

    /// <summary>The network's parameters.</summary>
    public required IReadOnlyList<T> Parameters { get; init; }

    /// <summary>The network's untrained state.</summary>
    public required IReadOnlyList<T> State { get; init; }

    /// <summary>What the optimizer remembers.</summary>
    public required IReadOnlyList<T> OptimizerState { get; init; }

    /// <summary>The steps that the optimizer has counted.</summary>
    public required long OptimizerSteps { get; init; }

    /// <summary>The optimizer's learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Epochs that are complete.</summary>
    public required int Epoch { get; init; }

    /// <summary>Rows of the current epoch that are done.</summary>
    public required int Position { get; init; }

    /// <summary>Steps done since the beginning.</summary>
    public required int Steps { get; init; }

    /// <summary>The order of the rows in the current epoch.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>Whether it has been shuffled for the current epoch.</summary>
    public required bool IsShuffled { get; init; }

    /// <summary>The state of the generator that shuffles rows.</summary>
    public required ulong RowRandom { get; init; }

    /// <summary>The state of the generator of dropout masks.</summary>
    public required ulong DropoutRandom { get; init; }

    /// <summary>The sum of the losses of the current epoch's rows so far.</summary>
    public required double LossSum { get; init; }

    /// <summary>What a mean divides that sum by: see <see cref="ILoss{T}.WeightOf"/>.</summary>
    public required double LossWeight { get; init; }

    /// <summary>The rows of the current epoch so far whose class counts for the accuracy.</summary>
    public required int CountedRows { get; init; }

    /// <summary>Those of them whose class was right.</summary>
    public required int Right { get; init; }

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
