using System.Numerics.Tensors;

namespace VecNet.Cli;

/// <summary>The class that a network gives each row, and how sure it is.</summary>
internal sealed record Predictions(int[] Classes, float[] Probabilities)
{
    private const int LargestBatch = 256;

    /// <summary>Of all layers and rows of a batch.</summary>
    private const long MostUnits = 1 << 26;

    /// <summary>The largest of the softmax of the network's outputs, row by row.</summary>
    internal static Predictions Of(NeuralNetwork<float> network, TensorBuffer<float> features)
    {
        var classes = new int[features.Rows];
        var probabilities = new float[features.Rows];
        int batchSize = BatchSize(network);
        Workspace<float> workspace = network.CreateInferenceWorkspace(batchSize);
        var softmax = new TensorBuffer<float>(batchSize, network.OutputSize);
        for (int start = 0; start < features.Rows; start += batchSize)
        {
            int count = int.Min(batchSize, features.Rows - start);
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

    /// <summary>The number that a model predicts of each row, in the units of its target.</summary>
    internal static double[] Numbers(Model<float> model, TensorBuffer<float> features)
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

    /// <summary>The share of rows whose class is the given one.</summary>
    internal double Accuracy(ReadOnlySpan<int> classes) => (double)CountRight(classes) / classes.Length;

    /// <summary>The number of rows whose class is the given one.</summary>
    internal int CountRight(ReadOnlySpan<int> classes)
    {
        int right = 0;
        for (int row = 0; row < classes.Length; row++)
        {
            right += Classes[row] == classes[row] ? 1 : 0;
        }

        return right;
    }

    /// <summary>Whether there is neither an infinity among some numbers nor what is none.</summary>
    internal static bool AreFinite(ReadOnlySpan<float> numbers)
    {
        foreach (float number in numbers)
        {
            if (!float.IsFinite(number))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Smaller for very wide networks, whose workspace would be larger than all the rest.</summary>
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
