namespace VecNet;

/// <summary>Creates the network and the trainer of one training.</summary>
internal static class SingleTraining
{
    /// <summary>The share of the steps through which the learning rate of AdamW rises.</summary>
    private const double Warmup = 0.05;

    /// <summary>Creates a network and its trainer.</summary>
    /// <param name="hyperparameters">How the network is built and trained.</param>
    /// <param name="task">The loss, the number of outputs and the augmentation.</param>
    /// <param name="rows">The number of rows that it will be trained on.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="keepsBest">Whether the parameters of the lowest validation loss are kept.</param>
    internal static (NeuralNetwork<float> Network, Trainer<float> Trainer) Prepare(
        Hyperparameters hyperparameters, TrainingTask task, int rows, int threads, bool keepsBest = false)
    {
        ILayer<float>[] augmentation = task.Augmentation is null ? [] : [task.Augmentation];
        var network = new NeuralNetwork<float>(
            task.Training.FeatureCount, [.. augmentation, .. hyperparameters.Layers(task.Outputs)], hyperparameters.Seed);
        if (hyperparameters.IsAdaptive && hyperparameters.IsLinear)
        {
            // The loss of a linear model is convex: the best starting point favors no output.
            network.Parameters.Clear();
        }

        return (network, Prepare(
            network, hyperparameters.CreateOptimizer(), hyperparameters, task.Loss, rows, threads, keepsBest));
    }

    /// <summary>Creates the trainer of an existing network.</summary>
    internal static Trainer<float> Prepare(
        NeuralNetwork<float> network,
        IOptimizer<float> optimizer,
        Hyperparameters hyperparameters,
        ILoss<float> loss,
        int rows,
        int threads,
        bool keepsBest = false) => new(
            network,
            optimizer,
            loss,
            new TrainerOptions
            {
                Epochs = hyperparameters.Epochs,
                BatchSize = hyperparameters.BatchSize,
                Seed = hyperparameters.Seed,
                LearningRate = hyperparameters.IsAdaptive ? null : hyperparameters.LearningRateOf,
                LearningRateOfStep = hyperparameters.IsAdaptive ? RateOfStep(hyperparameters, rows) : null,
                BucketByLength = hyperparameters.Sequences is not null,
                KeepBest = keepsBest,
                Threads = threads,
            });

    /// <summary>The rate rises linearly and then falls along half a cosine to 0 at the last step.</summary>
    private static Func<int, double> RateOfStep(Hyperparameters hyperparameters, int rows)
    {
        int batches = ((rows - 1) / hyperparameters.BatchSize) + 1;
        int steps = batches * hyperparameters.Epochs;
        int rise = int.Max(1, (int)(steps * Warmup));
        return step => hyperparameters.LearningRate
            * Math.Min(1, (step + 1.0) / rise) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(step, steps) / steps));
    }
}
