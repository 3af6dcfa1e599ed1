using System.Diagnostics;

namespace VecNet.Cli;

/// <summary>A trained network and its training.</summary>
/// <param name="Network">The network, without layers that only training needs.</param>
/// <param name="HasClasses">Whether the network predicts classes; otherwise it predicts a number.</param>
/// <param name="SelectionHistory">The epochs of the training that selected the number of epochs; empty if there was none.</param>
/// <param name="History">The epochs of the training that the network comes from.</param>
/// <param name="Time">The elapsed time, without the time between an interruption and the resumption.</param>
/// <param name="SamplesPerSecond">The number of training rows per second, without the time for validation.</param>
internal sealed record TrainingRun(
    NeuralNetwork<float> Network,
    bool HasClasses,
    IReadOnlyList<TrainingProgress> SelectionHistory,
    IReadOnlyList<TrainingProgress> History,
    TimeSpan Time,
    double SamplesPerSecond)
{
    /// <summary>The speed of the matrix products in 10⁹ floating-point operations per second.</summary>
    internal double Gflops => TrainingOperations(Network) * SamplesPerSecond / 1e9;

    /// <summary>The floating-point operations of the matrix products for one row in training.</summary>
    /// <remarks>
    /// For one row and one layer of n inputs and m outputs, each product is n·m multiplications and as many additions: forward x·W,
    /// backward xᵀ·g for the weights and g·Wᵀ for the layer before. The first layer needs no gradient of its input, so operations =
    /// Σ 6·n·m − 2·n₁·m₁. Activations, dropout, loss, optimizer and image augmentation take time but are not counted.
    /// </remarks>
    internal static double TrainingOperations(NeuralNetwork<float> network)
    {
        double operations = 0;
        for (int i = 0; i < network.Weights.Count; i++)
        {
            operations += (i == 0 ? 4.0 : 6.0) * network.Weights[i].Length;
        }

        return operations;
    }

    /// <summary>Trains a network: if there are validation rows, first to select the number of epochs; then on all training rows.</summary>
    /// <param name="hyperparameters">How the network is built and trained.</param>
    /// <param name="task">The data and the loss.</param>
    /// <param name="checkpointing">The checkpoint to resume from, and the one to save if the run is interrupted.</param>
    /// <param name="display">The display of the progress.</param>
    /// <param name="cancellationToken">The token that interrupts the run.</param>
    /// <exception cref="TrainingInterruptedException">The run has been interrupted, and a checkpoint has been saved.</exception>
    internal static TrainingRun Train(
        Hyperparameters hyperparameters,
        TrainingTask task,
        Checkpointing checkpointing,
        TrainingDisplay display,
        CancellationToken cancellationToken)
    {
        RunCheckpoint? from = checkpointing.ResumedFrom;
        cancellationToken.ThrowIfCancellationRequested();
        long begin = Stopwatch.GetTimestamp();
        List<TrainingProgress> selectionHistory = [.. from?.SelectionHistory ?? []];
        List<TrainingProgress> history = [.. from?.History ?? []];
        string trainingTitle = "Training";
        if (task.Selection is { } selection)
        {
            if (from is null or { IsSelecting: true })
            {
                const string Title = "Step 1 of 2: selecting the number of epochs on the validation rows";
                Fit(selection.Training, selection.Validation, Title, selectionHistory, isSelecting: true);
            }

            hyperparameters = hyperparameters with { Epochs = BestEpoch(selectionHistory) };
            trainingTitle = $"Step 2 of 2: training on all {task.Training.Rows:N0} training rows for {hyperparameters.Epochs} epochs";
        }

        NeuralNetwork<float> trained = Fit(task.Training, null, trainingTitle, history, isSelecting: false);
        if (!SavedModel.AreFinite(trained.Parameters))
        {
            throw new UserErrorException("training diverged: some parameters are not finite; nothing was saved.");
        }

        // Layers that only augment the input have no parameters, so that both networks have the same layout of parameters.
        var network = new NeuralNetwork<float>(task.Training.Features.Columns, hyperparameters.Layers(task.Outputs));
        trained.Parameters.CopyTo(network.Parameters);
        double speed = SpeedOf((task.Selection?.Training.Rows ?? 0, selectionHistory), (task.Training.Rows, history));
        return new TrainingRun(network, task.HasClasses, selectionHistory, history, Elapsed(), speed);

        TimeSpan Elapsed() => (from?.Time ?? TimeSpan.Zero) + Stopwatch.GetElapsedTime(begin);

        NeuralNetwork<float> Fit(
            Dataset<float> rows, Dataset<float>? validation, string title, List<TrainingProgress> epochs, bool isSelecting)
        {
            ILayer<float>[] augmentation = task.Augmentation is null ? [] : [task.Augmentation];
            var network = new NeuralNetwork<float>(
                task.Training.Features.Columns, [.. augmentation, .. hyperparameters.Layers(task.Outputs)], hyperparameters.Seed);
            Trainer<float> trainer = TrainerOf(hyperparameters, network, task.Loss);
            if (from is not null && from.IsSelecting == isSelecting)
            {
                Resume(trainer, from, rows);
                title += $", resumed at epoch {from.Trainer.Epoch + 1}";
            }

            try
            {
                display.Show(title, epochs, progress => trainer.Train(rows, validation, progress, cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw checkpointing.Save(
                    new(checkpointing.Fingerprint, isSelecting, Elapsed(), selectionHistory, history, trainer.Checkpoint()));
            }

            return network;
        }
    }

    /// <summary>Restores a trainer from a checkpoint, whose file may have been changed.</summary>
    private static void Resume(Trainer<float> trainer, RunCheckpoint from, Dataset<float> rows)
    {
        try
        {
            trainer.Resume(from.Trainer);
        }
        catch (ArgumentException error)
        {
            throw new UserErrorException($"the checkpoint is damaged: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        if (from.Trainer.Order.Count != rows.Rows)
        {
            throw new UserErrorException(
                $"the checkpoint is damaged: it has {from.Trainer.Order.Count:N0} rows, but the data has {rows.Rows:N0}.");
        }
    }

    private static Trainer<float> TrainerOf(Hyperparameters hyperparameters, NeuralNetwork<float> network, ILoss<float> loss) => new(
        network,
        new Sgd<float>(hyperparameters.LearningRate, hyperparameters.Momentum, hyperparameters.WeightDecay),
        loss,
        new TrainerOptions
        {
            Epochs = hyperparameters.Epochs,
            BatchSize = hyperparameters.BatchSize,
            Seed = hyperparameters.Seed,
            LearningRate = hyperparameters.LearningRateOf,
            Threads = Parallelism.MaxThreads,
        });

    /// <summary>The mean number of rows per second of several trainings, given the rows and epochs of each.</summary>
    private static double SpeedOf(params ReadOnlySpan<(int Rows, List<TrainingProgress> Epochs)> trainings)
    {
        (double samples, double seconds) = (0, 0);
        foreach ((int rows, List<TrainingProgress> epochs) in trainings)
        {
            if (epochs.Count > 0)
            {
                samples += (double)epochs.Count * rows;
                seconds += (double)epochs.Count * rows / epochs[^1].SamplesPerSecond;
            }
        }

        return samples / seconds;
    }

    /// <summary>
    /// The number of epochs after which the mean validation loss of the last epochs, a tenth of all, is the lowest: the loss of a single
    /// epoch varies too much.
    /// </summary>
    internal static int BestEpoch(IReadOnlyList<TrainingProgress> epochs)
    {
        int window = int.Max(1, epochs.Count / 10);
        int best = epochs.Count;
        double lowest = double.PositiveInfinity;
        for (int end = window; end <= epochs.Count; end++)
        {
            double mean = 0;
            for (int i = end - window; i < end; i++)
            {
                mean += (epochs[i].ValidationLoss ?? double.NaN) / window;
            }

            if (mean < lowest)
            {
                (best, lowest) = (end, mean);
            }
        }

        return best;
    }
}
