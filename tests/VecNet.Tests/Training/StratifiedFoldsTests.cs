using FsCheck.Xunit;

namespace VecNet.Tests;

public sealed class StratifiedFoldsTests
{
    /// <summary>Any rows of any classes: each is in one test set, and the sets have the same shares, but for one row.</summary>
    [Property]
    public void Folds_divide_the_rows_with_the_shares_of_the_classes(byte size, byte kinds, byte count, ulong seed)
    {
        int rows = size + 2;
        int folds = 2 + (count % int.Min(rows - 1, 12));
        var random = new SplitMix64(seed);
        int[] classes = [.. Enumerable.Range(0, 2 * rows).Select(_ => random.NextInt((kinds % 5) + 1))];
        int[] some = [.. Enumerable.Range(0, rows).Select(row => 2 * row)];
        IReadOnlyList<RowSplit> splits = RowSplit.StratifiedFolds(some, classes, folds, new SplitMix64(seed));

        Assert.Equal(folds, splits.Count);
        Assert.Equal(some, splits.SelectMany(split => split.Test).Order());
        foreach (RowSplit split in splits)
        {
            Assert.Equal(split.Test.Order(), split.Test);
            Assert.Equal(some.Except(split.Test), split.Training);
            Assert.InRange(split.Test.Count, rows / folds, ((rows - 1) / folds) + 1);
            foreach (IGrouping<int, int> group in some.GroupBy(row => classes[row]))
            {
                double share = (double)group.Count() / folds;
                Assert.InRange(split.Test.Count(row => classes[row] == group.Key), Math.Floor(share), Math.Ceiling(share));
            }
        }
    }

    [Fact]
    public void Folds_depend_on_the_seed_alone()
    {
        int[] rows = [.. Enumerable.Range(0, 40)];
        int[] classes = [.. rows.Select(row => row % 3)];
        int[][] Tests(ulong seed) =>
            [.. RowSplit.StratifiedFolds(rows, classes, 5, new SplitMix64(seed)).Select(split => split.Test.ToArray())];
        Assert.Equal(Tests(1), Tests(1));
        Assert.NotEqual(Tests(1), Tests(2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_number_of_folds_that_leaves_one_empty_is_refused(int count) => Assert.StartsWith(
        $"The number of folds must be from 2 to the number of rows, 3; it is {count}.",
        Assert.Throws<ArgumentOutOfRangeException>(
            "folds", () => RowSplit.StratifiedFolds([0, 1, 2], [0, 0, 0], count, new SplitMix64(1))).Message,
        StringComparison.Ordinal);
}
