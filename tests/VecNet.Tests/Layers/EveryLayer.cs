using System.Numerics;

namespace VecNet.Tests;

/// <summary>Each of the library's layers with numbers that are not its defaults: what files must bring back.</summary>
internal static class EveryLayer
{
    /// <summary>Rows of the embedding's table.</summary>
    public const int Entries = OperationCatalog<float>.Entries;

    public static IReadOnlyList<string> Names { get; } = [.. typeof(MatMul).Assembly.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.GetInterfaces().Any(part => part.Name == "ILayer`1"))
            .Select(type => type.Name.Split('`')[0])
            .Order(StringComparer.Ordinal)];

    /// <summary>
    /// The sample of the catalog, and richer ones where layers lie in layers. Keeps the
    /// width, but for the embedding and the layers side by side.
    /// </summary>
    public static ILayer<T> Make<T>(string name, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name switch
        {
            "Embedding" => new Embedding<T>(Entries, 3, 2),
            "EmbeddingBag" => new EmbeddingBag<T>(Entries, 3, paddingIndex: 2),
            "Parallel" => new Parallel<T>(
                new FullyConnectedLayer<T>(2, WeightInitialization.XavierNormal),
                new Sequential<T>(new BatchNorm<T>(), new LayerNorm<T>(affine: false)), new Dropout<T>(0.1)),
            "Residual" => new Residual<T>(
                new LayerNorm<T>(), new FullyConnectedLayer<T>(9), new Softplus<T>(1.5),
                new FullyConnectedLayer<T>(width, WeightInitialization.XavierNormal)),
            "Sequential" => new Sequential<T>(
                new FullyConnectedLayer<T>(4, WeightInitialization.XavierNormal), new Sequential<T>(new ELU<T>(0.5), new BatchNorm<T>())),
            _ => OperationCatalog<T>.Layers.Single(layer => layer.Name == name).Sample(width, width),
        };

    /// <summary>The layer alone, its parameters and running statistics moved away from where they start.</summary>
    public static NeuralNetwork<T> Alone<T>(string name, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new NeuralNetwork<T>(width, [Make<T>(name, width)], seed: 4);
        Unsettle(network);
        return network;
    }

    /// <summary>The layer between two fully connected ones, where its input can be any numbers.</summary>
    public static NeuralNetwork<T> Between<T>(string name, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new NeuralNetwork<T>(
            width,
            [
                new FullyConnectedLayer<T>(7, WeightInitialization.XavierNormal), Make<T>(name, 7),
                new FullyConnectedLayer<T>(3, WeightInitialization.XavierNormal), new Tanh<T>(),
            ],
            seed: 5);
        Unsettle(network);
        return network;
    }

    /// <summary>Rows that the layer takes: whole numbers for an embedding.</summary>
    public static TensorBuffer<T> Input<T>(string name, int rows, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SplitMix64(3);
        var input = new TensorBuffer<T>(rows, width);
        foreach (ref T value in input.Span)
        {
            value = T.CreateTruncating(IsOfIndices(name) ? Math.Floor(Entries * random.NextDouble()) : 2 * random.NextNormal());
        }

        return input;
    }

    /// <summary>Whether the input of a layer must be indices.</summary>
    public static bool IsOfIndices(string name) => OperationCatalog<double>.Layers.Single(layer => layer.Name == name).IsOfIndices;

    /// <summary>The layers whose output rows depend on other rows, by name.</summary>
    public static IReadOnlyList<string> OfSequences { get; } =
        [.. OperationCatalog<double>.Layers.Where(layer => layer.ReadsSequences).Select(layer => layer.Name)];

    /// <summary>Gaps between slots stay zero; a variance stays positive.</summary>
    private static void Unsettle<T>(NeuralNetwork<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SplitMix64(8);
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            SlotViews<T> parameters = network.GetParameters(layer);
            SlotViews<T> state = network.GetState(layer);
            for (int i = 0; i < parameters.Count + state.Count; i++)
            {
                TensorView<T> view = i < parameters.Count ? parameters[i] : state[i - parameters.Count];
                foreach (ref T value in view.AsSpan())
                {
                    value += T.CreateTruncating(0.5 * random.NextDouble());
                }
            }
        }
    }
}
