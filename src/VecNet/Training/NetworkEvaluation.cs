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
        inference = NewWorkspace(options.BatchSize);
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
            Predict(data, start, count);
            for (int first = 0; first < targets.Rows; first += inference.OutputCapacity)
            {
                int rows = int.Min(inference.OutputCapacity, targets.Rows - first);
                total.Add(
                    loss, inference.GetOutput(first, rows), targets.Slice(first, rows),
                    weights.IsEmpty ? weights : weights.Slice(first, rows), weightOfAll: 0, gradPrediction: default);
            }
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
            Predict(data, start, count);
            ReadOnlySpan<int> classes = data.TargetsOf(start, count).Classes;
            ReadOnlyTensorView<T> prediction = default;
            for (int row = 0; row < classes.Length; row++)
            {
                int inBlock = row % inference.OutputCapacity;
                if (inBlock == 0)
                {
                    prediction = inference.GetOutput(row, int.Min(inference.OutputCapacity, classes.Length - row));
                }

                if (classes[row] != loss.IgnoredClass)
                {
                    actual[rows] = classes[row];
                    predicted[rows] = TensorPrimitives.IndexOfMax(prediction.Row(inBlock));
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
            Predict(data, start, count);
            for (int first = 0; first < inference.OutputRows; first += inference.OutputCapacity)
            {
                int rows = int.Min(inference.OutputCapacity, inference.OutputRows - first);
                inference.GetOutput(first, rows).CopyTo(predictions.View.SliceRows(data.TargetOf(start) + first, rows));
            }
        }

        return RegressionMetrics.Compute<T>(predictions.View, data.Targets.Values, data.RowWeights);
    }

    /// <summary>Provides memory for mini-batches of the data's sequences.</summary>
    private void Reserve(Dataset<T> data)
    {
        int rows = data.RowsOfBatch(options.BatchSize);
        if (rows > inference.Capacity)
        {
            inference = NewWorkspace(rows);
        }

        if (data.Sequences.HasValue && offsets.Length == 0)
        {
            offsets = new int[options.BatchSize + 1];
        }
    }

    private void Predict(Dataset<T> data, int start, int count)
    {
        SequenceOffsets sequences = data.SequencesOf(start, count, offsets);
        if (data.SparseFeatures is { } sparse)
        {
            network.Predict(sparse.View.SliceRows(start, count), inference);
        }
        else if (data.HasIds)
        {
            network.Predict(data.IdsOf(start, count), sequences, inference);
        }
        else
        {
            network.Predict(data.FeaturesOf(start, count), sequences, inference);
        }
    }

    private Workspace<T> NewWorkspace(int rows) =>
        new(network, rows, options.BatchSize, training: false, inputGradient: false, seed: 0, hasOutputBlocks: true)
        {
            Threads = options.Threads,
        };
}
