namespace VecNet;

/// <summary>
/// Trains a network on all training rows: first, if there are candidates, a search chooses the hyperparameters, or a training with
/// validation rows selects the number of epochs.
/// </summary>
/// <param name="hyperparameters">How the network is built and trained.</param>
/// <param name="task">The data and the loss.</param>
/// <param name="from">The state to resume from; null to start from the beginning.</param>
internal sealed partial class RecipeTraining(Hyperparameters hyperparameters, TrainingTask task, RecipeState? from = null)
{
    private Trainer<float>? trainer;
    private NeuralNetwork<float>? selected;
    private NeuralNetwork<float>? trained;
    private int? averaged;
    private readonly SeveralTrainings several = new(task, from?.Networks);

    /// <summary>The data and the loss.</summary>
    internal TrainingTask Task => task;

    /// <summary>The number of threads, which does not affect the result.</summary>
    internal int Threads = 1;

    /// <summary>Whether the first training keeps its best parameters, so that a canceled training can return a network.</summary>
    internal bool KeepsBest;

    /// <summary>The epochs of the training that selects the number of epochs; empty if there is none.</summary>
    internal readonly List<TrainingProgress> SelectionHistory = [.. from?.SelectionHistory ?? []];

    /// <summary>The epochs of the only or second training.</summary>
    internal readonly List<TrainingProgress> History = [.. from?.History ?? []];

    /// <summary>Whether the current training is the one that selects the number of epochs.</summary>
    internal bool IsSelecting;

    /// <summary>The comparison of candidates that comes first; null if there is none.</summary>
    internal RecipeSearch? Search;

    /// <summary>The comparison of the kinds of models of texts that came before; null if there was none.</summary>
    internal TextComparison? Comparison;

    /// <summary>Why there was none; null if there was one, or if the options say so.</summary>
    internal string? Obstacle;

    /// <summary>The hyperparameters: those that the search has chosen, once it has ended.</summary>
    internal Hyperparameters Hyperparameters => hyperparameters;

    /// <summary>The number of epochs of the current training.</summary>
    internal int Epochs => hyperparameters.Epochs;

    /// <summary>The number of epochs after which the current training had been interrupted; null if it starts from the beginning.</summary>
    internal int? ResumedAfter;

    private NeuralNetwork<float> TrainToTheEnd(
        Action<List<TrainingProgress>, Action<IProgress<TrainingProgress>>> observe, CancellationToken cancellationToken)
    {
        if (Search is not null)
        {
            Choose(Search, cancellationToken);
        }
        else if (task.Selection is { } selection)
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

        if (hyperparameters.Trainings > 1)
        {
            if (!several.HasFirst)
            {
                History.Clear();
            }

            observe(History, progress => several.Train(hyperparameters, Threads, progress, cancellationToken));
            return several.Average(hyperparameters);
        }

        trained = Prepare(task.Training);
        observe(History, progress => trainer!.Train(task.Training, null, progress, cancellationToken));
        return WithoutAugmentation(trained);
    }

    /// <summary>Describes the training.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="wasCanceled">Whether it was canceled.</param>
    internal FitReport Report(NeuralNetwork<float> network, bool wasCanceled) => new()
    {
        Summary = (Comparison?.Summary
                ?? RecipeSummary.Of(
                    hyperparameters with { Trainings = averaged ?? hyperparameters.Trainings }, Search, task.HasClasses, Obstacle))
            + (TimeRanOut ? " The time was over before the training was finished." : ""),
        HiddenSizes = hyperparameters.Sequences is null ? RecipeSummary.HiddenSizesOf(network) : hyperparameters.Hidden,
        Candidates = Comparison?.Candidates
            ?? (Search is null ? [] : RecipeSummary.CandidatesOf(Search, task.HasClasses)),
        Trainings = averaged ?? hyperparameters.Trainings,
        SelectionHistory = SelectionHistory,
        History = History,
        WasCanceled = wasCanceled,
    };

    /// <summary>The state after the last finished step, or of a search and of several networks after the last finished training.</summary>
    internal RecipeState State() => new(
        IsSelecting, SelectionHistory, trainer is not null || several.HasFirst ? History : [], trainer?.Checkpoint())
    {
        Search = Search?.State ?? [],
        Networks = several.Finished,
    };

    /// <summary>
    /// The best network of a canceled training: that of the epoch with the lowest validation loss, or that of the last step if there are
    /// no validation rows; null if no epoch has been finished.
    /// </summary>
    internal NeuralNetwork<float>? BestSoFar()
    {
        averaged = several.Finished.Count;
        if (averaged > 0)
        {
            return several.Average(hyperparameters);
        }

        if (Search?.BestSoFar() is { } compared)
        {
            return compared;
        }

        averaged = 1;
        if (Search is not null)
        {
            return LastStep();
        }

        if (task.Selection is null)
        {
            return LastStep();
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

    /// <summary>Runs the search, and uses the hyperparameters that it has chosen.</summary>
    private void Choose(RecipeSearch search, CancellationToken cancellationToken)
    {
        search.Run(task, Threads, cancellationToken);
        hyperparameters = search.ChosenFor(task);
        SelectionHistory.Clear();
        SelectionHistory.AddRange(search.ChosenHistory);
    }

    /// <summary>Creates the network and the trainer of one training.</summary>
    private NeuralNetwork<float> Prepare(Dataset<float> rows)
    {
        (NeuralNetwork<float> network, trainer) =
            SingleTraining.Prepare(hyperparameters, task, rows.Count, Threads, KeepsBest && IsSelecting);
        ResumedAfter = null;
        if (from?.Trainer is { } checkpoint && from.IsSelecting == IsSelecting)
        {
            Resume(checkpoint, rows);
        }

        return network;
    }

    /// <summary>The network of the last step on all training rows; null before the first epoch is finished.</summary>
    private NeuralNetwork<float>? LastStep() =>
        History.Count > 0 && (trained ?? several.First) is { } network ? WithoutAugmentation(network) : null;

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
        if (checkpoint.Order.Count != rows.Count)
        {
            throw new InvalidDataException(
                $"the checkpoint is damaged: it has {checkpoint.Order.Count:N0} rows, but the data has {rows.Count:N0}.");
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
