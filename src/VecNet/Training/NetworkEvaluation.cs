using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Evaluates a network on data, batch by batch and without dropout.</summary>
internal sealed class NetworkEvaluation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NeuralNetwork<T> network;
    private readonly ILoss<T> loss;
    private readonly TrainerOptions options;
    private int[] offsets = [];
    private Dataset<T>? pieces;
    private Workspace<T> inference;

    internal NetworkEvaluation(NeuralNetwork<T> network, ILoss<T> loss, TrainerOptions options)
    {
        this.network = network;
        this.loss = loss;
        this.options = options;
        inference = network.CreateInferenceWorkspace(options.BatchSize);
        inference.Threads = options.Threads;
    }

    /// <summary>Computes the loss of all targets, and the accuracy of those that are not ignored.</summary>
    internal Evaluation Evaluate(Dataset<T> data)
    {
        Reserve(data);
        var total = default(LossTotal);
        for (Part part = default; Next(data, ref part);)
        {
            double weight = WeightedRows.GetWeight(loss, part.Targets, part.Weights);
            total.Add(loss, part.Prediction, part.Targets, part.Weights, weight, weightOfAll: 0, gradLoss: 0, gradPrediction: default);
            CountRight(part.Prediction, part.Targets, part.Weights, loss.IgnoredClass, ref total);
        }

        return new(total.Value(loss.Reduction), total.Accuracy);
    }

    /// <summary>Computes the confusion matrix of data with classes; ignored rows are left out.</summary>
    internal ClassificationMetrics EvaluateClasses(Dataset<T> data)
    {
        Reserve(data);
        int[] actual = new int[data.Targets.Rows];
        int[] predicted = new int[data.Targets.Rows];
        double[] weights = new double[data.RowWeights.Length];
        int rows = 0;
        for (Part part = default; Next(data, ref part);)
        {
            for (int row = 0; row < part.Targets.Rows; row++)
            {
                if (part.Targets.Classes[row] != loss.IgnoredClass)
                {
                    actual[rows] = part.Targets.Classes[row];
                    predicted[rows] = TensorPrimitives.IndexOfMax(part.Prediction.Row(row));
                    if (weights.Length > 0)
                    {
                        weights[rows] = part.Weights[row];
                    }

                    rows++;
                }
            }
        }

        return new(
            network.OutputSize, actual.AsSpan(0, rows), predicted.AsSpan(0, rows), weights.AsSpan(0, int.Min(rows, weights.Length)));
    }

    /// <summary>Computes the errors on data with values.</summary>
    internal RegressionMetrics EvaluateValues(Dataset<T> data)
    {
        Reserve(data);
        var predictions = new TensorBuffer<T>(data.Targets.Rows, network.OutputSize);
        var values = new TensorBuffer<T>(data.Targets.Rows, network.OutputSize);
        double[] weights = new double[data.RowWeights.Length];
        int rows = 0;
        for (Part part = default; Next(data, ref part); rows += part.Prediction.Rows)
        {
            part.Prediction.CopyTo(predictions.View.SliceRows(rows, part.Prediction.Rows));
            part.Targets.Values.CopyTo(values.View.SliceRows(rows, part.Prediction.Rows));
            part.Weights.CopyTo(weights.AsSpan(int.Min(rows, weights.Length)));
        }

        return RegressionMetrics.Compute<T>(predictions.View, values.View, weights);
    }

    /// <summary>Provides memory for mini-batches of the data.</summary>
    private void Reserve(Dataset<T> data)
    {
        int rows = data.RowsOfBatch(options);
        if (rows > inference.Capacity)
        {
            inference = network.CreateInferenceWorkspace(rows, sequences: options.BatchSize);
            inference.Threads = options.Threads;
        }

        if (data.Sequences.HasValue && offsets.Length == 0)
        {
            offsets = new int[options.BatchSize + 1];
        }

        if (options.TruncationLength is not null)
        {
            inference.CarriesStates = true;
            pieces = data.EmptyLike(options.BatchSize, rows);
        }
    }

    /// <summary>Predicts the next mini-batch: samples in their order or, where sequences are used in pieces, a piece of them.</summary>
    /// <returns>Whether there was one.</returns>
    private bool Next(Dataset<T> data, ref Part part)
    {
        if (part.Start == data.Count)
        {
            return false;
        }

        int start = part.Start;
        int count = data.EndOfBatch(default, start, data.Count, options) - start;
        if (options.TruncationLength is { } length)
        {
            NextPiece(data, ref part, count, length);
            return true;
        }

        part.Targets = data.TargetsOf(start, count);
        part.Weights = data.WeightsOf(start, count);
        part.Prediction = data.SparseFeatures is { } sparse
            ? network.Predict(sparse.View.SliceRows(start, count), inference)
            : Predict(data, start, count, data.SequencesOf(start, count, offsets));
        part.Start += count;
        return true;
    }

    private ReadOnlyTensorView<T> Predict(Dataset<T> data, int start, int count, SequenceOffsets sequences) => data.HasIds
        ? network.Predict(data.IdsOf(start, count), sequences, inference)
        : network.Predict(data.FeaturesOf(start, count), sequences, inference);

    private void NextPiece(Dataset<T> data, ref Part part, int count, int length)
    {
        // The offsets are not needed otherwise, since pieces are copied.
        Span<int> samples = offsets.AsSpan(0, count);
        int longest = 0;
        for (int i = 0; i < count; i++)
        {
            samples[i] = part.Start + i;
            longest = int.Max(longest, data.RowsOf(samples[i]));
        }

        if (part.FirstRow == 0)
        {
            inference.ClearStates();
        }

        data.CopyRows(samples, pieces!, part.FirstRow, length);
        part.Targets = pieces!.TargetsOf(0, count);
        part.Weights = pieces.WeightsOf(0, count);
        part.Prediction = Predict(pieces, 0, count, pieces.SequencesOf(0, count, default));
        (part.Start, part.FirstRow) =
            longest - part.FirstRow > length ? (part.Start, part.FirstRow + length) : (part.Start + count, 0);
    }

    /// <summary>
    /// Counts the rows whose class is not ignored, and those of them whose largest output is that of their class, by their weights; none
    /// where the targets are not classes.
    /// </summary>
    internal static void CountRight(
        ReadOnlyTensorView<T> prediction, Targets<T> targets, ReadOnlySpan<double> weights, int? ignoredClass, ref LossTotal total)
    {
        for (int row = 0; row < targets.Classes.Length; row++)
        {
            if (targets.Classes[row] != ignoredClass)
            {
                double weight = weights.IsEmpty ? 1 : weights[row];
                total.Rows += weight;
                total.Right += TensorPrimitives.IndexOfMax(prediction.Row(row)) == targets.Classes[row] ? weight : 0;
            }
        }
    }

    /// <summary>A mini-batch that has been predicted, and where the next one begins.</summary>
    private ref struct Part
    {
        internal ReadOnlyTensorView<T> Prediction;
        internal Targets<T> Targets;
        internal ReadOnlySpan<double> Weights;
        internal int Start;
        internal int FirstRow;
    }
}
