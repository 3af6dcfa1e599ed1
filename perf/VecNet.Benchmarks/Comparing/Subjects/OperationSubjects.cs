namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Functions of elements and rows beside libtorch, TensorPrimitives and NumPy; layers and optimizers beside libtorch.</summary>
internal static class OperationSubjects
{
    private const string ElementwiseWord = "elementwise";
    private const string LayersWord = "layers";
    private const string TensorPrimitives = "TensorPrimitives";

    private static readonly Pass[] BothPasses = [Pass.Forward, Pass.Backward];
    private static readonly (int Rows, int Columns)[] Lengths = [(1, 1_000), (1, 100_000)];
    private static readonly (int Rows, int Columns)[] Classes = [(128, 10), (128, 1000), (32, 32000)];
    private static readonly (int Rows, int Columns)[] Features = [(128, 16), (128, 64), (128, 512), (32, 4096)];

    internal static IReadOnlyList<RowGroup> Elementwise { get; } =
    [
        new("forward", "Elementwise, forward", Named(OperationRow.All(
            [Operation.Exp, Operation.Sigmoid, Operation.Tanh, Operation.Gelu, Operation.GeluTanh], [Pass.Forward], Lengths))),
        new("relu", "ReLU", Named(OperationRow.All([Operation.ReLU, Operation.ReLUInPlace], [Pass.Forward], Lengths))),
        new("backward", "Elementwise, backward", Named(OperationRow.All(
            [Operation.Sigmoid, Operation.Tanh, Operation.ReLU, Operation.Gelu, Operation.GeluTanh], [Pass.Backward], Lengths))),
        new("double", "Elementwise, forward, in double precision", Named(OperationRow.All(
            [Operation.Exp, Operation.Sigmoid, Operation.Tanh], [Pass.Forward], Lengths, Precision.Float64))),
        new("rows", "Rows", Named([
            .. OperationRow.All([Operation.Softmax, Operation.LogSoftmax], [Pass.Forward], Classes),
            .. OperationRow.All([Operation.SoftmaxCrossEntropy], [Pass.ForwardBackward], Classes)])),
    ];

    internal static IReadOnlyList<RowGroup> Layers { get; } =
    [
        new("activations", "Activations", OperationRow.All(
            [Operation.LeakyReLU, Operation.Elu, Operation.Gelu, Operation.GeluTanh, Operation.SiLU, Operation.Softplus],
            BothPasses,
            Lengths)),
        new("rows", "Log-softmax and normalizations",
        [
            .. OperationRow.All([Operation.LogSoftmax, Operation.LayerNorm, Operation.BatchNorm], BothPasses, Features),
            .. OperationRow.All([Operation.BatchNormInference], [Pass.Forward], Features),
        ]),
        new("embedding", "Embedding",
        [
            .. OperationRow.All([Operation.Embedding], [Pass.Forward, Pass.Backward, Pass.Step], [(128, 8)]),
            .. OperationRow.All([Operation.SparseEmbedding], [Pass.Step], [(128, 8)]),
        ]),
        new("losses", "Losses", OperationRow.All(
            [Operation.BinaryCrossEntropy, Operation.Huber, Operation.MeanAbsoluteError, Operation.KullbackLeibler],
            [Pass.Forward, Pass.ForwardBackward],
            Classes[..2])),
        new("optimizers", "Steps of optimizers", OperationRow.All(
            [Operation.Sgd, Operation.Adagrad, Operation.RmsProp, Operation.Adam, Operation.AdamW],
            [Pass.Step],
            [.. Lengths, (1, 1_000_000)])),
    ];

    internal static Subject CreateElementwise() => new()
    {
        Word = ElementwiseWord,
        Title = "Elementwise functions and rows compared with other libraries",
        Help = (
            "Compares activations, softmax and its loss with libtorch, TensorPrimitives and NumPy, each in a process of its own, in turns.",
            "Under a minute: all rows, shorter turns."),
        Legend =
        [
            "one thread; the tables show the microseconds of one call in the best round, and the nanoseconds per element",
            "GB/s: the bytes that a single pass reads and writes (backward: the saved tensor, the gradient and the result) divided by "
                + "VecNet's time; 1,000 floats are in the level 1 cache, 100,000 in level 2, and 32×32000 in level 3, which cores share",
            "inputs are in [−4, 4); before a row is timed, its results must agree with VecNet's to 4e-6 of the largest (4e-14 in double)",
            "libtorch allocates its results, from memory that it reuses, and its backward passes are those of autograd; NumPy writes to "
                + "existing arrays",
            "functions that a peer lacks are left out: NumPy has no error function, and TensorPrimitives has no backward passes and no "
                + "losses",
            "ratio: VecNet's speed divided by that of the best peer",
        ],
        Groups = _ => Elementwise,
        Contenders =
        [
            () => Contenders.Own(Contender.VecNet, isJudge: false, OwnPeer.VecNetElementwise),
            () => Contenders.Torch(ElementwiseWord),
            () => Contenders.Own(TensorPrimitives, isJudge: true, OwnPeer.TensorPrimitives),
            () => Contenders.NumPy(ElementwiseWord),
        ],
        Paces = (
            new(TimeSpan.FromMilliseconds(10), FewestRounds: 6, MostRounds: 60, TimeSpan.FromMinutes(5)),
            new(TimeSpan.FromMilliseconds(3), FewestRounds: 3, MostRounds: 12, TimeSpan.FromSeconds(30))),
        TakesPart = (contender, row, _) => contender.Name switch
        {
            TensorPrimitives => TensorPrimitivesPeer.Has((OperationRow)row),
            Contender.NumPy => ((OperationRow)row).Operation != Operation.Gelu,
            _ => true,
        },
        Cell = (row, contender) =>
            $"{MarkdownReport.Microseconds(row.Seconds(contender))} ({1e9 * row.Seconds(contender) / ((OperationRow)row.Row).Length:F3})",
        Columns = _ => [new("VecNet GB/s", row => $"{((OperationRow)row.Row).Bytes / row.Seconds(Contender.VecNet) / 1e9:F0}")],
        Fields = row =>
        {
            var operation = (OperationRow)row;
            string name = $"{operation.Operation}{(operation.Pass == Pass.Backward ? operation.Pass : "")}";
            return [("operation", name), ("rows", operation.Rows), ("columns", operation.Columns), ("bytes", operation.Bytes)];
        },
    };

    internal static Subject CreateLayers() => new()
    {
        Word = LayersWord,
        Title = "Layers, losses and optimizers compared with libtorch",
        Help = (
            "Compares activations, normalizations, embedding, losses and optimizers with libtorch, each in a process of its own, in turns.",
            "About a minute: all rows, shorter turns."),
        Precisions = [Precision.Float32],
        Legend =
        [
            "float32, one thread; the tables show the microseconds of one call in the best round",
            "before a row is timed, its results must agree with VecNet's to 1e-5 of their largest element: outputs, losses, all "
                + "gradients, running statistics, and the parameters after three steps of an optimizer",
            "libtorch allocates its results, from memory that it reuses; its backward passes are those of autograd on a retained graph; "
                + "its optimizers are those of TorchSharp, which make several calls per step, because a .NET program cannot use "
                + "libtorch's fused optimizers",
            $"an embedding looks up 1,024 of {OperationRow.Entries:N0} vectors; libtorch also has a step for sparse gradients",
            "ratio: VecNet's speed divided by libtorch's",
        ],
        Groups = _ => Layers,
        Contenders =
        [
            () => Contenders.Own(Contender.VecNet, isJudge: false, OwnPeer.VecNetLayers),
            () => Contenders.Torch(LayersWord),
        ],
        Paces = (
            new(TimeSpan.FromMilliseconds(10), FewestRounds: 8, MostRounds: 60, TimeSpan.FromMinutes(4)),
            new(TimeSpan.FromMilliseconds(3), FewestRounds: 5, MostRounds: 12, TimeSpan.FromSeconds(45))),
        Cell = (row, contender) => MarkdownReport.Microseconds(row.Seconds(contender)),
        Fields = row =>
        {
            (Operation operation, Pass pass, int rows, int columns, _) = (OperationRow)row;
            return [("kind", operation.ToString()), ("pass", pass.ToString()), ("rows", rows), ("columns", columns)];
        },
    };

    /// <summary>The same rows with the element type in their names: among rows of both types.</summary>
    private static IReadOnlyList<ComparedRow> Named(IEnumerable<OperationRow> rows) =>
        [.. rows.Select(row => row with { NamesPrecision = true })];
}
