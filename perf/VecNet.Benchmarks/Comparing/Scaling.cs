namespace VecNet.Benchmarks.Comparing;

/// <summary>What two threads gain over one.</summary>
/// <param name="Row">The row of two threads.</param>
/// <param name="OneThread">VecNet's time for the same on one thread over that on two.</param>
/// <param name="OfPeaks">This, over the ratio of the two peaks.</param>
internal sealed record Scaling(RowVerdict Row, double OneThread, double OfPeaks)
{
    /// <summary>For every row of several threads that has its twin of one.</summary>
    internal static IEnumerable<Scaling> Of(GroupVerdict group, HighestPeaks peaks) =>
        from row in @group.Rows
        where row.Row.Threads > 1
        from twin in @group.Rows
        where twin.Row == row.Row with { Threads = 1 }
        let gain = twin.Result.Figures[Contender.VecNet].Seconds / row.Result.Figures[Contender.VecNet].Seconds
        select new Scaling(row, gain, gain / (peaks.Of(row.Row.Precision, row.Row.Threads) / peaks.Of(row.Row.Precision, 1)));
}
