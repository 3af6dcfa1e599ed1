namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Functions of elements and of rows beside libtorch, TensorPrimitives and NumPy.</summary>
internal static class ElementwiseSubject
{
    private const string Word = "elementwise";
    private const string TensorPrimitives = "TensorPrimitives";

    internal static IReadOnlyList<RowGroup> Groups { get; } =
    [
        new("forward", "Elementwise, forward", OfLengths(
            Pass.Forward, Precision.Float32, Operation.Exp, Operation.Sigmoid, Operation.Tanh, Operation.Gelu, Operation.GeluTanh)),
        new("relu", "ReLU", OfLengths(Pass.Forward, Precision.Float32, Operation.ReLU, Operation.ReLUInPlace)),
        new("backward", "Elementwise, backward", OfLengths(
            Pass.Backward, Precision.Float32, Operation.Sigmoid, Operation.Tanh, Operation.ReLU, Operation.Gelu, Operation.GeluTanh)),
        new("double", "Elementwise, forward, in double precision", OfLengths(
            Pass.Forward, Precision.Float64, Operation.Exp, Operation.Sigmoid, Operation.Tanh)),
        new("rows", "Rows",
        [
            .. OfRows(Pass.Forward, Operation.Softmax, Operation.LogSoftmax),
            .. OfRows(Pass.ForwardBackward, Operation.SoftmaxCrossEntropy),
        ]),
    ];

    internal static Subject Create() => new()
    {
        Word = Word,
        Title = "Functions of elements and rows: VecNet beside other libraries",
        Help = (
            "Activations, softmax and its loss beside libtorch, TensorPrimitives and NumPy, each in a process of its own, in turns.",
            "Under a minute: all rows, shorter turns."),
        Legend =
        [
            "one thread; in the tables: microseconds of one call in the best round, and nanoseconds for each element",
            "GB/s: what a single pass has to read and write (backward: the saved tensor, the gradient and the result) over VecNet's time. "
                + "1,000 floats lie in the core's first cache, 100,000 in its second, 32×32000 in the third, which cores share",
            "numbers of [−4, 4); before a row is timed, its result has agreed with VecNet's to 4e-6 of the largest (4e-14 in double)",
            "libtorch computes into memory of its own, which it reuses; its backward passes are autograd's; NumPy writes into arrays that "
                + "exist before",
            "a function that a peer does not have is not made up for it: NumPy has no error function, TensorPrimitives no backward passes "
                + "and no losses",
            "ratio: VecNet's speed over that of the best peer",
        ],
        Groups = _ => Groups,
        Contenders =
        [
            () => Contender.Start(Contender.VecNet, Standing.Judged, PeerLaunch.OfThisProgram(PeerProgram.VecNetElementwise)),
            () => Contenders.Torch(Word),
            () => Contender.Start(TensorPrimitives, Standing.Required, PeerLaunch.OfThisProgram(PeerProgram.TensorPrimitives)),
            () => Contenders.NumPy(Word),
        ],
        Paces = (
            new(TimeSpan.FromMilliseconds(10), FewestRounds: 6, MostRounds: 60, TimeSpan.FromMinutes(5), TimeSpan.MaxValue),
            new(TimeSpan.FromMilliseconds(3), FewestRounds: 3, MostRounds: 12, TimeSpan.FromSeconds(30), TimeSpan.MaxValue)),
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

    private static IReadOnlyList<OperationRow> OfLengths(Pass pass, Precision precision, params IEnumerable<Operation> operations) =>
        OperationRow.All(operations, [pass], [(1, 1_000), (1, 100_000)], precision, namesPrecision: true);

    private static IReadOnlyList<OperationRow> OfRows(Pass pass, params IEnumerable<Operation> operations) =>
        OperationRow.All(operations, [pass], [(128, 10), (128, 1000), (32, 32000)], namesPrecision: true);
}
