namespace VecNet;

/// <summary>The state of an interrupted training by a recipe.</summary>
/// <param name="IsSelecting">Whether the first of two trainings was interrupted, which selects the number of epochs.</param>
/// <param name="SelectionHistory">The epochs of the first training.</param>
/// <param name="History">The epochs of the only or second training.</param>
/// <param name="Trainer">The state of the network, the optimizer and the random numbers.</param>
internal sealed record RecipeState(
    bool IsSelecting,
    IReadOnlyList<TrainingProgress> SelectionHistory,
    IReadOnlyList<TrainingProgress> History,
    TrainingCheckpoint<float> Trainer);

/// <summary>
/// Trains a network: if there are validation rows, first to select the number of epochs; then on all training rows for that number.
/// </summary>
/// <param name="hyperparameters">How the network is built and trained.</param>
/// <param name="task">The data and the loss.</param>
/// <param name="from">The state to resume from; null to start from the beginning.</param>
internal sealed class RecipeTraining(Hyperparameters hyperparameters, TrainingTask task, RecipeState? from = null)
{
    private Trainer<float>? trainer;
    private NeuralNetwork<float>? selected;
    private NeuralNetwork<float>? trained;

    /// <summary>The data and the loss.</summary>
    internal TrainingTask Task => task;

    /// <summary>The number of threads, which changes no bit of the result.</summary>
    internal int Threads { get; init; } = 1;

    /// <summary>Whether the first training keeps its best parameters, so that a canceled training has a network to show.</summary>
    internal bool KeepsBest { get; init; }

    /// <summary>The epochs of the training that selects the number of epochs; empty if there is none.</summary>
    internal List<TrainingProgress> SelectionHistory { get; } = [.. from?.SelectionHistory ?? []];

    /// <summary>The epochs of the only or second training.</summary>
    internal List<TrainingProgress> History { get; } = [.. from?.History ?? []];

    /// <summary>Whether the current training is the one that selects the number of epochs.</summary>
    internal bool IsSelecting { get; private set; }

    /// <summary>The number of epochs of the current training.</summary>
    internal int Epochs => hyperparameters.Epochs;

    /// <summary>The number of epochs after which the current training had been interrupted; null if it starts from the beginning.</summary>
    internal int? ResumedAfter { get; private set; }

    /// <summary>Trains the network.</summary>
    /// <param name="observe">
    /// Called for each training with the list of its epochs, to which it adds what is reported, and the training itself, which it runs.
    /// </param>
    /// <param name="cancellationToken">The token that interrupts the training; <see cref="State"/> can then be saved.</param>
    /// <returns>The network, without layers that only training needs.</returns>
    /// <exception cref="InvalidDataException">The state to resume from is damaged.</exception>
    /// <exception cref="OperationCanceledException">The training has been canceled.</exception>
    internal NeuralNetwork<float> Train(
        Action<List<TrainingProgress>, Action<IProgress<TrainingProgress>>> observe, CancellationToken cancellationToken)
    {
        if (task.Selection is { } selection)
        {
            if (from is null or { IsSelecting: true })
            {
                IsSelecting = true;
                selected = Prepare(selection.Training);
                observe(
                    SelectionHistory, progress => trainer!.Train(selection.Training, selection.Validation, progress, cancellationToken));
                IsSelecting = false;
            }

            hyperparameters = hyperparameters with { Epochs = BestEpoch(SelectionHistory) };
        }

        trained = Prepare(task.Training);
        observe(History, progress => trainer!.Train(task.Training, null, progress, cancellationToken));
        return WithoutAugmentation(trained);
    }

    /// <summary>The state after the last finished step.</summary>
    internal RecipeState State() => new(IsSelecting, SelectionHistory, History, trainer!.Checkpoint());

    /// <summary>
    /// The best network of a canceled training: that of the epoch with the lowest validation loss, or that of the last step if there are
    /// no validation rows; null if no epoch has been finished.
    /// </summary>
    internal NeuralNetwork<float>? BestSoFar()
    {
        if (task.Selection is null)
        {
            return History.Count == 0 ? null : WithoutAugmentation(trained!);
        }

        if (SelectionHistory.Count == 0)
        {
            return null;
        }

        if (IsSelecting && trainer!.Checkpoint() is { Best.Epoch: > 0 } state)
        {
            for (int i = 0; i < state.BestParameters.Count; i++)
            {
                selected!.Parameters[i] = state.BestParameters[i];
            }
        }

        return WithoutAugmentation(selected!);
    }

    /// <summary>Creates the network and the trainer of one training.</summary>
    private NeuralNetwork<float> Prepare(Dataset<float> rows)
    {
        ILayer<float>[] augmentation = task.Augmentation is null ? [] : [task.Augmentation];
        var network = new NeuralNetwork<float>(
            task.Training.FeatureCount, [.. augmentation, .. hyperparameters.Layers(task.Outputs)], hyperparameters.Seed);
        trainer = new(
            network,
            hyperparameters.CreateOptimizer(),
            task.Loss,
            new TrainerOptions
            {
                Epochs = hyperparameters.Epochs,
                BatchSize = hyperparameters.BatchSize,
                Seed = hyperparameters.Seed,
                LearningRate = hyperparameters.LearningRateOf,
                KeepBest = KeepsBest && IsSelecting,
                Threads = Threads,
            });
        ResumedAfter = null;
        if (from is not null && from.IsSelecting == IsSelecting)
        {
            Resume(from.Trainer, rows);
        }

        return network;
    }

    private void Resume(TrainingCheckpoint<float> checkpoint, Dataset<float> rows)
    {
        try
        {
            trainer!.Resume(checkpoint);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"the checkpoint is damaged: {error.Message}", error);
        }

        ResumedAfter = checkpoint.Epoch;
        if (checkpoint.Order.Count != rows.Rows)
        {
            throw new InvalidDataException(
                $"the checkpoint is damaged: it has {checkpoint.Order.Count:N0} rows, but the data has {rows.Rows:N0}.");
        }
    }

    /// <summary>
    /// The network without layers that only augment the input: they have no parameters, so that both have the same layout of parameters.
    /// </summary>
    private NeuralNetwork<float> WithoutAugmentation(NeuralNetwork<float> source)
    {
        var network = new NeuralNetwork<float>(task.Training.FeatureCount, hyperparameters.Layers(task.Outputs));
        source.Parameters.CopyTo(network.Parameters);
        return network;
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
