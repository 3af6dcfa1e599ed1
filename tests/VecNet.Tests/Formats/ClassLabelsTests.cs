using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>Labels are compared as text by default, and as numbers on request.</summary>
public sealed class ClassLabelsTests
{
    /// <summary>Numbers are in ascending order, and equal numbers in ordinal order.</summary>
    [Theory]
    [InlineData("9007199254740993,9007199254740992", "9007199254740992 9007199254740993", "1 0")]
    [InlineData("1e999,1e400", "1e400 1e999", "1 0")]
    [InlineData("7,007", "007 7", "1 0")]
    [InlineData("1E2,100,99", "99 100 1E2", "2 1 0")]
    [InlineData("1.10,1.1,1.1", "1.1 1.10", "1 0 0")]
    [InlineData("-0,0,0.0", "-0 0 0.0", "0 1 2")]
    [InlineData("10,9,9.0,-1,10", "-1 9 9.0 10", "3 1 2 0 3")]
    [InlineData("b,a,10,a,9", "10 9 a b", "3 2 0 2 1")]
    [InlineData("a,A,á", "A a á", "1 0 2")]
    [InlineData("1e99999999999999999999,9,10", "10 1e99999999999999999999 9", "1 2 0")]
    public void Labels_are_texts(string labels, string names, string classes)
    {
        string[] rows = labels.Split(',');
        ClassLabels found = ClassLabels.Create("file", "y", rows);
        Assert.Equal(names, string.Join(' ', found.Names));
        Assert.Equal(classes, string.Join(' ', found.Classes));
        Assert.Equal(found.Classes, ClassLabels.Match(rows, found.Names));
        Assert.Equal([-1], ClassLabels.Match(["no such class"], found.Names));
    }

    [Theory]
    [InlineData("10,9,9.0,-1,10", "-1 9 10", "2 1 1 0 2")]
    [InlineData("2.50,0.25e1,25,2.5", "2.5 25", "0 0 1 0")]
    [InlineData("9007199254740993,9007199254740992,9007199254740993.0", "9007199254740992 9007199254740993", "1 0 1")]
    [InlineData("1e400,10e399,1e999", "1e400 1e999", "0 0 1")]
    [InlineData("-0,0,1", "0 1", "0 0 1")]
    public void Labels_that_are_said_to_be_numbers_are_compared_exactly(string labels, string names, string classes)
    {
        string[] rows = labels.Split(',');
        var found = ClassLabels.Create("file", "y", rows, areNumbers: true);
        Assert.Equal(names, string.Join(' ', found.Names));
        Assert.Equal(classes, string.Join(' ', found.Classes));
        Assert.Null(found.SameNumber);
        Assert.Equal(found.Classes, ClassLabels.Match(rows, found.Names, areNumbers: true));
        Assert.Equal([-1, -1], ClassLabels.Match(["no such class", "1e5"], found.Names, areNumbers: true));
    }

    [Fact]
    public void A_label_that_is_no_number_is_named_with_its_line_where_all_should_be()
    {
        CsvDataException error = Assert.Throws<CsvDataException>(() =>
            ClassLabels.Create("file", "y", ["1", "b", "2", "a"], areNumbers: true, lines: [2, 3, 5, 6]));
        Assert.Equal("file, line 3, column 'y': the label 'b' is not a number.", error.Message);
    }

    [Fact]
    public void Classes_that_are_one_number_are_told()
    {
        Assert.Equal(("1", "1.0"), ClassLabels.Create("file", "y", ["a", "1.0", "1"]).SameNumber);
        Assert.Null(ClassLabels.Create("file", "y", ["1", "2", "a", "A"]).SameNumber);
    }

    [Fact]
    public void A_measurement_is_no_class_however_it_is_compared()
    {
        string[] rows = [.. Enumerable.Range(0, 100).Select(row => $"{row}.5")];
        foreach (bool areNumbers in new[] { false, true })
        {
            Assert.Equal(
                "file, column 'y': there are 100 different values in 100 rows, which is too many for classes.",
                Assert.Throws<CsvDataException>(() => ClassLabels.Create("file", "y", rows, areNumbers)).Message);
        }
    }
}
