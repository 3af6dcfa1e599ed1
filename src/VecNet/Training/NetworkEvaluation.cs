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
        inference = NewWorkspace(options.FirstCapacity);
    }

    /// <summary>Predicts all samples, mini-batch by mini-batch; without weights, all are 1.</summary>
    internal void Predict(Dataset<T> data, Action<ReadOnlyTensorView<T>, Targets<T>, ReadOnlySpan<double>> action)
    {
        Reserve(data);
        for (Part part = default; Next(data, ref part);)
        {
            action(inference.GetOutput(0, part.Targets.Rows), part.Targets, part.Weights);
        }
    }

    /// <summary>Computes the loss of all targets, and the accuracy of those that are not ignored.</summary>
    internal Evaluation Evaluate(Dataset<T> data)
    {
        LossTotal total = Sum(data);
        return new(total.Value(loss.Reduction), total.Accuracy);
    }

    /// <summary>Computes the totals of the loss of all targets.</summary>
    internal LossTotal Sum(Dataset<T> data)
    {
        Reserve(data);
        var total = default(LossTotal);
        for (Part part = default; Next(data, ref part);)
        {
            for (int first = 0; first < part.Targets.Rows; first += inference.OutputCapacity)
            {
                int rows = int.Min(inference.OutputCapacity, part.Targets.Rows - first);
                total.Add(
                    loss, inference.GetOutput(first, rows), part.Targets.Slice(first, rows),
                    part.Weights.IsEmpty ? part.Weights : part.Weights.Slice(first, rows), weightOfAll: 0, gradPrediction: default);
            }
        }

        return total;
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
            ReadOnlySpan<int> classes = part.Targets.Classes;
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
        for (Part part = default; Next(data, ref part); rows += part.Targets.Rows)
        {
            for (int first = 0; first < inference.OutputRows; first += inference.OutputCapacity)
            {
                int count = int.Min(inference.OutputCapacity, inference.OutputRows - first);
                inference.GetOutput(first, count).CopyTo(predictions.View.SliceRows(rows + first, count));
            }

            part.Targets.Values.CopyTo(values.View.SliceRows(rows, part.Targets.Rows));
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
            inference = NewWorkspace(rows);
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
        Predict(data, start, count);
        part.Start += count;
        return true;
    }

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
        Predict(pieces, 0, count);
        (part.Start, part.FirstRow) =
            longest - part.FirstRow > length ? (part.Start, part.FirstRow + length) : (part.Start + count, 0);
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

    /// <summary>A mini-batch whose prediction is in the workspace, and where the next one begins.</summary>
    private ref struct Part
    {
        internal Targets<T> Targets;
        internal ReadOnlySpan<double> Weights;
        internal int Start;
        internal int FirstRow;
    }
}
