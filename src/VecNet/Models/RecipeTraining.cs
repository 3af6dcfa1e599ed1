namespace VecNet;

/// <summary>
/// Trains a network on all training rows: first, if there are candidates, a search chooses the hyperparameters, or a training with
/// validation rows selects the number of epochs.
/// </summary>
/// <param name="hyperparameters">How the network is built and trained.</param>
/// <param name="task">The data and the loss.</param>
/// <param name="from">The state to resume from; null to start from the beginning.</param>
internal sealed class RecipeTraining(Hyperparameters hyperparameters, TrainingTask task, RecipeState? from = null)
{
    /// <summary>The stream of random numbers before that of the second of several networks.</summary>
    private const ulong NetworkStream = 1 << 10;

    private Trainer<float>? trainer;
    private NeuralNetwork<float>? selected;
    private NeuralNetwork<float>? trained;
    private SortedDictionary<int, float[]> networks = new(from?.Networks.ToDictionary() ?? []);

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

    /// <summary>The comparison of candidates that comes first; null if there is none.</summary>
    internal RecipeSearch? Search { get; init; }

    /// <summary>The hyperparameters: those that the search has chosen, once it has ended.</summary>
    internal Hyperparameters Hyperparameters => hyperparameters;

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
            observe(History, progress => TrainSeveral(progress, cancellationToken));
            return Average();
        }

        trained = Prepare(task.Training);
        observe(History, progress => trainer!.Train(task.Training, null, progress, cancellationToken));
        return WithoutAugmentation(trained);
    }

    /// <summary>Describes the training.</summary>
    /// <param name="network">The network that came of it.</param>
    /// <param name="wasCanceled">Whether it was canceled.</param>
    internal FitReport Report(NeuralNetwork<float> network, bool wasCanceled) => new()
    {
        Summary = RecipeSummary.Of(hyperparameters, Search, task.HasClasses),
        HiddenSizes = RecipeSummary.HiddenSizesOf(network),
        Candidates = Search is null ? [] : RecipeSummary.CandidatesOf(Search, task.HasClasses),
        Trainings = hyperparameters.Trainings,
        SelectionHistory = SelectionHistory,
        History = History,
        WasCanceled = wasCanceled,
    };

    /// <summary>The state after the last finished step, or of a search and of several networks after the last finished training.</summary>
    internal RecipeState State() => new(
        IsSelecting, SelectionHistory, trainer is not null || networks.ContainsKey(0) ? History : [], trainer?.Checkpoint())
    {
        Search = Search?.State ?? [],
        Networks = networks,
    };

    /// <summary>
    /// The best network of a canceled training: that of the epoch with the lowest validation loss, or that of the last step if there are
    /// no validation rows; null if no epoch has been finished.
    /// </summary>
    internal NeuralNetwork<float>? BestSoFar()
    {
        if (networks.Count > 0)
        {
            return Average();
        }

        if (Search is not null)
        {
            return Search.BestSoFar() ?? (History.Count == 0 || trained is null ? null : WithoutAugmentation(trained));
        }

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

    /// <summary>Runs the search, and takes over what it has chosen.</summary>
    private void Choose(RecipeSearch search, CancellationToken cancellationToken)
    {
        search.Run(task, Threads, cancellationToken);
        hyperparameters = search.ChosenFor(task);
        SelectionHistory.Clear();
        SelectionHistory.AddRange(search.ChosenHistory);
    }

    /// <summary>Trains the networks that are averaged, each with its own random numbers; the progress is that of the first.</summary>
    private void TrainSeveral(IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        int[] missing = [.. Enumerable.Range(0, hyperparameters.Trainings).Where(i => !networks.ContainsKey(i))];
        var found = new float[hyperparameters.Trainings][];
        if (missing is [0, ..])
        {
            History.Clear();
        }

        int rounds = ((missing.Length - 1) / int.Max(1, Threads)) + 1;
        ParallelTrainings.Run(
            missing.Length,
            Threads,
            i =>
            {
                (NeuralNetwork<float> network, Trainer<float> one) = SingleTraining.Prepare(
                    hyperparameters with { Seed = SeedOf(missing[i]) }, task, task.Training.Rows, int.Max(1, Threads / missing.Length));
                one.Train(task.Training, null, missing[i] == 0 ? new OfSeveral(progress, rounds) : null, cancellationToken);
                found[missing[i]] = network.Parameters.ToArray();
            },
            i => networks[missing[i]] = found[missing[i]]);
    }

    /// <summary>The seed of one of several networks; the first has that of the hyperparameters.</summary>
    private ulong SeedOf(int network) => network == 0
        ? hyperparameters.Seed
        : SplitMix64.ForStream(hyperparameters.Seed, NetworkStream + (ulong)network).Next();

    /// <summary>The average of the networks that have been trained.</summary>
    private NeuralNetwork<float> Average() => NetworkAverage.Of(
        [
            .. networks.Values.Select(parameters =>
            {
                var network = new NeuralNetwork<float>(task.Training.Features.Columns, hyperparameters.Layers(task.Outputs));
                if (parameters.Length != network.Parameters.Length)
                {
                    throw new InvalidDataException(
                        $"the checkpoint is damaged: it has {parameters.Length:N0} parameters of a network with "
                        + $"{network.Parameters.Length:N0}.");
                }

                parameters.CopyTo(network.Parameters);
                return network;
            }),
        ],
        hyperparameters);

    /// <summary>Creates the network and the trainer of one training.</summary>
    private NeuralNetwork<float> Prepare(Dataset<float> rows)
    {
        (NeuralNetwork<float> network, trainer) =
            SingleTraining.Prepare(hyperparameters, task, rows.Rows, Threads, KeepsBest && IsSelecting);
        ResumedAfter = null;
        if (from?.Trainer is { } checkpoint && from.IsSelecting == IsSelecting)
        {
            Resume(checkpoint, rows);
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
        var network = new NeuralNetwork<float>(task.Training.Features.Columns, hyperparameters.Layers(task.Outputs));
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

    /// <summary>The progress of the first of several networks: the rest of the time is that of all.</summary>
    private sealed class OfSeveral(IProgress<TrainingProgress> progress, int rounds) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(
            value with { Remaining = value.Remaining + ((rounds - 1) * (value.Elapsed + value.Remaining)) });
    }
}
