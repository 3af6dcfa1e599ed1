using System.Numerics.Tensors;

namespace VecNet.Cli;

/// <summary>The predicted class of each row, and its probability.</summary>
internal sealed record ClassPredictions(int[] Classes, float[] Probabilities);

/// <summary>Predicts rows in batches, whose workspace is bounded.</summary>
internal static class BatchPrediction
{
    private const int LargestBatch = 256;

    /// <summary>The largest number of outputs of all layers for all rows of a batch.</summary>
    private const long MostUnits = 1 << 26;

    /// <summary>Predicts the class with the largest softmax probability for each row.</summary>
    internal static ClassPredictions PredictClasses(NeuralNetwork<float> network, TensorBuffer<float> features)
    {
        var classes = new int[features.Rows];
        var probabilities = new float[features.Rows];
        int batchSize = BatchSize(network);
        Workspace<float> workspace = network.CreateInferenceWorkspace(batchSize);
        var softmax = new TensorBuffer<float>(batchSize, network.OutputSize);
        for (int start = 0; start < features.Rows; start += batchSize)
        {
            int count = int.Min(batchSize, features.Rows - start);
            TensorView<float> batch = softmax.View.SliceRows(0, count);
            Softmax.Forward(network.Predict(features.View.SliceRows(start, count), workspace), batch);
            for (int row = 0; row < count; row++)
            {
                classes[start + row] = TensorPrimitives.IndexOfMax<float>(batch.Row(row));
                probabilities[start + row] = batch.Row(row)[classes[start + row]];
            }
        }

        return new ClassPredictions(classes, probabilities);
    }

    /// <summary>Predicts a number for each row, in the units of the model's target.</summary>
    internal static double[] PredictNumbers(Model<float> model, TensorBuffer<float> features)
    {
        var numbers = new double[features.Rows];
        int batchSize = BatchSize(model.Network);
        Workspace<float> workspace = model.Network.CreateInferenceWorkspace(batchSize);
        for (int start = 0; start < features.Rows; start += batchSize)
        {
            int count = int.Min(batchSize, features.Rows - start);
            ReadOnlyTensorView<float> output = model.Network.Predict(features.View.SliceRows(start, count), workspace);
            model.RestoreOutputs(output, numbers.AsSpan(start, count).AsView(count, 1));
        }

        return numbers;
    }

    /// <summary>The number of rows in a batch, which is smaller for very wide networks.</summary>
    private static int BatchSize(NeuralNetwork<float> network)
    {
        long units = 1;
        for (int i = 0; i < network.Weights.Count; i++)
        {
            units += network.Weights[i].Columns;
        }

        return (int)long.Clamp(MostUnits / units, 1, LargestBatch);
    }
}
