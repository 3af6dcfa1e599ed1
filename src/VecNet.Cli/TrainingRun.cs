using System.Diagnostics;

namespace VecNet.Cli;

/// <summary>A trained network and how it came about.</summary>
/// <param name="Network">Without what only training needs.</param>
/// <param name="HasClasses">Whether it tells classes apart; otherwise it predicts a number.</param>
/// <param name="Choosing">The epochs of the run that looked for the right number of them; empty if there was none.</param>
/// <param name="Learning">The epochs of the run that the network comes from.</param>
/// <param name="Time">By the clock, all in all, without the time between an interruption and the going on.</param>
/// <param name="SamplesPerSecond">Rows trained on per second, looks at the validation rows not counted.</param>
internal sealed record TrainingRun(
    NeuralNetwork<float> Network,
    bool HasClasses,
    IReadOnlyList<TrainingProgress> Choosing,
    IReadOnlyList<TrainingProgress> Learning,
    TimeSpan Time,
    double SamplesPerSecond)
{
    /// <summary>Thousand millions of floating-point operations per second, of the matrix products alone.</summary>
    internal double Gflops => TrainingOperations(Network) * SamplesPerSecond / 1e9;

    /// <summary>The operations of one row's training, of the matrix products alone.</summary>
    /// <remarks>
    /// Of one row and one layer of n inputs and m outputs, each product is n·m multiplications and as many additions: forward x·W, backward
    /// xᵀ·g for the weights and g·Wᵀ for the layer below. The first layer has nothing below it that learns, so
    /// operations = Σ 6·n·m − 2·n₁·m₁. Activations, dropout, loss, optimiser and image warping take time but are not counted.
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

    /// <summary>Trains by a recipe: first, if rows can be spared for it, to find out how long; then on all training rows.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="task">What to learn.</param>
    /// <param name="interruption">What becomes of a run that is interrupted, and where this one begins.</param>
    /// <param name="display">Shows how it goes.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="InterruptedException">It has been interrupted, and a checkpoint has been saved.</exception>
    internal static TrainingRun Train(
        Recipe recipe, TrainingTask task, Interruption interruption, TrainingDisplay display, CancellationToken cancellationToken)
    {
        RunCheckpoint? from = interruption.From;
        cancellationToken.ThrowIfCancellationRequested();
        long begin = Stopwatch.GetTimestamp();
        List<TrainingProgress> choosing = [.. from?.Choosing ?? []];
        List<TrainingProgress> learning = [.. from?.Learning ?? []];
        if (task.Parts is { } divided)
        {
            if (from is null or { IsChoosing: true })
            {
                Learn(divided.Learning, divided.Validation, "1 of 2: how long to train, seen on the validation rows", choosing, isChoosing: true);
            }

            recipe = recipe with { Epochs = BestEpoch(choosing) };
        }

        string runTitle = task.Parts is null ? "Training" : $"2 of 2: the same on all {task.Training.Rows:N0} training rows, {recipe.Epochs} epochs";
        NeuralNetwork<float> learnt = Learn(task.Training, null, runTitle, learning, isChoosing: false);
        if (!Predictions.AreFinite(learnt.Parameters))
        {
            throw new UserErrorException("the training has led to numbers that are not finite; nothing has been saved.");
        }

        // Layers that only change the input have no parameters: without them the buffers are laid out alike.
        var plain = new NeuralNetwork<float>(task.Training.Features.Columns, recipe.Layers(task.Outputs));
        learnt.Parameters.CopyTo(plain.Parameters);
        return new TrainingRun(plain, task.HasClasses, choosing, learning, Elapsed(), SpeedOf((task.Parts?.Learning.Rows ?? 0, choosing), (task.Training.Rows, learning)));

        TimeSpan Elapsed() => (from?.Time ?? TimeSpan.Zero) + Stopwatch.GetElapsedTime(begin);

        NeuralNetwork<float> Learn(Dataset<float> rows, Dataset<float>? validation, string title, List<TrainingProgress> curve, bool isChoosing)
        {
            var network = new NeuralNetwork<float>(
                task.Training.Features.Columns, [.. task.Augmentation is null ? [] : new[] { task.Augmentation }, .. recipe.Layers(task.Outputs)], recipe.Seed);
            Trainer<float> trainer = TrainerOf(recipe, network, task.Loss);
            if (from is not null && from.IsChoosing == isChoosing)
            {
                Resume(trainer, from, rows);
                title += $", from epoch {from.Trainer.Epoch + 1} on";
            }

            try
            {
                display.Show(title, curve, progress => trainer.Train(rows, validation, progress, cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw interruption.Save(new(interruption.Identity, isChoosing, Elapsed(), choosing, learning, trainer.Checkpoint()));
            }

            return network;
        }
    }

    /// <summary>Sets a trainer to a checkpoint, whose file may have been changed by somebody.</summary>
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
            throw new UserErrorException($"the checkpoint is damaged: it is of {from.Trainer.Order.Count:N0} rows; there are {rows.Rows:N0}.");
        }
    }

    private static Trainer<float> TrainerOf(Recipe recipe, NeuralNetwork<float> network, ILoss<float> loss) => new(
        network,
        new Sgd<float>(recipe.LearningRate, recipe.Momentum, recipe.WeightDecay),
        loss,
        new TrainerOptions
        {
            Epochs = recipe.Epochs,
            BatchSize = recipe.BatchSize,
            Seed = recipe.Seed,
            LearningRate = recipe.LearningRateOf,
            Threads = Parallelism.MaxThreads,
        });

    /// <summary>Rows per second over some trainings, each with its rows and epochs.</summary>
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

    /// <summary>The last of those epochs, a tenth of all, whose mean validation loss is the lowest: the loss of a single epoch is luck.</summary>
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
                mean += epochs[i].ValidationLoss / window;
            }

            if (mean < lowest)
            {
                (best, lowest) = (end, mean);
            }
        }

        return best;
    }
}
