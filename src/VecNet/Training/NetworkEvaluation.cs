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
        for (int start = 0; start < data.Count; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Count - start);
            Targets<T> targets = data.TargetsOf(start, count);
            ReadOnlySpan<double> weights = data.WeightsOf(start, count);
            ReadOnlyTensorView<T> prediction = Predict(data, start, count);
            double weight = WeightedRows.GetWeight(loss, targets, weights);
            total.Add(loss, prediction, targets, weights, weight, weightOfAll: 0, gradLoss: 0, gradPrediction: default);
            CountRight(prediction, targets, weights, loss.IgnoredClass, ref total);
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
        for (int start = 0; start < data.Count; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Count - start);
            ReadOnlyTensorView<T> prediction = Predict(data, start, count);
            ReadOnlySpan<int> classes = data.TargetsOf(start, count).Classes;
            for (int row = 0; row < classes.Length; row++)
            {
                if (classes[row] != loss.IgnoredClass)
                {
                    actual[rows] = classes[row];
                    predicted[rows] = TensorPrimitives.IndexOfMax(prediction.Row(row));
                    if (weights.Length > 0)
                    {
                        weights[rows] = data.WeightsOf(start, count)[row];
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
        for (int start = 0; start < data.Count; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Count - start);
            ReadOnlyTensorView<T> prediction = Predict(data, start, count);
            prediction.CopyTo(predictions.View.SliceRows(data.TargetOf(start), prediction.Rows));
        }

        return RegressionMetrics.Compute<T>(predictions.View, data.Targets.Values, data.RowWeights);
    }

    /// <summary>Provides memory for mini-batches of the data's sequences.</summary>
    private void Reserve(Dataset<T> data)
    {
        int rows = data.RowsOfBatch(options.BatchSize);
        if (rows > inference.Capacity)
        {
            inference = network.CreateInferenceWorkspace(rows, sequences: options.BatchSize);
            inference.Threads = options.Threads;
        }

        if (data.Sequences.HasValue && offsets.Length == 0)
        {
            offsets = new int[options.BatchSize + 1];
        }
    }

    private ReadOnlyTensorView<T> Predict(Dataset<T> data, int start, int count) => data.SparseFeatures is { } sparse
        ? network.Predict(sparse.View.SliceRows(start, count), inference)
        : data.HasIds ? network.Predict(data.IdsOf(start, count), data.SequencesOf(start, count, offsets), inference)
        : network.Predict(data.FeaturesOf(start, count), data.SequencesOf(start, count, offsets), inference);

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
}
