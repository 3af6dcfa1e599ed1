using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Trains a model on rows of numbers, as <see cref="Classifier"/> and <see cref="Regressor"/> do.</summary>
internal static class TableTraining
{
    /// <summary>Standardizes the features, and trains a network by the recipe for tables.</summary>
    /// <param name="features">Rows × features.</param>
    /// <param name="targets">The targets of the rows.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the training; the best network so far is then the result.</param>
    /// <param name="table">The columns that the features come from; null if the features have no names.</param>
    /// <param name="targetName">The name of the target; null if it has none.</param>
    /// <exception cref="ArgumentException">A feature is not finite, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled before the first epoch was finished.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    internal static (Model<float> Model, FitReport Report) Fit<T>(
        ReadOnlyTensorView<T> features,
        TrainingTargets targets,
        FitOptions? options,
        IProgress<FitProgress>? progress,
        CancellationToken cancellationToken,
        TableFeatures? table = null,
        string? targetName = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= new();
        options.Check();
        options.CheckTable();
        targets = options.Weigh(targets);
        if (targets.RowsOfWeight() is { } counted)
        {
            features = Select(features, counted).View;
            targets = targets.Select(counted);
        }

        int[] rows = [.. Enumerable.Range(0, features.Rows)];
        TableRecipe recipe = TableRecipe.For(options, targets.Strata);
        if (recipe.FindExcess(features.Columns, targets.Outputs) is { } excess)
        {
            throw new ArgumentException(excess, nameof(options));
        }

        Standardization<float> standardization = TableStandardization.Fit(features, rows: null, table);
        Dataset<float> training = targets.JoinTo(standardization.Apply(features), rows);
        var task = new TrainingTask(training, null, targets.Outputs, targets.Loss);
        int steps = recipe.Trainings + 1;
        RecipeTraining run = recipe.Training(
            task, options.Threads, searched => progress?.Report(new(searched.Finished, steps, searched.Last)));
        NeuralNetwork<float> network = Train(
            run, epoch => progress?.Report(new(steps, steps, epoch)), cancellationToken, out bool wasCanceled);
        if (!TensorPrimitives.IsFiniteAll<float>(network.Parameters))
        {
            throw new InvalidOperationException("The training diverged: some parameters are not finite.");
        }

        double? temperature = options.Calibrate && !wasCanceled
            ? RecipeCalibration.Apply(network, run.Hyperparameters, task, options.Threads, cancellationToken)
            : null;
        var model = new Model<float>(
            network, standardization, table?.Names, targets.ClassNames, targetName, table is { ArePlainNumbers: false } ? table : null)
        {
            TargetStandardization = targets.Standardization,
        };
        bool isIncomplete = wasCanceled || (options.Calibrate && temperature is null);
        return (model, run.Report(network, isIncomplete) with { Temperature = temperature });
    }

    /// <summary>Joins rows that are arrays.</summary>
    /// <exception cref="ArgumentException">A row is null, or its length differs from that of the first.</exception>
    internal static TensorBuffer<float> Join(IEnumerable<float[]> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features is not IReadOnlyList<float[]> rows)
        {
            var list = new RowList();
            foreach (float[] row in features)
            {
                list.Add(row);
            }

            return list.ToBuffer();
        }

        var joined = new TensorBuffer<float>(rows.Count, rows.Count == 0 ? 0 : rows[0]?.Length ?? 0);
        for (int row = 0; row < rows.Count; row++)
        {
            RowList.Check(rows[row], row, joined.Columns);
            rows[row].CopyTo(joined.View.Row(row));
        }

        return joined;
    }

    /// <summary>Copies the given rows, in their order.</summary>
    internal static TensorBuffer<T> Select<T>(ReadOnlyTensorView<T> features, IReadOnlyList<int> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var selected = new TensorBuffer<T>(rows.Count, features.Columns);
        for (int i = 0; i < rows.Count; i++)
        {
            features.Row(rows[i]).CopyTo(selected.View.Row(i));
        }

        return selected;
    }

    /// <summary>Checks that there are features, and as many targets as rows.</summary>
    /// <exception cref="ArgumentException">There is no row or no feature, or the numbers differ.</exception>
    internal static void CheckRows<T>(ReadOnlyTensorView<T> features, int targets, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (features.IsEmpty)
        {
            throw new ArgumentException(
                $"There are {features.Rows} rows of {features.Columns} features; at least one of each is needed.", nameof(features));
        }

        if (features.Rows != targets)
        {
            throw new ArgumentException($"There are {features.Rows} rows of features and {targets} {name}.", name);
        }
    }

    /// <summary>Runs a training; of one that is canceled, the best network so far is the result.</summary>
    internal static NeuralNetwork<float> Train(
        RecipeTraining run, Action<TrainingProgress> report, CancellationToken cancellationToken, out bool wasCanceled)
    {
        wasCanceled = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return run.Train((history, train) => train(new Recorder(history, report)), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            wasCanceled = true;
            if (run.BestSoFar() is { } best)
            {
                return best;
            }

            throw;
        }
    }

    /// <summary>Adds each epoch to the history, and reports it.</summary>
    private sealed class Recorder(List<TrainingProgress> history, Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            history.Add(value);
            report(value);
        }
    }
}
