using System.Diagnostics;

namespace VecNet.Cli;

/// <summary>A trained network and how it came about.</summary>
/// <param name="Network">Without what only training needs.</param>
/// <param name="Choosing">The epochs of the run that looked for the right number of them; empty if there was none.</param>
/// <param name="Learning">The epochs of the run that the network comes from.</param>
/// <param name="Time">By the clock, all in all.</param>
/// <param name="SamplesPerSecond">Rows trained on per second, looks at the validation rows not counted.</param>
internal sealed record TrainingRun(
    NeuralNetwork<float> Network,
    IReadOnlyList<TrainingProgress> Choosing,
    IReadOnlyList<TrainingProgress> Learning,
    TimeSpan Time,
    double SamplesPerSecond)
{
    /// <summary>Thousand millions of floating-point operations per second, of the matrix products alone.</summary>
    /// <remarks>
    /// Of one row and one layer of n inputs and m outputs, each product is n·m multiplications and as many additions: forward x·W, backward
    /// xᵀ·g for the weights and g·Wᵀ for the layer below. The first layer has nothing below it that learns, so
    /// operations = Σ 6·n·m − 2·n₁·m₁. Activations, dropout, loss, optimiser and image warping take time but are not counted.
    /// </remarks>
    internal double Gflops
    {
        get
        {
            double operations = 0;
            for (int i = 0; i < Network.Weights.Count; i++)
            {
                operations += (i == 0 ? 4.0 : 6.0) * Network.Weights[i].Length;
            }

            return operations * SamplesPerSecond / 1e9;
        }
    }

    /// <summary>Trains by a recipe: first, if rows can be spared for it, to find out how long; then on all training rows.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="data">All rows that may be learnt from.</param>
    /// <param name="parts">The same rows, divided for the first run; null to do without.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="augmentation">A layer that changes rows in training; null for none.</param>
    /// <param name="display">Shows how it goes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static TrainingRun Train(
        Recipe recipe,
        Dataset<float> data,
        (Dataset<float> Learning, Dataset<float> Validation)? parts,
        int classes,
        ILayer<float>? augmentation,
        TrainingDisplay display,
        CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        List<TrainingProgress> choosing = [];
        double samples = 0;
        double seconds = 0;
        if (parts is { } divided)
        {
            Learn(recipe, divided.Learning, divided.Validation, "1 of 2: how long to train, seen on the validation rows", choosing);
            recipe = recipe with { Epochs = BestEpoch(choosing) };
        }

        List<TrainingProgress> learning = [];
        string runTitle = parts is null ? "Training" : $"2 of 2: the same on all {data.Rows:N0} training rows, {recipe.Epochs} epochs";
        NeuralNetwork<float> learnt = Learn(recipe, data, null, runTitle, learning);
        if (!Predictions.AreFinite(learnt.Parameters))
        {
            throw new UserErrorException("the training has led to numbers that are not finite; nothing has been saved.");
        }

        // Layers that only change the input have no parameters: without them the buffers are laid out alike.
        var plain = new NeuralNetwork<float>(data.Features.Columns, recipe.Layers(classes));
        learnt.Parameters.CopyTo(plain.Parameters);
        return new TrainingRun(plain, choosing, learning, Stopwatch.GetElapsedTime(begin), samples / seconds);

        NeuralNetwork<float> Learn(Recipe recipe, Dataset<float> rows, Dataset<float>? validation, string title, List<TrainingProgress> curve)
        {
            var network = new NeuralNetwork<float>(
                data.Features.Columns, [.. augmentation is null ? [] : new[] { augmentation }, .. recipe.Layers(classes)], recipe.Seed);
            var trainer = new Trainer<float>(
                network,
                new Sgd<float>(recipe.LearningRate, recipe.Momentum, recipe.WeightDecay),
                SoftmaxCrossEntropy.ForwardBackward,
                new TrainerOptions
                {
                    Epochs = recipe.Epochs,
                    BatchSize = recipe.BatchSize,
                    Seed = recipe.Seed,
                    LearningRate = recipe.LearningRateOf,
                    Threads = Parallelism.MaxThreads,
                });
            display.Show(title, curve, progress => trainer.Train(rows, validation, progress, cancellationToken));
            samples += (double)curve.Count * rows.Rows;
            seconds += (double)curve.Count * rows.Rows / curve[^1].SamplesPerSecond;
            return network;
        }
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
