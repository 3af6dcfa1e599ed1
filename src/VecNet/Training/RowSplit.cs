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
            // The rounding error of one class is carried over to the next, so that the size of the whole test set is also right.
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

    /// <summary>
    /// Divides rows at random into the folds of a cross-validation: each row is a test row of exactly one of the returned splits and a
    /// training row of the others.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The rows of each class are dealt to the folds in turn, so that the numbers of test rows of a class differ by at most 1 between two
    /// folds, and so do the numbers of all test rows. A class with fewer rows than folds is missing in the test sets of some; a class of a
    /// single row is missing in one training set.
    /// </para>
    /// <code>
    /// foreach (RowSplit fold in RowSplit.StratifiedFolds(rows, classes, folds: 5, new SplitMix64(seed: 0)))
    /// {
    ///     Dataset&lt;float&gt; training = data.Select([.. fold.Training]), test = data.Select([.. fold.Test]);
    /// }
    /// </code>
    /// </remarks>
    /// <param name="rows">The rows to divide.</param>
    /// <param name="classes">The class of each row of the table; the same for all to divide without classes.</param>
    /// <param name="folds">The number of folds, from 2 to the number of rows.</param>
    /// <param name="random">The random number generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of folds is less than 2 or greater than that of the rows.</exception>
    public static IReadOnlyList<RowSplit> StratifiedFolds(
        IReadOnlyList<int> rows, IReadOnlyList<int> classes, int folds, SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(random);
        if (folds < 2 || folds > rows.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(folds), folds, $"The number of folds must be from 2 to the number of rows, {rows.Count}; it is {folds}.");
        }

        List<int>[] tests = [.. Enumerable.Range(0, folds).Select(_ => new List<int>())];
        int next = 0;
        foreach (IGrouping<int, int> group in rows.GroupBy(row => classes[row]).OrderBy(group => group.Key))
        {
            int[] members = [.. group];
            random.Shuffle(members.AsSpan());
            foreach (int row in members)
            {
                tests[next++ % folds].Add(row);
            }
        }

        return
        [
            .. tests.Select((test, fold) => new RowSplit(
                [.. tests.Where((_, other) => other != fold).SelectMany(other => other).Order()], [.. test.Order()])),
        ];
    }
}
