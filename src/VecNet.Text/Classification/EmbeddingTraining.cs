using System.Globalization;
using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>Trains a linear classifier of vectors, as <see cref="EmbeddingClassifier"/> does.</summary>
internal static class EmbeddingTraining
{
    /// <summary>The values of C that are compared, from a strong penalty of the weights to a weak one.</summary>
    /// <remarks>
    /// Vectors have length 1, so that the same values suit all encoders. From one value to the next, the weights change little where there
    /// are many rows, so that steps by a factor of 4 are fine enough.
    /// </remarks>
    private static readonly double[] Strengths = [0.25, 1, 4, 16, 64, 256, 1024];

    /// <summary>C where there are too few rows to compare: the middle.</summary>
    private const int Default = 3;

    /// <summary>Chooses C on rows that are held out, and fits a model on all rows.</summary>
    /// <param name="vectors">A vector of length 1 for each row.</param>
    /// <param name="targets">The class of each row.</param>
    /// <param name="options">The options; those of networks must have their defaults.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    /// <exception cref="ArgumentException">An option is out of range, or does not apply.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled.</exception>
    internal static (Model<float> Model, FitReport Report) Fit(
        TensorBuffer<float> vectors, TrainingTargets targets, FitOptions options, CancellationToken cancellationToken)
    {
        Check(options);
        targets = options.Weigh(targets);
        int[] classes = targets.Strata;
        int[] all = [.. Enumerable.Range(0, vectors.Rows)];
        ReadOnlySpan<double> given = targets.JoinTo(vectors, all).RowWeights;
        double[] weights = given.IsEmpty ? [.. Enumerable.Repeat(1.0, vectors.Rows)] : given.ToArray();
        var features = new TensorBuffer<double>(vectors.Rows, vectors.Columns);
        TensorPrimitives.ConvertTruncating<float, double>(vectors.Span, features.Span);

        IReadOnlyList<RowSplit> folds = TableCandidates.Divide(options, classes);
        var model = new LogisticRegression(features, classes, targets.Outputs, int.Min(options.Threads, Parallelism.MaxThreads));
        HeldOutRows[] heldOut = [.. Strengths.Select(_ => new HeldOutRows(targets.Outputs))];
        foreach (RowSplit fold in folds)
        {
            Compare(features, classes, weights, fold, heldOut, options, cancellationToken);
        }

        int chosen = heldOut[0].Rows == 0 ? Default : Best(heldOut);
        model.Fit(weights, Strengths[chosen], cancellationToken);
        double? temperature = options.Calibrate ? heldOut[chosen].FitTemperature() : null;
        return (ModelOf(model, targets, temperature ?? 1), ReportOf(heldOut, chosen, folds, temperature));
    }

    /// <summary>Throws unless the options apply to a classifier of vectors.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or is one of networks.</exception>
    internal static void Check(FitOptions options)
    {
        options.Check();
        string? other = options.HiddenSizes is not null ? nameof(options.HiddenSizes)
            : options.Epochs is not null ? nameof(options.Epochs)
            : options.Budget is not null ? nameof(options.Budget)
            : options.TextModel is not null ? nameof(options.TextModel)
            : options.Tokenizer is not null ? nameof(options.Tokenizer)
            : null;
        if (other is not null)
        {
            throw new ArgumentException($"{other} does not apply to a classifier of vectors, which is a linear model.", nameof(options));
        }
    }

    /// <summary>Fits models of all strengths on the training rows of a fold, each from the one before, and predicts the others.</summary>
    private static void Compare(
        TensorBuffer<double> features, int[] classes, double[] weights, RowSplit fold, HeldOutRows[] heldOut, FitOptions options,
        CancellationToken cancellationToken)
    {
        int[] rows = [.. fold.Training.Concat(fold.Test).Order()];
        var known = fold.Training.Where(row => weights[row] > 0).Select(row => classes[row]).ToHashSet();
        var part = new TensorBuffer<double>(rows.Length, features.Columns);
        var isTest = fold.Test.ToHashSet();
        double[] trainingWeights = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            features.View.Row(rows[i]).CopyTo(part.View.Row(i));
            trainingWeights[i] = isTest.Contains(rows[i]) ? 0 : weights[rows[i]];
        }

        var model = new LogisticRegression(
            part, [.. rows.Select(row => classes[row])], heldOut[0].Classes, int.Min(options.Threads, Parallelism.MaxThreads));
        for (int i = 0; i < Strengths.Length; i++)
        {
            model.Fit(trainingWeights, Strengths[i], cancellationToken);
            ReadOnlyTensorView<double> outputs = model.Predict();
            for (int row = 0; row < rows.Length; row++)
            {
                // A model cannot predict a class that it has not seen.
                if (isTest.Contains(rows[row]) && known.Contains(classes[rows[row]]))
                {
                    heldOut[i].Add(outputs.Row(row), classes[rows[row]], weights[rows[row]]);
                }
            }
        }
    }

    /// <summary>The first with the lowest loss.</summary>
    private static int Best(HeldOutRows[] heldOut)
    {
        int best = 0;
        for (int i = 1; i < heldOut.Length; i++)
        {
            best = heldOut[i].Score.MeanLoss < heldOut[best].Score.MeanLoss ? i : best;
        }

        return best;
    }

    private static Model<float> ModelOf(LogisticRegression model, TrainingTargets targets, double temperature)
    {
        ReadOnlyTensorView<double> weights = model.Weights;
        var network = new NeuralNetwork<float>(
            weights.Rows, [new FullyConnectedLayer<float>(weights.Columns, WeightInitialization.XavierNormal)]);
        TensorView<float> matrix = network.Weights[0], bias = network.Biases[0];
        for (int row = 0; row < matrix.Rows; row++)
        {
            TensorPrimitives.ConvertTruncating<double, float>(weights.Row(row), matrix.Row(row));
        }

        TensorPrimitives.ConvertTruncating<double, float>(model.Bias, bias.Row(0));
        if (temperature != 1)
        {
            TemperatureScaling.Apply(network, temperature);
        }

        return new(network, classNames: targets.ClassNames);
    }

    private static FitReport ReportOf(HeldOutRows[] heldOut, int chosen, IReadOnlyList<RowSplit> folds, double? temperature)
    {
        bool isCompared = heldOut[chosen].Rows > 0;
        ValidationScore score = heldOut[chosen].Score with { Repeats = int.Max(1, folds.Count / TableCandidates.Folds) };
        return new()
        {
            Summary = isCompared
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Chosen: {NameOf(chosen)}: accuracy {score.Accuracy:F4} ± {score.AccuracyError:F4} ")
                    + $"{RecipeSummary.DivisionOf(folds)}."
                : $"Chosen without a comparison: {NameOf(chosen)}.",
            HiddenSizes = [],
            Candidates = !isCompared ? [] :
            [
                .. heldOut.Select((one, i) => new FitCandidate(
                    NameOf(i), one.Score.Accuracy, (one.Score with { Repeats = score.Repeats }).AccuracyError, one.Score.MeanLoss,
                    i == chosen)),
            ],
            Trainings = 1,
            Temperature = temperature,
            SelectionHistory = [],
            History = [],
            WasCanceled = false,
        };
    }

    private static string NameOf(int strength) =>
        string.Create(CultureInfo.InvariantCulture, $"a logistic regression with C = {Strengths[strength]}");

    /// <summary>Predictions of rows by models that were trained on others.</summary>
    private sealed class HeldOutRows(int classes)
    {
        private readonly List<float> outputs = [];
        private readonly List<int> targets = [];
        private readonly List<double> weights = [];
        private readonly float[] logits = new float[classes];
        private readonly float[] probabilities = new float[classes];

        internal int Classes => classes;

        internal int Rows => targets.Count;

        internal ValidationScore Score { get; private set; }

        internal void Add(ReadOnlySpan<double> row, int target, double weight)
        {
            TensorPrimitives.ConvertTruncating<double, float>(row, logits);
            outputs.AddRange(logits);
            targets.Add(target);
            weights.Add(weight);
            Score += ValidationScore.OfClass(logits, target, probabilities).Weighted(weight);
        }

        internal double FitTemperature() => Rows == 0 ? 1 : TemperatureScaling.Fit<float>(
            outputs.ToArray().AsView(Rows, classes), [.. targets], [.. weights]);
    }
}
