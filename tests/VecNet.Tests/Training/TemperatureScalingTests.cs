using FsCheck.Xunit;

namespace VecNet.Tests;

public sealed class TemperatureScalingTests
{
    /// <summary>Labels that are drawn from the probabilities at a temperature give it back, but for the error of sampling.</summary>
    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_temperature_of_the_labels_is_found(double temperature)
    {
        (TensorBuffer<double> logits, int[] classes) = Drawn(20_000, 4, temperature, seed: 1);
        Assert.Equal(temperature, TemperatureScaling.Fit<double>(logits.View, classes), 0.04 * temperature);
    }

    /// <summary>No other temperature has a lower loss: the derivative is 0, and the loss rises on both sides.</summary>
    [Property]
    public void The_temperature_is_the_minimum(ulong seed, byte size, byte kinds)
    {
        (TensorBuffer<double> logits, int[] classes) = Drawn(size + 20, 2 + (kinds % 5), 1.5, seed);
        var random = new SplitMix64(seed);
        double[] weights = [.. classes.Select(_ => (double)random.NextInt(4))];
        weights[0] = 1;
        double temperature = TemperatureScaling.Fit<double>(logits.View, classes, weights);
        double least = LossAt(logits, classes, weights, temperature);
        bool isSeparable = Enumerable.Range(0, classes.Length).All(row =>
            weights[row] == 0 || logits.View[row, classes[row]] == logits.View.Row(row).ToArray().Max());
        if (isSeparable)
        {
            Assert.Equal(1, temperature);
            return;
        }

        Assert.All(
            new[] { 0.5, 0.9, 0.999, 1.001, 1.1, 2 },
            factor => Assert.True(
                (temperature >= 1024 && factor > 1) || LossAt(logits, classes, weights, temperature * factor) >= least - 1e-12));

        // A row of weight w is w rows.
        int[] copies = [.. weights.SelectMany((weight, row) => Enumerable.Repeat(row, (int)weight))];
        Dataset<double> repeated = new Dataset<double>(logits, classes).Select(copies);
        Assert.Equal(temperature, TemperatureScaling.Fit<double>(repeated.Features.View, repeated.Targets.Classes), 1e-7 * temperature);
    }

    [Fact]
    public void Logits_without_a_best_temperature_have_1_or_the_limit()
    {
        double[,] logits = { { 2, 0 }, { 0, 3 } };
        Assert.Equal(1, TemperatureScaling.Fit<double>(logits, [0, 1]));
        Assert.Equal(1, TemperatureScaling.Fit<double>(new double[0, 2], []));
        Assert.Equal(1024, TemperatureScaling.Fit<double>(logits, [1, 0]));
        double[,] far = { { 1e30, 0 }, { 0, 1e30 }, { -1e30, 1e30 } };
        Assert.InRange(TemperatureScaling.Fit<double>(far, [0, 1, 0]), 1, 1024);
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused()
    {
        double[,] logits = { { 2, 0 }, { double.NaN, 3 } };
        Assert.StartsWith(
            "A logit of row 1 is not finite.",
            Assert.Throws<ArgumentException>("logits", () => TemperatureScaling.Fit<double>(logits, [0, 1])).Message,
            StringComparison.Ordinal);
        Assert.Equal(1, TemperatureScaling.Fit<double>(logits, [0, 1], [1, 0]));
        Assert.Throws<ArgumentException>("classes", () => TemperatureScaling.Fit<double>(logits, [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Fit<double>(logits, [0, 2]));
        Assert.Throws<ArgumentException>("weights", () => TemperatureScaling.Fit<double>(logits, [0, 1], [1]));
        var network = new NeuralNetwork<double>(2, [new FullyConnectedLayer<double>(2), new ReLU<double>()]);
        Assert.Throws<ArgumentException>("network", () => TemperatureScaling.Apply(network, 2));
        Assert.All(
            new[] { 0, -1, double.NaN, double.PositiveInfinity },
            wrong => Assert.Throws<ArgumentOutOfRangeException>("temperature", () => TemperatureScaling.Apply(network, wrong)));
    }

    [Fact]
    public void Outputs_are_divided_by_the_temperature()
    {
        var network = new NeuralNetwork<float>(
            3, [new FullyConnectedLayer<float>(5), new ReLU<float>(), new FullyConnectedLayer<float>(4)], seed: 1);
        network.Biases[1].Row(0).Fill(0.3f);
        float[,] features = { { 1, -2, 0.5f }, { 0.25f, 3, -1 } };
        Workspace<float> workspace = network.CreateInferenceWorkspace(2);
        float[] before = network.Predict(features, workspace).ToArray();
        float[] first = network.Weights[0].ToArray();
        TemperatureScaling.Apply(network, 2.5);
        Assert.All(
            before.Zip(network.Predict(features, workspace).ToArray()),
            pair => Assert.Equal(pair.First / 2.5f, pair.Second, 1e-6f));
        Assert.Equal(first, network.Weights[0].ToArray());
    }

    private static double LossAt(TensorBuffer<double> logits, int[] classes, double[] weights, double temperature)
    {
        var scaled = new TensorBuffer<double>(logits.Rows, logits.Columns);
        for (int i = 0; i < logits.Length; i++)
        {
            scaled.Span[i] = logits.Span[i] / temperature;
        }

        return new SoftmaxCrossEntropy<double>().Forward(scaled.View, classes, weights);
    }

    private static (TensorBuffer<double> Logits, int[] Classes) Drawn(int rows, int classes, double temperature, ulong seed)
    {
        var random = new SplitMix64(seed);
        var logits = new TensorBuffer<double>(rows, classes);
        int[] drawn = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            double[] shares = new double[classes];
            for (int j = 0; j < classes; j++)
            {
                logits.View[row, j] = 2 * random.NextNormal();
                shares[j] = Math.Exp(logits.View[row, j] / temperature);
            }

            double point = random.NextDouble() * shares.Sum();
            while (drawn[row] < classes - 1 && point >= shares[drawn[row]])
            {
                point -= shares[drawn[row]++];
            }
        }

        return (logits, drawn);
    }
}
