using System.Numerics;

namespace VecNet;

/// <summary>Where a training stands between two steps.</summary>
internal sealed class TrainingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private TrainingState(int[] order, SplitMix64 random, TrainingProgress best)
    {
        Order = order;
        Random = random;
        Best = best;
    }

    internal int Epoch { get; set; }

    internal int Position { get; set; }

    internal int Steps { get; set; }

    internal int[] Order { get; }

    internal bool IsShuffled { get; set; }

    internal SplitMix64 Random { get; }

    internal double LossSum { get; set; }

    internal int Right { get; set; }

    internal T[] BestParameters { get; private set; } = [];

    internal T[] BestState { get; private set; } = [];

    internal TrainingProgress Best { get; private set; }

    internal TimeSpan TrainingTime { get; set; }

    internal TimeSpan ElapsedBefore { get; private set; }

    /// <summary>The beginning.</summary>
    internal static TrainingState<T> Begin(NeuralNetwork<T> network, int rows, TrainerOptions options) => new(
        [.. Enumerable.Range(0, rows)], SplitMix64.ForStream(options.Seed, RandomStream.RowOrder), TrainingProgress.None(options.Epochs))
    {
        BestParameters = options.KeepsBest ? network.Parameters.ToArray() : [],
        BestState = options.KeepsBest ? network.State.ToArray() : [],
    };

    internal static TrainingState<T> From(TrainingCheckpoint<T> checkpoint) => new([.. checkpoint.Order], new SplitMix64(checkpoint.RowRandom), checkpoint.Best)
    {
        Epoch = checkpoint.Epoch,
        Position = checkpoint.Position,
        Steps = checkpoint.Steps,
        IsShuffled = checkpoint.IsShuffled,
        LossSum = checkpoint.LossSum,
        Right = checkpoint.Right,
        BestParameters = [.. checkpoint.BestParameters],
        BestState = [.. checkpoint.BestState],
        TrainingTime = checkpoint.TrainingTime,
        ElapsedBefore = checkpoint.Elapsed,
    };

    internal void KeepBest(NeuralNetwork<T> network, TrainingProgress report)
    {
        Best = report;
        network.Parameters.CopyTo(BestParameters);
        network.State.CopyTo(BestState);
    }

    internal TrainingCheckpoint<T> Checkpoint(NeuralNetwork<T> network, IOptimizer<T> optimizer, SplitMix64 dropout, TimeSpan elapsed) => new()
    {
        Parameters = network.Parameters.ToArray(),
        State = network.State.ToArray(),
        OptimizerState = optimizer.StateOf(network.Parameters.Length).ToArray(),
        OptimizerSteps = optimizer.StepCount,
        LearningRate = optimizer.LearningRate,
        Epoch = Epoch,
        Position = Position,
        Steps = Steps,
        Order = [.. Order],
        IsShuffled = IsShuffled,
        RowRandom = Random.State,
        DropoutRandom = dropout.State,
        LossSum = LossSum,
        Right = Right,
        BestParameters = [.. BestParameters],
        BestState = [.. BestState],
        Best = Best,
        TrainingTime = TrainingTime,
        Elapsed = elapsed,
    };
}
