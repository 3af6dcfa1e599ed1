using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Cross-validation of the recipe for tables.</summary>
internal static class TableCrossValidation
{
    /// <summary>Trains on all folds but one and scores that one, for each fold.</summary>
    /// <param name="features">Rows × features.</param>
    /// <param name="targets">The targets of the rows.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="options">The options of each training; null for the defaults.</param>
    /// <param name="progress">Called after each fold with its score.</param>
    /// <param name="cancellationToken">Ends the cross-validation.</param>
    internal static CrossValidationResult Run(
        ReadOnlyTensorView<float> features,
        TrainingTargets targets,
        int folds,
        FitOptions? options,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        options ??= new();
        targets = options.Weigh(targets);
        List<double> scores = [];
        int[] rows = [.. Enumerable.Range(0, features.Rows)];
        foreach (RowSplit fold in RowSplit.StratifiedFolds(
            rows, targets.Strata, folds, SplitMix64.ForStream(options.Seed, RandomStream.Folds)))
        {
            FitOptions ofFold = options with { SampleWeights = targets.Select(fold.Training).SampleWeights };
            (Model<float> model, FitReport report) = TableTraining.Fit<float>(
                TableTraining.Select(features, fold.Training).View, targets.Select(fold.Training), ofFold, null, cancellationToken);
            if (report.WasCanceled)
            {
                throw new OperationCanceledException(cancellationToken);
            }

            scores.Add(Score(model, TableTraining.Select(features, fold.Test), targets, fold.Test)
                ?? throw new ArgumentException(
                    $"The score of fold {scores.Count} is undefined: its values are equal, or its weights are 0. Use fewer folds.",
                    nameof(folds)));
            progress?.Report(scores[^1]);
        }

        return new(scores);
    }

    private static double? Score(Model<float> model, TensorBuffer<float> features, TrainingTargets targets, IReadOnlyList<int> rows)
    {
        TrainingTargets truth = targets.Select(rows);
        double[] weights = [.. truth.SampleWeights ?? []];
        if (targets.ClassNames is null)
        {
            double[] predicted = new double[rows.Count];
            model.PredictNumbers(features.View, predicted.AsView(rows.Count, 1));
            double[] actual = targets.NumbersOf(rows);
            return RegressionMetrics.Compute<double>(predicted.AsView(rows.Count, 1), actual.AsView(rows.Count, 1), weights).RSquared;
        }

        var probabilities = new TensorBuffer<float>(rows.Count, targets.Outputs);
        model.PredictProbabilities(features.View, probabilities.View);
        int[] classes = [.. Enumerable.Range(0, rows.Count).Select(row => TensorPrimitives.IndexOfMax<float>(probabilities.View.Row(row)))];
        return new ClassificationMetrics(targets.Outputs, truth.Strata, classes, weights).Accuracy;
    }
}
