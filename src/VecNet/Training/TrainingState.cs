using System.Numerics;

namespace VecNet;

/// <summary>The state of a training between two steps.</summary>
internal sealed class TrainingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private LossTotal total;
    private T[] recurrentStates = [];
    private int recurrentLength;

    private TrainingState(int[] order, SplitMix64 random, TrainingProgress best)
    {
        Order = order;
        Random = random;
        Best = best;
    }

    internal int Epoch;

    internal int Position;

    /// <summary>The number of rows that have been used of each sequence of the current mini-batch.</summary>
    internal int FirstRow;

    /// <summary>The states of recurrent layers after the last step, in the middle of a mini-batch's sequences; otherwise empty.</summary>
    internal ReadOnlySpan<T> RecurrentStates => recurrentStates.AsSpan(0, recurrentLength);

    internal int Steps;

    internal readonly int[] Order;

    internal bool IsShuffled;

    internal readonly SplitMix64 Random;

    /// <summary>The sums over the epoch's rows so far.</summary>
    internal ref LossTotal Total => ref total;

    internal T[] BestParameters = [];

    internal T[] BestState = [];

    internal TrainingProgress Best;

    /// <summary>Whether the best parameters are in the network, and those of the last step in the buffer of the best.</summary>
    private bool wentBack;

    internal TimeSpan TrainingTime;

    internal TimeSpan ElapsedBefore;

    /// <summary>Creates the initial state.</summary>
    internal static TrainingState<T> Begin(NeuralNetwork<T> network, int rows, TrainerOptions options) => new(
        [.. Enumerable.Range(0, rows)], SplitMix64.ForStream(options.Seed, RandomStream.RowOrder), TrainingProgress.None(options.Epochs))
    {
        BestParameters = options.KeepsBest ? network.Parameters.ToArray() : [],
        BestState = options.KeepsBest ? network.State.ToArray() : [],
    };

    /// <summary>Sets network, optimizer and the generator of dropout masks to a checkpoint.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Trainer{T}.Resume"/>; nothing has been changed or allocated.</exception>
    internal static TrainingState<T> Resume(
        TrainingCheckpoint<T> checkpoint,
        NeuralNetwork<T> network,
        IOptimizer<T> optimizer,
        TrainingDescription description,
        TrainerOptions options,
        SplitMix64 dropout)
    {
        var fused = optimizer as IFusedOptimizer<T>;
        checkpoint.Description.CheckSame(description);
        fused?.CheckNetwork(network);
        CheckLength("parameters", checkpoint.Parameters.Count, network.Parameters.Length);
        CheckLength("elements of state", checkpoint.State.Count, network.State.Length);
        CheckLength("elements of the optimizer's state", checkpoint.OptimizerState.Count, optimizer.StateLength(network.Parameters.Length));
        CheckLength("best parameters", checkpoint.BestParameters.Count, options.KeepsBest ? network.Parameters.Length : 0);
        CheckLength("elements of the best state", checkpoint.BestState.Count, options.KeepsBest ? network.State.Length : 0);
        SetNumbers(checkpoint, optimizer);
        CopyTo(checkpoint.Parameters, network.Parameters);
        CopyTo(checkpoint.State, network.State);
        fused?.Bind(network);
        CopyTo(checkpoint.OptimizerState, optimizer.GetState(network.Parameters.Length));
        dropout.State = checkpoint.DropoutRandom;
        return From(checkpoint);
    }

    /// <summary>Keeps the states of recurrent layers for a checkpoint; none between mini-batches.</summary>
    internal void KeepStates(Workspace<T> workspace)
    {
        recurrentLength = 0;
        if (FirstRow > 0)
        {
            ReadOnlyTensorView<T> states = workspace.States;
            recurrentLength = states.Length;
            if (recurrentStates.Length < recurrentLength)
            {
                recurrentStates = new T[recurrentLength];
            }

            states.CopyTo(recurrentStates.AsSpan(0, recurrentLength).AsView(states.Rows, states.Columns));
        }
    }

    internal void KeepBest(NeuralNetwork<T> network, TrainingProgress report)
    {
        Best = report;
        network.Parameters.CopyTo(BestParameters);
        network.State.CopyTo(BestState);
    }

    /// <summary>
    /// Copies the best parameters to the network, and keeps those of the last step for a checkpoint from which training continues.
    /// </summary>
    internal void GoBack(NeuralNetwork<T> network)
    {
        Exchange(network.Parameters, BestParameters);
        Exchange(network.State, BestState);
        wentBack = true;
    }

    internal TrainingCheckpoint<T> Checkpoint(
        NeuralNetwork<T> network, IOptimizer<T> optimizer, TrainingDescription description, SplitMix64 dropout, TimeSpan elapsed) => new()
    {
        Description = description,
        Parameters = wentBack ? [.. BestParameters] : network.Parameters.ToArray(),
        State = wentBack ? [.. BestState] : network.State.ToArray(),
        OptimizerState = optimizer.GetState(network.Parameters.Length).ToArray(),
        OptimizerSteps = optimizer.StepCount,
        LearningRate = optimizer.LearningRate,
        Epoch = Epoch,
        Position = Position,
        FirstRow = FirstRow,
        RecurrentStates = RecurrentStates.ToArray(),
        Steps = Steps,
        Order = [.. Order],
        IsShuffled = IsShuffled,
        RowRandom = Random.State,
        DropoutRandom = dropout.State,
        LossSum = Total.Sum,
        LossWeight = Total.Weight,
        CountedRows = Total.Rows,
        Right = Total.Right,
        BestParameters = wentBack ? network.Parameters.ToArray() : [.. BestParameters],
        BestState = wentBack ? network.State.ToArray() : [.. BestState],
        Best = Best,
        TrainingTime = TrainingTime,
        Elapsed = elapsed,
    };

    private static TrainingState<T> From(TrainingCheckpoint<T> checkpoint) =>
        new([.. checkpoint.Order], new SplitMix64(checkpoint.RowRandom), checkpoint.Best)
    {
        Epoch = checkpoint.Epoch,
        Position = checkpoint.Position,
        FirstRow = checkpoint.FirstRow,
        recurrentStates = [.. checkpoint.RecurrentStates],
        recurrentLength = checkpoint.RecurrentStates.Count,
        Steps = checkpoint.Steps,
        IsShuffled = checkpoint.IsShuffled,
        total = new() { Sum = checkpoint.LossSum, Weight = checkpoint.LossWeight, Rows = checkpoint.CountedRows, Right = checkpoint.Right },
        BestParameters = [.. checkpoint.BestParameters],
        BestState = [.. checkpoint.BestState],
        TrainingTime = checkpoint.TrainingTime,
        ElapsedBefore = checkpoint.Elapsed,
    };

    /// <summary>Sets the optimizer's step count and learning rate, both or neither.</summary>
    private static void SetNumbers(TrainingCheckpoint<T> checkpoint, IOptimizer<T> optimizer)
    {
        long steps = optimizer.StepCount;
        try
        {
            optimizer.StepCount = checkpoint.OptimizerSteps;
            optimizer.LearningRate = checkpoint.LearningRate;
        }
        catch (ArgumentException error)
        {
            optimizer.StepCount = steps;
            throw new ArgumentException(
                $"The optimizer rejects the checkpoint's step count {checkpoint.OptimizerSteps} or its learning rate "
                + $"{checkpoint.LearningRate}.",
                nameof(checkpoint),
                error);
        }
    }

    private static void CheckLength(string what, int count, int expected)
    {
        if (count != expected)
        {
            throw new ArgumentException($"The checkpoint has {count} {what}; {expected} are needed.", "checkpoint");
        }
    }

    private static void Exchange(Span<T> one, Span<T> other)
    {
        for (int i = 0; i < one.Length; i++)
        {
            (one[i], other[i]) = (other[i], one[i]);
        }
    }

    private static void CopyTo(IReadOnlyList<T> values, Span<T> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = values[i];
        }
    }
}
