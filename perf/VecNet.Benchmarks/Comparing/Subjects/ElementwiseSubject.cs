using System.Globalization;
using VecNet.Benchmarks.Comparing.Peers;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Reporting;

namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Functions of elements and of rows beside libtorch, TensorPrimitives and NumPy.</summary>
internal sealed class ElementwiseSubject : Subject
{
    private const string TensorPrimitives = "TensorPrimitives";

    private static readonly Pace Quick = new(
        TimeSpan.FromMilliseconds(3), FewestRounds: 3, MostRounds: 12, TimeSpan.FromSeconds(30), TimeSpan.MaxValue);

    private static readonly Pace Full = new(
        TimeSpan.FromMilliseconds(10), FewestRounds: 6, MostRounds: 60, TimeSpan.FromMinutes(5), TimeSpan.MaxValue);

    internal override string Word => "elementwise";

    internal override string Title => "Functions of elements and rows: VecNet beside other libraries";

    internal override string Description => "Activations, softmax and its loss beside libtorch, TensorPrimitives and NumPy, each in a process of its own, in turns.";

    internal override string QuickDescription => "Under a minute: all rows, shorter turns.";

    internal override IReadOnlyList<Precision> Precisions => [Precision.Float32, Precision.Float64];

    internal override IReadOnlyList<string> Legend =>
    [
        "one thread; in the tables: microseconds of one call in the best round, and nanoseconds for each element",
        "GB/s: what a single pass has to read and write (backward: the saved tensor, the gradient and the result) over VecNet's time. 1,000 floats lie in the "
            + "core's first cache, 100,000 in its second, 32×32000 in the third, which cores share",
        "numbers of [−4, 4); before a row is timed, its result has agreed with VecNet's to 4e-6 of the largest (4e-14 in double)",
        "libtorch computes into memory of its own, which it reuses; its backward passes are autograd's; NumPy writes into arrays that are there before",
        "a function that a peer does not have is not made up for it: NumPy has no error function, TensorPrimitives no backward passes and no losses",
        "ratio: VecNet's speed over that of the best peer",
    ];

    internal override IReadOnlyList<RowGroup> Groups(bool quick) => ElementwiseRows.Groups();

    internal override IReadOnlyList<Contender> Start() => Contenders.Start(
        () => Contender.Start(Contender.VecNet, Standing.Judged, PeerLaunch.OfThisProgram(PeerProgram.VecNetElementwise)),
        () => Contenders.Torch(Word),
        () => Contender.Start(TensorPrimitives, Standing.Required, PeerLaunch.OfThisProgram(PeerProgram.TensorPrimitives)),
        () => Contenders.NumPy(Word));

    internal override Pace Pace(bool quick) => quick ? Quick : Full;

    internal override bool TakesPart(Contender contender, ComparedRow row, Pace pace)
    {
        ElementwiseOperation operation = ((ElementwiseRow)row).Operation;
        return contender.Name switch
        {
            TensorPrimitives => TensorPrimitivesPeer.Has(operation),
            Contender.NumPy => operation is not (ElementwiseOperation.GELU or ElementwiseOperation.GELUBackward),
            _ => true,
        };
    }

    internal override string Cell(RowVerdict row, string contender)
    {
        double nanoseconds = 1e9 * row.Seconds(contender) / ((ElementwiseRow)row.Row).Length;
        return $"{MarkdownReport.Microseconds(row.Seconds(contender))} ({nanoseconds.ToString("F3", CultureInfo.InvariantCulture)})";
    }

    internal override IReadOnlyList<Column> Columns(RowGroup group) => [new Column("VecNet GB/s", row => GigaBytes(row).ToString("F0", CultureInfo.InvariantCulture))];

    internal override IEnumerable<(string Name, object? Value)> Fields(ComparedRow row)
    {
        var elementwise = (ElementwiseRow)row;
        return
        [
            ("operation", elementwise.Operation.ToString()), ("rows", elementwise.Rows), ("columns", elementwise.Columns), ("bytes", elementwise.Bytes),
        ];
    }

    private static double GigaBytes(RowVerdict row) => ((ElementwiseRow)row.Row).Bytes / row.Seconds(Contender.VecNet) / 1e9;
}
