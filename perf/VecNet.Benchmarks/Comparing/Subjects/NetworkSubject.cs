namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>Passes of whole networks beside libtorch, NumPy and, for small ones, plain C# loops.</summary>
internal static class NetworkSubject
{
    private const string Word = "network";
    private const string PlainLoops = "plain C#";

    /// <summary>A network with fewer parameters is all calls and checks: to compare it with the peak says nothing.</summary>
    private const int FewestParametersForPeak = 1000;

    internal static Subject Create() => new()
    {
        Word = Word,
        Title = "Networks compared with other libraries",
        Help = (
            "Compares passes of whole networks with libtorch, NumPy and plain C# loops, each in a process of its own, in turns.",
            "About a minute: all rows, shorter turns."),
        Precisions = [Precision.Float32],
        Legend =
        [
            "float32; softmax cross-entropy, or half the mean squared error if there is one output; SGD without momentum",
            "forward is inference; forward + backward computes the loss and all gradients; step also updates the parameters",
            "the tables show the microseconds of one call in the best round, and the speed of its matrix products in percent of the peak "
                + "of the same number of threads",
            "all libraries have the same parameters and batch; before a row is timed, the outputs (forward), the loss and all gradients "
                + "(forward + backward) or the losses of five steps must agree with VecNet's to 1e-3",
            "ratio: VecNet's speed divided by that of the best peer; plain C# loops are not counted as a peer, because they are written "
                + "for one network, without checks, and no library is as fast for tiny networks",
        ],
        Groups = _ => NetworkRows.Groups(),
        Contenders =
        [
            () => Contenders.Own(Contender.VecNet, isJudge: false, OwnPeer.VecNetNetwork),
            () => Contenders.Torch(Word),
            () => Contenders.NumPy(Word),
            () => Contenders.Own(PlainLoops, isJudge: false, OwnPeer.PlainLoops, PlainLoopsPeer.BySample, PlainLoopsPeer.ByBatch),
        ],

        // Slices shorter than a pass of the largest rows: longer ones would cost time and find no better round.
        Paces = (
            new(TimeSpan.FromMilliseconds(20), FewestRounds: 4, MostRounds: 30, TimeSpan.FromMinutes(10)),
            new(TimeSpan.FromMilliseconds(3), FewestRounds: 2, MostRounds: 6, TimeSpan.FromSeconds(60))),
        TakesPart = (contender, row, _) => contender.Name != PlainLoops || NetworkRows.IsForPlainLoops((NetworkRow)row),
        Cell = (row, contender) => MarkdownReport.Microseconds(row.Seconds(contender))
            + (HasPeak(row) ? $" ({MarkdownReport.Percent(row.PartOfPeak(contender))})" : ""),
        Columns = _ => [new("VecNet GFLOP/s", row => HasPeak(row) ? $"{row.GigaFlops(Contender.VecNet):F1}" : "")],
        Notes = (group, report) =>
        [
            .. TwoThreads(group, report),
            .. NetworkScaling.Of(group, report).Select(scaling => scaling.Text),
            .. NetworkTraffic.Of(group).Select(traffic => traffic.Text),
            .. NetworkTraffic.Of(group).Any() ? NetworkTraffic.Derivation : [],
        ],
        Fields = row =>
        {
            var network = (NetworkRow)row;
            return
            [
                ("network", network.Network), ("activation", network.Activation.ToString()), ("batch", network.Batch),
                ("passes", NetworkRow.GetName(network.Pass)), ("parameters", network.Parameters),
                ("operations", network.FloatingPointOperations),
            ];
        },
        Findings = report =>
        [
            ("scaling", report.Groups.SelectMany(group => NetworkScaling.Of(group, report))),
            ("traffic", report.Groups.SelectMany(NetworkTraffic.Of).Select(traffic => traffic.ToJson())),
        ],
        Chart = Chart,
    };

    /// <summary>Samples per second of a training step over the batch, for every library.</summary>
    private static LineChart Chart(CompareReport report) => new(
        $"Training step of {NetworkRows.Digits} (sigmoid, SGD), one thread",
        "batch",
        "thousand samples per second",
        bottom: 0,
        from line in ((string Name, string Color)[])
            [(Contender.VecNet, "#08519c"), (Contender.NumPy, "#e6860a"), (Contender.Torch, "#b5361c")]
        select new LineChart.Line(line.Name, line.Color, [
            .. from row in report.Rows
               let network = (NetworkRow)row.Row
               where network is { Network: NetworkRows.Digits, Activation: HiddenActivation.Sigmoid, Pass: Pass.Step, Threads: 1 }
               where row.Result.Figures.ContainsKey(line.Name)
               select ((double)network.Batch, network.Batch / row.Seconds(line.Name) / 1000)]));

    private static bool HasPeak(RowVerdict row) => ((NetworkRow)row.Row).Parameters >= FewestParametersForPeak;

    private static IEnumerable<string> TwoThreads(GroupVerdict group, CompareReport report)
    {
        string[] gains =
        [
            .. from scaling in Scaling.Of(@group, report.Peaks)
               let row = (NetworkRow)scaling.Row.Row
               where row.Batch >= NetworkRows.FirstBatchOfTwoThreads
               select $"{row.Batch} {NetworkRow.GetName(row.Pass)} {MarkdownReport.Two(scaling.OneThread)}",
        ];
        string title = $"speed-up of VecNet by two threads from batch {NetworkRows.FirstBatchOfTwoThreads} on";
        return gains.Length == 0 ? [] : [$"{title}: {string.Join("; ", gains)}"];
    }
}
