namespace VecNet;

/// <summary>The average of several networks of one architecture, as a network of the same kind.</summary>
/// <remarks>
/// The mean of the outputs of n networks yᵢ = f(x·Aᵢ + aᵢ)·Bᵢ + bᵢ with w hidden units each is the output of one network with n·w hidden
/// units: A and a are the Aᵢ and aᵢ side by side, B is the Bᵢ / n below one another, and b is the mean of the bᵢ. The weights between two
/// hidden layers are blocks on the diagonal. The mean of linear models is the linear model of the mean weights.
/// </remarks>
internal static class NetworkAverage
{
    /// <summary>Averages networks.</summary>
    /// <param name="networks">The networks, which were created with <paramref name="hyperparameters"/>.</param>
    /// <param name="hyperparameters">How each network is built.</param>
    internal static NeuralNetwork<float> Of(IReadOnlyList<NeuralNetwork<float>> networks, Hyperparameters hyperparameters)
    {
        NeuralNetwork<float> first = networks[0];
        if (networks.Count == 1)
        {
            return first;
        }

        int[] widths = [.. hyperparameters.Hidden.Select(width => width * networks.Count)];
        var average = new NeuralNetwork<float>(
            first.InputSize, (hyperparameters with { Hidden = widths }).Layers(first.OutputSize));
        average.Parameters.Clear();
        for (int i = 0; i < networks.Count; i++)
        {
            Add(networks[i], i, 1f / networks.Count, average);
        }

        return average;
    }

    /// <summary>Puts the hidden units of a network beside those of the others, and adds its share of the outputs.</summary>
    private static void Add(NeuralNetwork<float> network, int number, float share, NeuralNetwork<float> average)
    {
        int last = average.Weights.Count - 1;
        for (int layer = 0; layer <= last; layer++)
        {
            ReadOnlyTensorView<float> weights = network.Weights[layer];
            TensorView<float> wide = average.Weights[layer];
            TensorView<float> biases = average.Biases[layer];
            if (layer > 0)
            {
                wide = wide.SliceRows(number * weights.Rows, weights.Rows);
            }

            if (layer < last)
            {
                wide = wide.SliceColumns(number * weights.Columns, weights.Columns);
                biases = biases.SliceColumns(number * weights.Columns, weights.Columns);
            }

            float factor = layer < last ? 1 : share;
            AddScaled(weights, factor, wide);
            AddScaled(network.Biases[layer], factor, biases);
        }
    }

    private static void AddScaled(ReadOnlyTensorView<float> source, float factor, TensorView<float> destination)
    {
        for (int row = 0; row < source.Rows; row++)
        {
            for (int column = 0; column < source.Columns; column++)
            {
                destination[row, column] += factor * source[row, column];
            }
        }
    }
}
