using System.Numerics.Tensors;

namespace VecNet.Cli;

/// <summary>The class that a network gives each row, and how sure it is.</summary>
internal sealed record Predictions(int[] Classes, float[] Probabilities)
{
    private const int BatchSize = 256;

    /// <summary>The largest of the softmax of the network's outputs, row by row.</summary>
    internal static Predictions Of(NeuralNetwork<float> network, TensorBuffer<float> features)
    {
        var classes = new int[features.Rows];
        var probabilities = new float[features.Rows];
        Workspace<float> workspace = network.CreateInferenceWorkspace(BatchSize);
        var softmax = new TensorBuffer<float>(BatchSize, network.OutputSize);
        for (int start = 0; start < features.Rows; start += BatchSize)
        {
            int count = int.Min(BatchSize, features.Rows - start);
            TensorView<float> shares = softmax.View.SliceRows(0, count);
            Softmax.Forward(network.Predict(features.View.SliceRows(start, count), workspace), shares);
            for (int row = 0; row < count; row++)
            {
                classes[start + row] = TensorPrimitives.IndexOfMax<float>(shares.Row(row));
                probabilities[start + row] = shares.Row(row)[classes[start + row]];
            }
        }

        return new Predictions(classes, probabilities);
    }

    /// <summary>The share of rows whose class is the given one.</summary>
    internal double Accuracy(ReadOnlySpan<int> classes)
    {
        int right = 0;
        for (int row = 0; row < classes.Length; row++)
        {
            right += Classes[row] == classes[row] ? 1 : 0;
        }

        return (double)right / classes.Length;
    }
}
