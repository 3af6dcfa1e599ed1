namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>What a pass of one sample must move through the memory, and how long that takes.</summary>
/// <param name="Row">A row of batch 1 and one thread.</param>
/// <param name="Bytes">Read and written, both counted.</param>
/// <param name="Seconds">By the speeds that the core has for a memory of the parameters' size.</param>
internal sealed record NetworkTraffic(RowVerdict Row, double Bytes, double Seconds)
{
    private static readonly Lazy<(double Reading, double Updating)> Speeds = new(() =>
    {
        int parameters = new NetworkRow(NetworkRows.Digits, HiddenActivation.Sigmoid, 1, Pass.Forward).Parameters;
        return (MemorySpeed.Reading(parameters), MemorySpeed.Updating(parameters));
    });

    /// <summary>The footnote.</summary>
    internal static IReadOnlyList<string> Derivation =>
    [
        "memory traffic of one sample, where P and P₀ are the bytes of all parameters and of those of the first layer: a pass uses each "
            + "weight once, so caches do not reduce it",
        "forward reads every parameter: P; forward + backward also reads all but those of the first layer again for the gradients of "
            + "the inputs, and writes every gradient, which fetches its cache line: P + (P − P₀) + 2P",
        "a step need not store gradients; it reads the parameters, and later reads and writes them: P + 2P",
        $"the speed of one core for this amount of memory, measured after the run: reading {Speeds.Value.Reading / 1e9:F1} GB/s, "
            + $"updating in place {Speeds.Value.Updating / 1e9:F1} GB/s (read and written)",
    ];

    internal string Text =>
        $"batch 1, {NetworkRow.GetName(Network.Pass)}: {Bytes / 1e6:F2} MB of memory traffic, which takes at least "
        + $"{1e6 * Seconds:F1} µs; VecNet takes "
        + MarkdownReport.Microseconds(Row.Seconds(Contender.VecNet))
        + $" ({MarkdownReport.Percent(Seconds / Row.Seconds(Contender.VecNet))} of the possible speed)";

    private NetworkRow Network => (NetworkRow)Row.Row;

    /// <summary>The traffic of the group's rows of the large network.</summary>
    internal static IEnumerable<NetworkTraffic> Of(GroupVerdict group) =>
        from row in @group.Rows
        let network = (NetworkRow)row.Row
        where network is { Network: NetworkRows.Digits, Batch: 1, Threads: 1 }
        select Of(row, network);

    internal object ToJson() => new
    {
        row = Row.Row.Name,
        bytes = Bytes,
        boundMicroseconds = 1e6 * Seconds,
        microseconds = 1e6 * Row.Seconds(Contender.VecNet),
        readingGigabytesPerSecond = Speeds.Value.Reading / 1e9,
        updatingGigabytesPerSecond = Speeds.Value.Updating / 1e9,
    };

    private static NetworkTraffic Of(RowVerdict row, NetworkRow network)
    {
        double all = sizeof(float) * (double)network.Parameters;
        double afterFirst = all - (sizeof(float) * (double)(network.Widths[0] + 1) * network.Widths[1]);
        (double read, double updated) = network.Pass switch
        {
            Pass.Forward => (all, 0.0),
            Pass.ForwardBackward => (all + afterFirst, 2 * all),
            _ => (all, 2 * all),
        };
        return new NetworkTraffic(row, read + updated, (read / Speeds.Value.Reading) + (updated / Speeds.Value.Updating));
    }
}
