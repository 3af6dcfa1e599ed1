namespace VecNet.Benchmarks.Comparing;

/// <summary>How VecNet stands in a group.</summary>
internal sealed class GroupVerdict(RowGroup group, IReadOnlyList<RowVerdict> rows)
{
    internal RowGroup Group => group;

    internal IReadOnlyList<RowVerdict> Rows => rows;

    internal bool Counts => rows.All(row => row.Counts);

    /// <summary>The row with the lowest ratio, or null if there was no peer.</summary>
    internal RowVerdict? Lowest => rows.Where(row => row.Ratio is not null).MinBy(row => row.JudgedRatio);

    /// <summary>The geometric mean of the ratios as measured.</summary>
    internal double? GeometricMean => GeometricMeanOf(rows);

    /// <summary>The rows where VecNet is slower than the best peer and not even with it.</summary>
    internal IEnumerable<RowVerdict> Behind => rows.Where(row => row.JudgedRatio < 1);

    internal static double? GeometricMeanOf(IEnumerable<RowVerdict> rows)
    {
        double[] logarithms = [.. rows.Where(row => row.Ratio is not null).Select(row => Math.Log(row.Ratio!.Value))];
        return logarithms.Length == 0 ? null : Math.Exp(logarithms.Average());
    }
}
