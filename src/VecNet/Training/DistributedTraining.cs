using System.Numerics;

namespace VecNet;

/// <summary>How several processes share the steps of a training. The package VecNet.Mpi has an implementation.</summary>
/// <remarks>
/// <code>
/// DistributedTraining distributed = new DataParallelTraining(communicator, shards: 8);
/// var options = new TrainerOptions { BatchSize = 256, Distributed = distributed };
/// </code>
/// </remarks>
public abstract class DistributedTraining
{
    /// <summary>The number of parts of a mini-batch whose gradients are computed one by one, on any number of processes.</summary>
    internal readonly int Shards;

    private protected DistributedTraining(int shards) => Shards = shards;

    /// <summary>Creates what performs the steps of a trainer with these options.</summary>
    internal abstract TrainingSteps<T> CreateSteps<T>(
        NeuralNetwork<T> network, IOptimizer<T> optimizer, ILoss<T> loss, TrainerOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
