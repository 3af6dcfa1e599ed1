namespace VecNet.Benchmarks.Comparing;

/// <summary>How VecNet stands in some rows.</summary>
internal record Verdict(IReadOnlyList<RowVerdict> Rows)
{
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
