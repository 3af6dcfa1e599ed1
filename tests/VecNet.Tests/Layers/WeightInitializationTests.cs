namespace VecNet.Tests;

/// <summary>First values of weights: the stated variances, zero biases, a stream for each layer.</summary>
public sealed class WeightInitializationTests
{
    private const int Inputs = 300;
    private const int Outputs = 200;

    /// <summary>
    /// A sample variance of n numbers has a relative standard error of √((κ − 1)/n), κ = 3 for the normal distribution and 1.8 for the
    /// uniform one; four of them are allowed.
    /// </summary>
    [Theory]
    [InlineData(WeightInitialization.StandardNormal, 1.0)]
    [InlineData(WeightInitialization.XavierUniform, 2.0 / (Inputs + Outputs))]
    [InlineData(WeightInitialization.XavierNormal, 2.0 / (Inputs + Outputs))]
    [InlineData(WeightInitialization.HeUniform, 2.0 / Inputs)]
    [InlineData(WeightInitialization.HeNormal, 2.0 / Inputs)]
    public void Mean_is_zero_and_the_variance_as_stated(WeightInitialization initialization, double variance)
    {
        var network = new NeuralNetwork<double>(Inputs, [new FullyConnectedLayer<double>(Outputs, initialization)], seed: 12);
        double[] weights = network.Weights[0].AsSpan().ToArray();
        bool uniform = initialization is WeightInitialization.XavierUniform or WeightInitialization.HeUniform;
        double kurtosis = uniform ? 1.8 : 3;
        Assert.Equal(0, weights.Average(), 4 * Math.Sqrt(variance / weights.Length));
        Assert.Equal(variance, weights.Average(w => w * w), 4 * variance * Math.Sqrt((kurtosis - 1) / weights.Length));
        if (uniform)
        {
            double limit = Math.Sqrt(3 * variance);
            Assert.All(weights, w => Assert.InRange(w, -limit, limit));
            Assert.InRange(weights.Max(), 0.99 * limit, limit);
        }
        else
        {
            Assert.Equal(3, weights.Average(w => w * w * w * w) / (variance * variance), 4 * Math.Sqrt(96.0 / weights.Length));
        }
    }

    [Fact]
    public void Biases_start_at_zero() =>
        Assert.All(new NeuralNetwork<float>(3, 2, [5], new Tanh<float>()).Biases[0].AsSpan().ToArray(), bias => Assert.Equal(0, bias));

    /// <summary>Both constructors of networks and layers in composite layers; a rectifier halves the variance, and others do not.</summary>
    [Fact]
    public void The_default_is_that_of_the_activation_that_follows()
    {
        ILayer<double>[] rectifiers =
        [
            new ReLU<double>(), new LeakyReLU<double>(), new ELU<double>(), new GELU<double>(), new GELUTanh<double>(), new SiLU<double>(),
            new HardSwish<double>(), new Mish<double>(),
        ];
        ILayer<double>[] others = [new Tanh<double>(), new Sigmoid<double>(), new Softmax<double>(), new LayerNorm<double>()];
        foreach ((ILayer<double> layer, WeightInitialization expected) in rectifiers.Select(x => (x, WeightInitialization.HeNormal))
            .Concat(others.Select(x => (x, WeightInitialization.XavierNormal))))
        {
            Assert.Equal(
                FirstWeights([new FullyConnectedLayer<double>(5, expected), layer]),
                FirstWeights([new FullyConnectedLayer<double>(5), layer]));
            Assert.Equal(
                new NeuralNetwork<double>(7, 2, [5], layer, expected).Weights[0].AsSpan(),
                new NeuralNetwork<double>(7, 2, [5], layer).Weights[0].AsSpan());
            Assert.Equal(
                FirstWeights([new Residual<double>(new FullyConnectedLayer<double>(7, expected), layer)]),
                FirstWeights([new Residual<double>(new FullyConnectedLayer<double>(7), layer)]));
        }

        Assert.Equal(
            FirstWeights([new FullyConnectedLayer<double>(5, WeightInitialization.XavierNormal)]),
            FirstWeights([new FullyConnectedLayer<double>(5)]));
    }

    private static double[] FirstWeights(ILayer<double>[] layers) => new NeuralNetwork<double>(7, layers, seed: 3).Weights[0].ToArray();

    [Fact]
    public void Each_layer_draws_its_own_values()
    {
        var network = new NeuralNetwork<double>(4, 4, [4], new Tanh<double>());
        Assert.NotEqual(network.Weights[0].AsSpan().ToArray(), network.Weights[1].AsSpan().ToArray());
    }

    [Fact]
    public void An_unknown_way_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FullyConnectedLayer<float>(1, (WeightInitialization)99));
}
