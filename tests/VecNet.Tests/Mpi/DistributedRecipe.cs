using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>Trainings that ranks share: everything that could make the number of ranks matter.</summary>
internal sealed record DistributedRecipe(
    string Name, Func<NeuralNetwork<float>> Network, Func<IOptimizer<float>> Optimizer, ILoss<float> Loss, TrainerOptions Options,
    Dataset<float> Data, Dataset<float>? Validation = null)
{
    private const int Inputs = TrainingRecipe<float>.Inputs;
    private const int Classes = TrainingRecipe<float>.Classes;
    private const int Words = 40;

    public static IReadOnlyList<DistributedRecipe> All { get; } =
    [
        // 3 rows are left for the last mini-batch, fewer than there are shards.
        new("dropout, momentum, clipping and the best epoch", TrainingRecipe<float>.Network, TrainingRecipe<float>.Optimizer,
            new SoftmaxCrossEntropy<float>(),
            TrainingRecipe<float>.Options() with { KeepBest = true, MaxGradientNorm = 1.5 }, TrainingRecipe<float>.Data(201),
            TrainingRecipe<float>.Data(50)),
        new("weights and ignored rows", TrainingRecipe<float>.Network, () => new Adam<float>(0.01),
            new SoftmaxCrossEntropy<float>(ignoredClass: 3), TrainingRecipe<float>.Options(), Weighted(TrainingRecipe<float>.Data(90))),
        new("a sum that is not a mean", TrainingRecipe<float>.Network, () => new Sgd<float>(0.001),
            new SoftmaxCrossEntropy<float>(reduction: Reduction.Sum), TrainingRecipe<float>.Options(epochs: 2),
            TrainingRecipe<float>.Data(90)),
        new("batch normalization", () => new(
                Inputs,
                [
                    new FullyConnectedLayer<float>(24), new BatchNorm<float>(), new ReLU<float>(), new FullyConnectedLayer<float>(Classes),
                ],
                seed: 5),
            () => new AdamW<float>(0.01), new SoftmaxCrossEntropy<float>(), new() { Epochs = 2, BatchSize = 32, Seed = 3 },
            TrainingRecipe<float>.Data(96)),
        new("sparse rows", () => new(Words, 4, [6], new ReLU<float>(), seed: 5), () => new Adam<float>(0.01),
            new SoftmaxCrossEntropy<float>(), new() { Epochs = 2, BatchSize = 20, Seed = 3 }, SparseRowsOfWords(70)),
        new("an embedding, attention and a recurrent layer on sequences", () => new(
                1,
                [
                    new Embedding<float>(Words, 8, sparseGradient: true), new TransformerBlock<float>(heads: 2, hiddenFeatures: 16),
                    new Dropout<float>(0.2), new Gru<float>(6), new SequencePooling<float>(PoolingMode.Mean),
                    new FullyConnectedLayer<float>(3),
                ],
                seed: 5),
            () => new Adam<float>(0.01), new SoftmaxCrossEntropy<float>(),
            new() { Epochs = 2, BatchSize = 12, MaxBatchTokens = 60, BucketByLength = true, Seed = 3 }, Texts(60, byWord: false)),
        new("a projection by blocks, with a tied embedding", () => new(
                1,
                [
                    new Embedding<float>(Words, 8), new Gru<float>(8), new Dropout<float>(0.1),
                    new VocabularyProjection<float>(Words, tied: true),
                ],
                seed: 5),
            () => new Adam<float>(0.01), new SoftmaxCrossEntropy<float>(), new() { Epochs = 2, BatchSize = 10, Seed = 3 },
            Texts(25, byWord: true)),
    ];

    public override string ToString() => Name;

    /// <summary>Trains on a rank; returns the hash of the parameters and the state, and the report without its times.</summary>
    public string Train(
        ICommunicator communicator, int shards, int threads = 1, Action<Trainer<float>, NeuralNetwork<float>>? finished = null)
    {
        NeuralNetwork<float> network = Network();
        var trainer = Create(communicator, shards, network, threads);
        TrainingProgress report = trainer.Train(Data, Validation, cancellationToken: TestContext.Current.CancellationToken);
        finished?.Invoke(trainer, network);
        return Describe(network, report);
    }

    public Trainer<float> Create(ICommunicator communicator, int shards, NeuralNetwork<float> network, int threads = 1) => new(
        network, Optimizer(), Loss, Options with { Threads = threads, Distributed = new DataParallelTraining(communicator, shards) });

    /// <summary>Trains on several ranks, and checks that all of them have the same results.</summary>
    public string Train(int ranks, int shards, int threads = 1)
    {
        string[] results = new string[ranks];
        InProcessCommunicator.Run(ranks, communicator => results[communicator.Rank] = Train(communicator, shards, threads));
        Assert.All(results, result => Assert.Equal(results[0], result));
        return results[0];
    }

    public static string Describe(NeuralNetwork<float> network, TrainingProgress report) =>
        $"{TrainingRecipe<float>.HashOf(network.Parameters)} {TrainingRecipe<float>.HashOf(network.State)} "
        + $"{report.Epoch} {report.TrainingLoss:R} {report.TrainingAccuracy:R} {report.ValidationLoss:R} {report.ValidationAccuracy:R}";

    private static Dataset<float> Weighted(Dataset<float> data) => new(data.Features, data.Targets.Classes.ToArray())
    {
        Weights = [.. Enumerable.Range(0, data.Count).Select(row => row % 7 * 0.3)],
    };

    private static Dataset<float> SparseRowsOfWords(int count)
    {
        var random = new SplitMix64(9);
        var rows = new SparseRows<float>(Words);
        for (int row = 0; row < count; row++)
        {
            int first = random.NextInt(Words - 3);
            rows.Append([first, first + 1 + random.NextInt(2)], [1, 0.5f + (float)random.NextDouble()]);
        }

        return new(rows, [.. Enumerable.Range(0, count).Select(row => row % 4)]);
    }

    private static Dataset<float> Texts(int count, bool byWord)
    {
        var random = new SplitMix64(9);
        int[][] texts = [.. Enumerable.Range(0, count).Select(
            _ => Enumerable.Range(0, 1 + random.NextInt(11)).Select(_ => random.NextInt(Words)).ToArray())];
        return new(texts, byWord
            ? [.. texts.SelectMany(text => text.Skip(1).Append(0))]
            : [.. texts.Select(text => text.Sum() % 3)]);
    }
}
