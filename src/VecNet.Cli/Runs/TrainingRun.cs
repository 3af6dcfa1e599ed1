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
    /// <summary>The temperature that the network's outputs were divided by; null if it was not calibrated.</summary>
    internal double? Temperature { get; private init; }

    /// <summary>How the network was chosen and trained.</summary>
    internal required FitReport Report { get; init; }

    /// <summary>
    /// The speed of the matrix products in 10⁹ floating-point operations per second; null for sequences, whose lengths differ.
    /// </summary>
    internal double? Gflops => Network.Plan.SequenceReader is null
        ? TrainingOperations(Network, InputElements) * SamplesPerSecond / 1e9
        : null;

    /// <summary>The mean number of stored elements per sparse row; null for dense rows.</summary>
    internal double? InputElements { get; private init; }

    /// <summary>The floating-point operations of the matrix products for one row in training.</summary>
    /// <remarks>
    /// For one row and one layer of n inputs and m outputs, each product is n·m multiplications and as many additions: forward x·W,
    /// backward xᵀ·g for the weights and g·Wᵀ for the layer before. The first layer needs no gradient of its input, so operations =
    /// Σ 6·n·m − 2·n₁·m₁. Activations, dropout, loss, optimizer and image augmentation take time but are not counted.
    /// </remarks>
    /// <param name="network">The network.</param>
    /// <param name="inputElements">The number of elements of a sparse row, which takes the place of n₁; null for dense rows.</param>
    internal static double TrainingOperations(NeuralNetwork<float> network, double? inputElements = null)
    {
        double operations = 0;
        for (int i = 0; i < network.Weights.Count; i++)
        {
            operations += i > 0 ? 6.0 * network.Weights[i].Length
                : 4.0 * (inputElements ?? network.Weights[i].Rows) * network.Weights[i].Columns;
        }

        return operations;
    }

    /// <summary>Trains a network: if there are validation rows, first to select the number of epochs; then on all training rows.</summary>
    /// <param name="hyperparameters">How the network is built and trained.</param>
    /// <param name="task">The data and the loss.</param>
    /// <param name="checkpointing">The checkpoint to resume from, and the one to save if the run is interrupted.</param>
    /// <param name="display">The display of the progress.</param>
    /// <param name="cancellationToken">The token that interrupts the run.</param>
    /// <param name="calibrate">Whether the probabilities are calibrated.</param>
    /// <param name="budget">The limit of the time; null if there is none.</param>
    /// <param name="choice">The choice of the kind of model of texts that came before; null if there was none.</param>
    /// <exception cref="TrainingInterruptedException">The run has been interrupted, and a checkpoint has been saved.</exception>
    internal static TrainingRun Train(
        Hyperparameters hyperparameters,
        TrainingTask task,
        Checkpointing checkpointing,
        TrainingDisplay display,
        CancellationToken cancellationToken,
        bool calibrate = false,
        TimeSpan? budget = null,
        TextChoice? choice = null) => Train(
            from => new(hyperparameters, task, from)
            {
                Threads = Parallelism.MaxThreads,
                Budget = TimeBudget.Of(budget),
                Comparison = choice?.Comparison,
                Obstacle = choice?.Obstacle,
            },
            checkpointing,
            display,
            cancellationToken,
            calibrate);

    /// <summary>Trains a network as a recipe says.</summary>
    /// <param name="prepare">Creates the training, given the state to resume from, or null.</param>
    /// <param name="checkpointing">The checkpoint to resume from, and the one to save if the run is interrupted.</param>
    /// <param name="display">The display of the progress.</param>
    /// <param name="cancellationToken">The token that interrupts the run.</param>
    /// <param name="calibrate">Whether the probabilities are calibrated.</param>
    /// <exception cref="TrainingInterruptedException">The run has been interrupted, and a checkpoint has been saved.</exception>
    internal static TrainingRun Train(
        Func<RecipeState?, RecipeTraining> prepare,
        Checkpointing checkpointing,
        TrainingDisplay display,
        CancellationToken cancellationToken,
        bool calibrate = false)
    {
        RunCheckpoint? from = checkpointing.ResumedFrom;
        cancellationToken.ThrowIfCancellationRequested();
        long begin = Stopwatch.GetTimestamp();
        RecipeTraining training = prepare(from?.State);
        TrainingTask task = training.Task;
        try
        {
            NeuralNetwork<float> network = training.Train(
                (epochs, train) => display.Show(Title(training), epochs, train), cancellationToken);
            if (!SavedModel.AreFinite(network.Parameters))
            {
                throw new UserErrorException("training diverged: some parameters are not finite; nothing was saved.");
            }

            // An interruption from here on saves the state after the last step, from which a resumed run comes here at once.
            double? temperature = calibrate
                ? RecipeCalibration.FitTemperature(training.Hyperparameters, task, Parallelism.MaxThreads, cancellationToken)
                : null;
            if (temperature is { } divisor)
            {
                TemperatureScaling.Apply(network, divisor);
            }

            double speed =
                SpeedOf((task.Selection?.Training.Count ?? 0, training.SelectionHistory), (task.Training.Count, training.History));
            return new TrainingRun(network, task.HasClasses, training.SelectionHistory, training.History, Elapsed(), speed)
            {
                Temperature = temperature,
                InputElements = (double?)task.Training.SparseFeatures?.StoredElements / task.Training.Rows,
                Report = training.Report(network, wasCanceled: false),
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw checkpointing.Save(new(checkpointing.Fingerprint, Elapsed(), training.State()));
        }

        TimeSpan Elapsed() => (from?.Time ?? TimeSpan.Zero) + Stopwatch.GetElapsedTime(begin);
    }

    private static string Title(RecipeTraining training)
    {
        string average = training.Hyperparameters.Trainings > 1 ? $", the first of {training.Hyperparameters.Trainings} times" : "";
        string title = training.IsSelecting ? "Step 1 of 2: selecting the number of epochs on the validation rows"
            : training.Search is not null
                ? $"Training on all {training.Task.Training.Count:N0} training rows for {training.Epochs} epochs{average}"
            : training.SelectionHistory.Count == 0 ? $"Training{average}"
            : $"Step 2 of 2: training on all {training.Task.Training.Count:N0} training rows for {training.Epochs} epochs";
        return training.ResumedAfter is { } epoch ? $"{title}, resumed at epoch {epoch + 1}" : title;
    }

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
}
