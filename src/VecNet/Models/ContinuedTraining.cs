using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Trains the network of a model on additional rows.</summary>
internal static class ContinuedTraining
{
    /// <summary>The default number of epochs.</summary>
    private const int DefaultEpochs = 10;

    /// <summary>
    /// The maximum learning rate: a tenth of that of a training from scratch, since the parameters are already close to a minimum.
    /// </summary>
    private const double LearningRate = 0.001;

    /// <summary>Trains a copy of a model's network.</summary>
    /// <param name="model">The model, which is not changed.</param>
    /// <param name="features">Rows × features, before the model's preprocessing.</param>
    /// <param name="targets">The targets of the rows, in the units of the model.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Called after each epoch.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    internal static (Model<float> Model, FitReport Report) Run(
        Model<float> model,
        ReadOnlyTensorView<float> features,
        TrainingTargets targets,
        FitOptions? options,
        IProgress<FitProgress>? progress,
        CancellationToken cancellationToken)
    {
        options ??= new();
        targets = options.Weigh(targets);
        if (targets.RowsOfWeight() is { } counted)
        {
            features = TableTraining.Select(features, counted).View;
            targets = targets.Select(counted);
        }

        Check(model, features, options);
        using var copied = new MemoryStream();
        model.Save(copied);
        Model<float> copy = VecNet.Model.Load<float>(copied.ToArray().AsMemory());
        Dataset<float> rows = targets.JoinTo(
            copy.Standardization is { } standardization ? standardization.Apply(features) : TensorBuffer.Copy(features),
            [.. Enumerable.Range(0, features.Rows)]);
        var settings = new Hyperparameters
        {
            IsAdaptive = true,
            LearningRate = LearningRate,
            Epochs = options.Epochs ?? DefaultEpochs,
            BatchSize = Candidate.BatchFor(rows.Rows),
            Seed = options.Seed,
        };
        var optimizer = new AdamW<float>(LearningRate, weightDecay: 0);
        Trainer<float> trainer = SingleTraining.Prepare(copy.Network, optimizer, settings, targets.Loss, rows.Rows, options.Threads);
        var history = new List<TrainingProgress>();
        bool wasCanceled = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            trainer.Train(rows, null, new Recorder(history, progress), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && history.Count > 0)
        {
            wasCanceled = true;
        }

        if (!TensorPrimitives.IsFiniteAll<float>(copy.Network.Parameters))
        {
            throw new InvalidOperationException("The training diverged: some parameters are not finite.");
        }

        return (copy, new()
        {
            Summary = $"Training was continued for {Counted.Of(history.Count, "epoch")} with {Counted.Of(rows.Rows, "row")}.",
            HiddenSizes = RecipeSummary.HiddenSizesOf(copy.Network),
            Candidates = [],
            Trainings = 1,
            SelectionHistory = [],
            History = history,
            WasCanceled = wasCanceled,
        });
    }

    private static void Check(Model<float> model, ReadOnlyTensorView<float> features, FitOptions options)
    {
        options.Check();
        if (options is not { HiddenSizes: null, ValidationShare: null, Budget: null, Calibrate: false })
        {
            throw new ArgumentException(
                "Layers, validation, budget and calibration cannot be chosen when a training is continued: leave HiddenSizes, "
                + "ValidationShare and Budget null, and Calibrate false.",
                nameof(options));
        }

        if (model.Network.Nodes[^1].Layer is Softmax<float>)
        {
            throw new NotSupportedException("The network ends with a softmax; its training needs the logits.");
        }

        if (features.Columns != model.Network.InputSize)
        {
            throw new ArgumentException(
                $"There are {features.Columns} features; the model takes {model.Network.InputSize}.", nameof(features));
        }

        for (int row = 0; row < features.Rows; row++)
        {
            if (!TensorPrimitives.IsFiniteAll(features.Row(row)))
            {
                throw new ArgumentException($"A feature of row {row} is not finite.", nameof(features));
            }
        }
    }

    /// <summary>Records and reports each epoch.</summary>
    private sealed class Recorder(List<TrainingProgress> history, IProgress<FitProgress>? progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            history.Add(value);
            progress?.Report(new(1, 1, value));
        }
    }
}
