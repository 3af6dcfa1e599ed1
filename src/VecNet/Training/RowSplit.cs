namespace VecNet;

/// <summary>The training rows and the test rows of a table.</summary>
/// <param name="Training">The numbers of the training rows, from 0, in ascending order.</param>
/// <param name="Test">The numbers of the test rows, from 0, in ascending order.</param>
public sealed record RowSplit(IReadOnlyList<int> Training, IReadOnlyList<int> Test)
{
    /// <summary>
    /// Splits rows at random, so that the test set has the same share of each class, rounded; every class keeps at least one training row.
    /// </summary>
    /// <param name="rows">The rows to split.</param>
    /// <param name="classes">The class of each row of the table.</param>
    /// <param name="testShare">The share of the test rows, in [0, 1).</param>
    /// <param name="random">The random number generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not in [0, 1).</exception>
    public static RowSplit Stratified(IReadOnlyList<int> rows, IReadOnlyList<int> classes, double testShare, SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(random);
        if (!(testShare >= 0 && testShare < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(testShare), testShare, "The share must be in [0, 1).");
        }

        var training = new List<int>();
        var test = new List<int>();
        double carried = 0;
        foreach (IGrouping<int, int> group in rows.GroupBy(row => classes[row]).OrderBy(group => group.Key))
        {
            // The rounding error of one class is carried over to the next, so that the whole test set has its share, too.
            int[] members = [.. group];
            random.Shuffle(members.AsSpan());
            carried += members.Length * testShare;
            int count = int.Clamp((int)Math.Round(carried), 0, members.Length - 1);
            carried -= count;
            test.AddRange(members[..count]);
            training.AddRange(members[count..]);
        }

        return new RowSplit([.. training.Order()], [.. test.Order()]);
    }
}
