namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Layers, losses and optimizers beside libtorch.</summary>
internal static class LayerSubject
{
    private const string Word = "layers";

    private static readonly Pass[] BothPasses = [Pass.Forward, Pass.Backward];
    private static readonly (int Rows, int Columns)[] Shapes = [(128, 16), (128, 64), (128, 512), (32, 4096)];

    internal static IReadOnlyList<RowGroup> Groups { get; } =
    [
        new("activations", "Activations", OperationRow.All(
            [Operation.LeakyReLU, Operation.Elu, Operation.Gelu, Operation.GeluTanh, Operation.SiLU, Operation.Softplus],
            BothPasses,
            [(1, 1_000), (1, 100_000)])),
        new("rows", "Log-softmax and normalizations",
        [
            .. OperationRow.All([Operation.LogSoftmax, Operation.LayerNorm, Operation.BatchNorm], BothPasses, Shapes),
            .. OperationRow.All([Operation.BatchNormInference], [Pass.Forward], Shapes),
        ]),
        new("embedding", "Embedding",
        [
            .. OperationRow.All([Operation.Embedding], [Pass.Forward, Pass.Backward, Pass.Step], [(128, 8)]),
            .. OperationRow.All([Operation.SparseEmbedding], [Pass.Step], [(128, 8)]),
        ]),
        new("losses", "Losses", OperationRow.All(
            [Operation.BinaryCrossEntropy, Operation.Huber, Operation.MeanAbsoluteError, Operation.KullbackLeibler],
            [Pass.Forward, Pass.ForwardBackward],
            [(128, 10), (128, 1000)])),
        new("optimizers", "Steps of optimizers", OperationRow.All(
            Enum.GetValues<Operation>().Where(operation => operation >= Operation.Sgd),
            [Pass.Step],
            [(1, 1_000), (1, 100_000), (1, 1_000_000)])),
    ];

    internal static Subject Create() => new()
    {
        Word = Word,
        Title = "Layers, losses and optimizers: VecNet beside libtorch",
        Help = (
            "Activations, normalizations, embedding, losses and optimizers beside libtorch, each in a process of its own, in turns.",
            "About a minute: all rows, shorter turns."),
        Precisions = [Precision.Float32],
        Legend =
        [
            "float32, one thread; in the tables: microseconds of one call in the best round",
            "before a row is timed, its results have agreed with VecNet's to 1e-5 of their largest element: outputs, losses, every "
                + "gradient, running statistics, and what three steps of an optimizer leave",
            "libtorch computes into memory of its own, which it reuses; its backward passes are autograd's on a graph that is kept, its "
                + "optimizers TorchSharp's, which call it several times for each step: what a .NET program gets. Such a program cannot "
                + "reach its fused optimizers",
            $"an embedding looks 1,024 vectors up in {OperationRow.Entries:N0}; libtorch has a step for a sparse gradient too",
            "ratio: VecNet's speed over libtorch's",
        ],
        Groups = _ => Groups,
        Contenders =
        [
            () => Contender.Start(Contender.VecNet, Standing.Judged, PeerLaunch.OfThisProgram(PeerProgram.VecNetLayers)),
            () => Contenders.Torch(Word),
        ],
        Paces = (
            new(TimeSpan.FromMilliseconds(10), FewestRounds: 8, MostRounds: 60, TimeSpan.FromMinutes(4), TimeSpan.MaxValue),
            new(TimeSpan.FromMilliseconds(3), FewestRounds: 5, MostRounds: 12, TimeSpan.FromSeconds(45), TimeSpan.MaxValue)),
        Cell = (row, contender) => MarkdownReport.Microseconds(row.Seconds(contender)),
        Fields = row =>
        {
            (Operation operation, Pass pass, int rows, int columns, _) = (OperationRow)row;
            return [("kind", operation.ToString()), ("pass", pass.ToString()), ("rows", rows), ("columns", columns)];
        },
    };
}
