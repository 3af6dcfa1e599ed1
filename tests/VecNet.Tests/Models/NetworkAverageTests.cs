namespace VecNet.Tests;

public sealed class NetworkAverageTests
{
    /// <summary>The outputs of the average are the means of the outputs, whatever the number of hidden layers.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(3, 5)]
    [InlineData(2, 5, 4)]
    [InlineData(4, 3, 6, 2)]
    public void Its_outputs_are_the_means_of_the_outputs(int count, params int[] hidden)
    {
        var settings = new Hyperparameters { Hidden = hidden, Dropout = 0.5 };
        NeuralNetwork<float>[] networks =
            [.. Enumerable.Range(0, count).Select(seed => new NeuralNetwork<float>(7, settings.Layers(3), (ulong)seed))];
        var random = new SplitMix64(9);
        foreach (NeuralNetwork<float> network in networks)
        {
            for (int i = 0; i < network.Parameters.Length; i++)
            {
                network.Parameters[i] = (float)random.NextNormal();
            }
        }

        NeuralNetwork<float> average = NetworkAverage.Of(networks, settings);

        Assert.Equal(hidden.Select(width => width * count), RecipeSummary.HiddenSizesOf(average));
        var rows = new TensorBuffer<float>(11, 7);
        for (int row = 0; row < rows.Rows; row++)
        {
            for (int column = 0; column < rows.Columns; column++)
            {
                rows.View[row, column] = (float)random.NextNormal();
            }
        }

        float[,] found = Predict(average, rows);
        float[][,] outputs = [.. networks.Select(network => Predict(network, rows))];
        for (int row = 0; row < 11; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                double mean = outputs.Average(output => (double)output[row, column]);
                Assert.Equal(mean, found[row, column], 1e-4 * Math.Max(1, outputs.Max(output => Math.Abs(output[row, column]))));
            }
        }
    }

    private static float[,] Predict(NeuralNetwork<float> network, TensorBuffer<float> rows) =>
        network.Predict(rows.View, network.CreateInferenceWorkspace(rows.Rows)).To2DArray();
}
