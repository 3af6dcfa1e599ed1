using VecNet.Formats;

namespace VecNet.Tests;

public sealed class RowSplitTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_split_file_is_read_in_any_order()
    {
        RowSplit split = RowSplitFile.Read(scratch.Write("s.csv", "set,row\ntest,2\ntrain,0\ntrain,1\n"), 3);
        Assert.Equal([0, 1], split.Training);
        Assert.Equal([2], split.Test);
    }

    [Theory]
    [InlineData("row,set\n0,train\n1,test\n", ", column 'row': row 2 of the data is missing.")]
    [InlineData(
        "row,set\n0,train\n1,test\n3,test\n", ", line 4, column 'row': '3' is not a row of the data; the rows are numbered from 0 to 2.")]
    [InlineData("row,set\n-1,train\n", ", line 2, column 'row': '-1' is not a row of the data; the rows are numbered from 0 to 2.")]
    [InlineData("row,set\n0,train\n0,test\n", ", line 3, column 'row': row 0 appears more than once.")]
    [InlineData("row,set\n0,training\n", ", line 2, column 'set': 'training' is neither 'train' nor 'test'.")]
    [InlineData("row,set\n0,train\n1,train\n2,train\n", ", column 'set': the set 'test' has no rows.")]
    [InlineData("row,part\n0,train\n", ", line 1: the column 'set' is missing; a split needs the columns 'row' and 'set'.")]
    public void A_split_that_does_not_fit_is_refused(string text, string complaint)
    {
        string path = scratch.Write("s.csv", text);
        Assert.Equal(path + complaint, Assert.Throws<CsvDataException>(() => RowSplitFile.Read(path, 3)).Message);
    }

    [Fact]
    public void A_stratified_split_takes_each_row_once_and_of_each_class_its_share()
    {
        int[] classes = [.. Enumerable.Range(0, 400).Select(row => row % 8 == 0 ? 1 : 0)];
        RowSplit split = RowSplit.Stratified([.. Enumerable.Range(0, 400)], classes, 0.25, new SplitMix64(1));
        Assert.Equal(Enumerable.Range(0, 400), split.Training.Concat(split.Test).Order());
        Assert.Equal(100, split.Test.Count);
        Assert.InRange(split.Test.Count(row => classes[row] == 1), 12, 13);
        Assert.Equal(split.Test, RowSplit.Stratified([.. Enumerable.Range(0, 400)], classes, 0.25, new SplitMix64(1)).Test);
        Assert.NotEqual(split.Test, RowSplit.Stratified([.. Enumerable.Range(0, 400)], classes, 0.25, new SplitMix64(2)).Test);
    }

    [Fact]
    public void A_class_of_one_row_is_learned_not_tested()
    {
        RowSplit split = RowSplit.Stratified([0, 1, 2, 3, 4], [0, 0, 0, 0, 1], 0.5, new SplitMix64(1));
        Assert.Contains(4, split.Training);
        Assert.Equal(2, split.Test.Count);
    }
}
