namespace VecNet.Benchmarks.Comparing;

/// <summary>A finished comparison: what was compared, where, and how it came out.</summary>
internal sealed record CompareReport(
    Subject Subject,
    MachineDescription Machine,
    DateTimeOffset Date,
    bool Quick,
    TimeSpan Duration,
    HighestPeaks Peaks,
    IReadOnlyList<Contender> Contenders,
    IReadOnlyList<GroupVerdict> Groups)
{
    internal IEnumerable<RowVerdict> Rows => Groups.SelectMany(group => group.Rows);

    internal IEnumerable<Contender> Missing => Contenders.Where(contender => !contender.IsPresent);

    /// <summary>The row with the lowest ratio of all, or null if there was no peer.</summary>
    internal RowVerdict? Lowest => Rows.Where(row => row.Ratio is not null).MinBy(row => row.JudgedRatio);

    internal double? GeometricMean => GroupVerdict.GeometricMeanOf(Rows);

    internal bool Counts => Rows.All(row => row.Counts);
}
