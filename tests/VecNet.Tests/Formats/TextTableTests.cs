using VecNet.Formats;

namespace VecNet.Tests;

public sealed class TextTableTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("en\tthe cat\nde\tdie Katze\n")]
    [InlineData("\uFEFFen\tthe cat\r\n de \t die Katze \r\n \r\n")]
    [InlineData("en\tthe cat\rde\tdie\tKatze")]
    public void Lines_hold_a_label_a_tab_and_a_text(string text)
    {
        TextTable table = TextTable.Read(scratch.Write("t.tsv", text));
        Assert.Equal(["en", "de"], table.Labels);
        Assert.Equal((2, "label"), (table.Rows, table.TargetName));
        AssertTexts(table, "the cat", "die Katze");
    }

    [Fact]
    public void Texts_without_labels_are_lines_without_tabs()
    {
        TextTable table = TextTable.Read(scratch.Write("t.txt", "the cat\ndie Katze\n"));
        Assert.Empty(table.Labels);
        Assert.Null(table.TargetName);
        Assert.Equal([1L, 2], table.Lines);
        AssertTexts(table, "the cat", "die Katze");
    }

    [Fact]
    public void A_csv_file_has_them_in_columns()
    {
        string path = scratch.Write("t.csv", "id,review,stars\n7,\"good, very\ngood\",5\n8,bad,1\n");
        TextTable table = TextTable.ReadCsv(path, "review", "stars");
        Assert.Equal(["5", "1"], table.Labels);
        Assert.Equal([2L, 4], table.Lines);
        AssertTexts(table, "good, very\ngood", "bad");
        Assert.Null(TextTable.ReadCsv(path, "review", "kind").TargetName);
        Assert.Equal(
            $"{path}, line 1: the column 'text' does not exist; the columns are id, review, stars.",
            Assert.Throws<CsvDataException>(() => TextTable.ReadCsv(path, "text", "stars")).Message);
        Assert.Equal(
            $"{path}, line 1, column 'review': the column cannot have both the texts and the labels.",
            Assert.Throws<CsvDataException>(() => TextTable.ReadCsv(path, "review", "review")).Message);
        scratch.Write("t.csv", "review,stars\nx,1\n,2\n");
        Assert.Equal(
            $"{path}, line 3, column 'review': the text is missing.",
            Assert.Throws<CsvDataException>(() => TextTable.ReadCsv(path, "review", "stars")).Message);
    }

    [Theory]
    [InlineData("", ": the file has no texts.")]
    [InlineData("\n \n", ": the file has no texts.")]
    [InlineData("en\tx\nno tab\n", ", line 2: the tab between label and text is missing; the previous lines have one.")]
    [InlineData("no tab\n\nen\tx\n", ", line 2: the line is empty; each line must have a text.")]
    [InlineData("one\n\n", ", line 2: the line is empty; each line must have a text.")]
    [InlineData("\none\n", ", line 1: the line is empty; each line must have a text.")]
    [InlineData("en\tx\n \t\nen\tx\n", ", line 2: the line is empty; each line must have a text.")]
    [InlineData("one\n\u200B\n", ", line 2: there is neither a word nor a symbol in the text: nothing can be predicted from it.")]
    [InlineData("en\tx\nen\t\u200B\n", ", line 2: there is neither a word nor a symbol in the text: nothing can be predicted from it.")]
    [InlineData("e\0n\0\t\0x\0\n\0", ", line 1: the first line has a NUL character: the file is not a text file, or is not UTF-8.")]
    [InlineData("en\tx\n\uFEFFde\ty\n", ", line 2: there is a byte order mark inside the file; two files may have been concatenated.")]
    [InlineData("no tab\nen\tx\n", ", line 2: the line has a tab, perhaps after a label; the previous lines have none.")]
    [InlineData("en\tx\n\ty\n", ", line 2: the label before the tab is missing.")]
    [InlineData("en\t \n", ", line 1: the text after the tab is missing.")]
    public void Every_complaint_names_the_line(string text, string complaint)
    {
        string path = scratch.Write("t.tsv", text);
        Assert.Equal(path + complaint, Assert.Throws<CsvDataException>(() => TextTable.Read(path)).Message);
    }

    [Fact]
    public void What_is_no_file_of_text_is_refused()
    {
        static string Complaint(string path) => Assert.Throws<CsvDataException>(() => TextTable.Read(path)).Message;
        Assert.Equal($"{scratch["no"]}: the file does not exist.", Complaint(scratch["no"]));
        Assert.Equal($"{scratch.Path}: this is a directory, not a text file.", Complaint(scratch.Path));
        File.WriteAllBytes(scratch["latin"], [(byte)'e', (byte)'\t', (byte)'x', (byte)'\n', (byte)'d', (byte)'\t', 0xE4, (byte)'\n']);
        Assert.Equal($"{scratch["latin"]}, line 2: the file is not valid UTF-8.", Complaint(scratch["latin"]));
    }

    /// <summary>Compares texts, but for white space, which separates words.</summary>
    private static void AssertTexts(TextTable table, params string[] texts) =>
        Assert.Equal(texts.Select(WordsOf), table.Texts.Select(WordsOf));

    private static string WordsOf(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
