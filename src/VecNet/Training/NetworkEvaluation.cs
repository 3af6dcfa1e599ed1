using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Judges a network on data, batch by batch and without dropout.</summary>
internal sealed class NetworkEvaluation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NeuralNetwork<T> network;
    private readonly LossFunction<T> loss;
    private readonly TrainerOptions options;
    private readonly Workspace<T> inference;

    internal NetworkEvaluation(NeuralNetwork<T> network, LossFunction<T> loss, TrainerOptions options)
    {
        this.network = network;
        this.loss = loss;
        this.options = options;
        inference = network.CreateInferenceWorkspace(options.BatchSize);
        inference.Threads = options.Threads;
    }

    /// <summary>Mean loss and share of right classes.</summary>
    internal Evaluation Evaluate(Dataset<T> data)
    {
        double lossSum = 0;
        int right = 0;
        for (int start = 0; start < data.Rows; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Rows - start);
            Targets<T> targets = data.TargetsOf(start, count);
            ReadOnlyTensorView<T> prediction = network.Predict(data.Features.View.SliceRows(start, count), inference);
            lossSum += count * double.CreateTruncating(loss(prediction, targets, default));
            right += CountRight(prediction, targets);
        }

        return new(lossSum / data.Rows, data.Targets.AreClasses ? (double)right / data.Rows : double.NaN);
    }

    /// <summary>What was taken for what, of data with classes.</summary>
    internal ClassificationMetrics EvaluateClasses(Dataset<T> data)
    {
        int[] predicted = new int[data.Rows];
        for (int start = 0; start < data.Rows; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Rows - start);
            ReadOnlyTensorView<T> prediction = network.Predict(data.Features.View.SliceRows(start, count), inference);
            for (int row = 0; row < count; row++)
            {
                predicted[start + row] = TensorPrimitives.IndexOfMax(prediction.Row(row));
            }
        }

        return new(network.OutputSize, data.Targets.Classes, predicted);
    }

    /// <summary>How far off, of data with values.</summary>
    internal RegressionMetrics EvaluateValues(Dataset<T> data)
    {
        var predictions = new TensorBuffer<T>(data.Rows, network.OutputSize);
        for (int start = 0; start < data.Rows; start += options.BatchSize)
        {
            int count = int.Min(options.BatchSize, data.Rows - start);
            network.Predict(data.Features.View.SliceRows(start, count), inference).CopyTo(predictions.View.SliceRows(start, count));
        }

        return RegressionMetrics.Of<T>(predictions.View, data.Targets.Values);
    }

    /// <summary>The rows whose largest output is that of their class; 0 where the targets are not classes.</summary>
    internal static int CountRight(ReadOnlyTensorView<T> prediction, Targets<T> targets)
    {
        int right = 0;
        for (int row = 0; row < targets.Classes.Length; row++)
        {
            right += TensorPrimitives.IndexOfMax(prediction.Row(row)) == targets.Classes[row] ? 1 : 0;
        }

        return right;
    }
}
