using System.Globalization;
using VecNet.Benchmarks.Comparing.Peers;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Reporting;

namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Passes of whole networks beside libtorch, NumPy and, for small ones, plain C# loops.</summary>
internal sealed class NetworkSubject : Subject
{
    private const string PlainLoops = "plain C#";

    /// <summary>A network with fewer parameters is all calls and checks: to compare it with the peak says nothing.</summary>
    private const int FewestParametersForPeak = 1000;

    /// <summary>Less than a pass of the largest rows takes: longer slices would cost time and find no better round.</summary>
    private static readonly Pace Quick = new(
        TimeSpan.FromMilliseconds(3), FewestRounds: 2, MostRounds: 6, TimeSpan.FromSeconds(60), TimeSpan.MaxValue);

    private static readonly Pace Full = new(
        TimeSpan.FromMilliseconds(20), FewestRounds: 4, MostRounds: 30, TimeSpan.FromMinutes(10), TimeSpan.MaxValue);

    internal override string Word => "network";

    internal override string Title => "Training steps: VecNet beside other libraries";

    internal override string Description => "Passes of whole networks beside libtorch, NumPy and plain C# loops, each in a process of its own, in turns.";

    internal override string QuickDescription => "About a minute: all rows, shorter turns.";

    internal override IReadOnlyList<Precision> Precisions => [Precision.Float32];

    internal override IReadOnlyList<string> Legend =>
    [
        "all in float32; softmax cross-entropy, or with one output half the mean squared error; SGD without momentum",
        "forward is inference; forward + backward is loss and all gradients; step is these and the update",
        "in the tables: microseconds of one call in the best round, and the matrix products' operations in percent of the peak of as many threads",
        "same parameters and batch for everyone, from one seed; before a row is timed, outputs (forward), loss and every gradient (forward + backward) "
            + "or the losses of five steps have agreed with VecNet's to 1e-3",
        "ratio: VecNet's speed over that of the best peer; plain C# is not among them: it is no library but loops written for the network at hand, "
            + "without a check, a batch or a choice, and where a network is tiny nothing with an interface is as fast",
    ];

    internal override Action<CompareReport, string> Chart => NetworkChart.Save;

    internal override IReadOnlyList<RowGroup> Groups(bool quick) => NetworkRows.Groups();

    internal override IReadOnlyList<Contender> Start() => Contenders.Start(
        () => Contender.Start(Contender.VecNet, Standing.Judged, PeerLaunch.OfThisProgram(PeerProgram.VecNetNetwork)),
        () => Contenders.Torch(Word),
        () => Contenders.NumPy(Word),
        () => Contender.Start(
            PlainLoops,
            Standing.Beside,
            PeerLaunch.OfThisProgram(PeerProgram.PlainLoops, PlainLoopsPeer.BySample),
            PeerLaunch.OfThisProgram(PeerProgram.PlainLoops, PlainLoopsPeer.ByBatch)));

    internal override Pace Pace(bool quick) => quick ? Quick : Full;

    /// <summary>Plain loops only where they can win.</summary>
    internal override bool TakesPart(Contender contender, ComparedRow row, Pace pace) =>
        contender.Name != PlainLoops || NetworkRows.IsForPlainLoops((NetworkRow)row);

    internal override string Cell(RowVerdict row, string contender)
    {
        string time = MarkdownReport.Microseconds(row.Seconds(contender));
        return HasPeak(row) ? $"{time} ({MarkdownReport.Percent(row.PartOfPeak(contender))})" : time;
    }

    internal override IReadOnlyList<Column> Columns(RowGroup group) =>
        [new Column("VecNet GFLOP/s", row => HasPeak(row) ? row.GigaFlops(Contender.VecNet).ToString("F1", CultureInfo.InvariantCulture) : "")];

    internal override IEnumerable<string> Notes(GroupVerdict group, CompareReport report) =>
    [
        .. TwoThreads(group, report),
        .. NetworkScaling.Of(group, report).Select(scaling => scaling.Text),
        .. NetworkTraffic.Of(group).Select(traffic => traffic.Text),
        .. NetworkTraffic.Of(group).Any() ? NetworkTraffic.Derivation : [],
    ];

    internal override IEnumerable<(string Name, object? Value)> Fields(ComparedRow row)
    {
        var network = (NetworkRow)row;
        return
        [
            ("network", network.Network), ("activation", network.Activation.ToString()), ("batch", network.Batch),
            ("passes", NetworkRow.NameOf(network.Passes)), ("parameters", network.Parameters), ("operations", network.Operations),
        ];
    }

    internal override IEnumerable<(string Name, object? Value)> Findings(CompareReport report) =>
    [
        ("scaling", report.Groups.SelectMany(group => NetworkScaling.Of(group, report)).Select(scaling => scaling.ToJson())),
        ("traffic", report.Groups.SelectMany(NetworkTraffic.Of).Select(traffic => traffic.ToJson())),
    ];

    private static bool HasPeak(RowVerdict row) => ((NetworkRow)row.Row).Parameters >= FewestParametersForPeak;

    private static IEnumerable<string> TwoThreads(GroupVerdict group, CompareReport report)
    {
        string[] gains = [.. Scaling.Of(group, report.Peaks)
            .Where(scaling => ((NetworkRow)scaling.Row.Row).Batch >= NetworkRows.FirstBatchOfTwoThreads)
            .Select(scaling => $"{((NetworkRow)scaling.Row.Row).Batch} {NetworkRow.NameOf(((NetworkRow)scaling.Row.Row).Passes)} {MarkdownReport.Two(scaling.OneThread)}")];
        return gains.Length == 0 ? [] : [$"VecNet's two threads over one from batch {NetworkRows.FirstBatchOfTwoThreads} on: {string.Join("; ", gains)}"];
    }
}
