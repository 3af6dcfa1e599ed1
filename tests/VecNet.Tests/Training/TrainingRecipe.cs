using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VecNet.Tests;

/// <summary>
/// A training run with everything that could make two of them differ: shuffled rows, dropout, momentum, a smaller last batch.
/// </summary>
internal static class TrainingRecipe<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const int Inputs = 20;
    public const int Classes = 10;

    public static TrainerOptions Options(int epochs = 3) => new() { Epochs = epochs, BatchSize = 33, Seed = 11 };

    public static NeuralNetwork<T> Network() => new(
        Inputs,
        [
            new FullyConnectedLayer<T>(64, WeightInitialization.HeNormal), new ReLU<T>(), new Dropout<T>(0.3),
            new FullyConnectedLayer<T>(48, WeightInitialization.XavierNormal), new Tanh<T>(),
            new FullyConnectedLayer<T>(Classes, WeightInitialization.XavierNormal),
        ],
        seed: 5);

    public static IOptimizer<T> Optimizer() => new Sgd<T>(0.05, momentum: 0.9, weightDecay: 0.001);

    public static Dataset<T> Data(int rows = 500)
    {
        var features = new TensorBuffer<T>(rows, Inputs);
        Matrix<T, Ordinary>.Fill(features.View, 3);
        return new(features, [.. Enumerable.Range(0, rows).Select(row => row * 7 % Classes)]);
    }

    /// <summary>Trains again and returns the hash of the parameters' bits.</summary>
    public static string Hash()
    {
        NeuralNetwork<T> network = Network();
        new Trainer<T>(network, Optimizer(), new SoftmaxCrossEntropy<T>(), Options()).Train(Data());
        return HashOf(network.Parameters);
    }

    /// <summary>Trains a network so wide that threads are worth waking, by an optimizer with two states for each parameter.</summary>
    public static string Hash(int threads)
    {
        var network = new NeuralNetwork<T>(
            Inputs,
            [
                new FullyConnectedLayer<T>(400), new ReLU<T>(), new Dropout<T>(0.3),
                new FullyConnectedLayer<T>(400), new Sigmoid<T>(), new FullyConnectedLayer<T>(Classes),
            ],
            seed: 5);
        var options = new TrainerOptions { Epochs = 3, BatchSize = 128, Seed = 11, Threads = threads };
        new Trainer<T>(network, new Adam<T>(0.01, weightDecay: 0.001), new SoftmaxCrossEntropy<T>(), options).Train(Data());
        return HashOf(network.Parameters);
    }

    public static string HashOf(ReadOnlySpan<T> elements) => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(elements)));
}
