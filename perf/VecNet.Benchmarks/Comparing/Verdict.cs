namespace VecNet.Benchmarks.Comparing;

/// <summary>
/// The best time of one call of a contender in a row, the median of its rounds, and the kernels that had it, where there is a choice.
/// </summary>
internal readonly record struct Figure(double Seconds, double Median, string? Kernels);

/// <summary>
/// What was measured in a row: figures by the contender's name, without those that are not installed, too slow, or have failed; how they
/// failed; and how often each contender had its turn.
/// </summary>
internal sealed record RowResult(
    ComparedRow Row, IReadOnlyDictionary<string, Figure> Figures, IReadOnlyList<string> Failures, int Rounds)
{
    /// <summary>One line that tells the progress.</summary>
    internal string Text =>
        $"{Row.Name}: {string.Join(", ", Figures.Select(figure => $"{figure.Key} {1e6 * figure.Value.Seconds:G4} µs"))}";
}

/// <summary>How VecNet stands in a row.</summary>
internal sealed record RowVerdict(RowResult Result, double Peak, IReadOnlyList<Contender> Contenders)
{
    /// <summary>The share of the peak above which VecNet need only reach the same share as the peer.</summary>
    private const double Even = 0.98;

    internal ComparedRow Row => Result.Row;

    /// <summary>The fastest of the peers that VecNet is judged by, or null if none is present.</summary>
    internal string? BestPeer => Contenders
        .Where(contender => contender.IsJudge && Result.Figures.ContainsKey(contender.Name))
        .MinBy(contender => Seconds(contender.Name))?.Name;

    /// <summary>Whether every required peer was present.</summary>
    internal bool Counts => Contenders.All(contender => !contender.IsJudge || Result.Figures.ContainsKey(contender.Name));

    /// <summary>VecNet's speed over that of the best peer.</summary>
    internal double? Ratio => BestPeer is { } peer ? Seconds(peer) / Seconds(Contender.VecNet) : null;

    /// <summary>The same by the medians of the rounds.</summary>
    internal double? RatioOfMedians => BestPeer is { } peer ? Result.Figures[peer].Median / Result.Figures[Contender.VecNet].Median : null;

    /// <summary>Whether VecNet has 0.98 or more of a peer that itself has more than 98 % of the peak.</summary>
    internal bool IsEven => Ratio is >= Even and < 1 && PartOfPeak(BestPeer!) > Even;

    /// <summary>The ratio, with 1 for what counts as even.</summary>
    internal double? JudgedRatio => IsEven ? 1 : Ratio;

    internal double Seconds(string contender) => Result.Figures[contender].Seconds;

    internal double GigaFlops(string contender) => Row.FloatingPointOperations / Seconds(contender) / 1e9;

    internal double PartOfPeak(string contender) => Row.FloatingPointOperations / Seconds(contender) / Peak;
}

/// <summary>How VecNet stands in some rows.</summary>
internal record Verdict(IReadOnlyList<RowVerdict> Rows)
{
    /// <summary>The median of some numbers; of an even number of them the mean of the two in the middle.</summary>
    internal static double MedianOf(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    internal bool Counts => Rows.All(row => row.Counts);

    /// <summary>The row with the lowest ratio, or null if there was no peer.</summary>
    internal RowVerdict? Lowest => Rows.Where(row => row.Ratio is not null).MinBy(row => row.JudgedRatio);

    /// <summary>The geometric mean of the ratios as measured, or null if there was no peer.</summary>
    internal double? GeometricMean =>
        Rows.Average(row => row.Ratio is { } ratio ? Math.Log(ratio) : (double?)null) is { } mean ? Math.Exp(mean) : null;

    /// <summary>The rows where VecNet is slower than the best peer and not even with it.</summary>
    internal IEnumerable<RowVerdict> Behind => Rows.Where(row => row.JudgedRatio < 1);
}

/// <summary>How VecNet stands in a group.</summary>
internal sealed record GroupVerdict(RowGroup Group, IReadOnlyList<RowVerdict> Rows) : Verdict(Rows);

/// <summary>A finished comparison: what was compared, where, and how it came out.</summary>
internal sealed record CompareReport(
    Subject Subject, MachineDescription Machine, DateTimeOffset Date, bool Quick, TimeSpan Duration, HighestPeaks Peaks,
    IReadOnlyList<Contender> Contenders, IReadOnlyList<GroupVerdict> Groups) : Verdict([.. Groups.SelectMany(group => group.Rows)]);

/// <summary>What two threads gain over one.</summary>
/// <remarks>The gain is the time on one thread over that on two, and this over the ratio of the two peaks.</remarks>
internal sealed record Scaling(RowVerdict Row, double OneThread, double OfPeaks)
{
    /// <summary>For every row of several threads that has its twin of one.</summary>
    internal static IEnumerable<Scaling> Of(GroupVerdict group, HighestPeaks peaks) =>
        from row in @group.Rows
        where row.Row.Threads > 1
        from twin in @group.Rows
        where twin.Row == row.Row with { Threads = 1 }
        let gain = twin.Seconds(Contender.VecNet) / row.Seconds(Contender.VecNet)
        select new Scaling(row, gain, gain / (peaks.Of(row.Row.Precision, row.Row.Threads) / peaks.Of(row.Row.Precision, 1)));
}
