using VecNet.Formats;

namespace VecNet.Tests;

public sealed class CsvTableTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("a,b,y\n1,2,u\n3,4,v\n")]
    [InlineData("a,b,y\r\n1,2,u\r\n3,4,v\r\n")]
    [InlineData("a,b,y\r1,2,u\r3,4,v")]
    [InlineData("\uFEFFa,b,y\n1,2,u\n3,4,v\n\n\n")]
    [InlineData("\"a\",\"b\",\"y\"\n\"1\",\"2\",\"u\"\n\"3\",\"4\",\"v\"")]
    [InlineData(" a , b , y \n 1 , 2.0 , u \n3e0,+4, v\n")]
    [InlineData("y,a,b\nu,1,2\nv,3,4\n")]
    public void What_is_written_is_read(string text)
    {
        CsvTable table = CsvTable.Read(scratch.Write("t.csv", text), "y");
        Assert.Equal(["a", "b"], table.FeatureNames);
        Assert.Equal([1.0, 2, 3, 4], table.Features.Span.ToArray());
        Assert.Equal(["u", "v"], table.Labels);
        Assert.Equal((2, "y"), (table.Rows, table.TargetName));
    }

    [Fact]
    public void Quotes_hold_commas_line_breaks_and_doubled_quotes()
    {
        CsvTable table = CsvTable.Read(scratch.Write("t.csv", "\"a,\"\"b\"\"\",y\n1,\"u\nv\"\n2,\"w,x\"\n"), "y");
        Assert.Equal(["a,\"b\""], table.FeatureNames);
        Assert.Equal(["u\nv", "w,x"], table.Labels);
    }

    [Fact]
    public void A_row_may_be_longer_than_the_readers_first_buffer()
    {
        string label = new('x', 300_000);
        Assert.Equal(label, CsvTable.Read(scratch.Write("t.csv", $"a,y\n1,{label}\n"), "y").Labels[0]);
    }

    [Fact]
    public void Named_features_are_read_in_the_order_of_their_names_and_the_rest_is_passed_over()
    {
        string path = scratch.Write("t.csv", "note,b,y,a\nhello,2,u,1\nthere,4,v,3\n");
        CsvTable table = CsvTable.Read(path, ["a", "b"], "y");
        Assert.Equal([1.0, 2, 3, 4], table.Features.Span.ToArray());
        Assert.Equal(["u", "v"], table.Labels);
        Assert.Null(CsvTable.Read(path, ["a"], "z").TargetName);
    }

    [Theory]
    [InlineData("", ": the file is empty.")]
    [InlineData("\n\n", ": the file is empty.")]
    [InlineData("a,y\n", ": the file has a header but no rows.")]
    [InlineData("a,b,a,y\n1,2,3,u\n", ", line 1, column 'a': the header has this name twice, in columns 1 and 3.")]
    [InlineData("a,,y\n1,2,u\n", ", line 1: column 2 of the header has no name.")]
    [InlineData("a;y\n1;u\n", ", line 1: the header has no comma; the fields of a CSV file must be separated by commas.")]
    [InlineData("a,b\n1,2\n", ", line 1: the target column 'y' does not exist; the columns are a, b.")]
    [InlineData("y\nu\n", ", line 1: the file has no column other than the target 'y'.")]
    [InlineData("a,b,y\n1,2,u\n3,v\n", ", line 3, column 'y': the field is missing: the row has 2 fields, but the header has 3 columns.")]
    [InlineData("a,b,y\n1,2,u,7\n", ", line 2: the row has 4 fields, but the header has 3 columns.")]
    [InlineData("a,b,y\n1,2,u\n3,much,v\n", ", line 3, column 'b': 'much' is not a number.")]
    [InlineData("a,b,y\n1,\"2,5\",u\n", ", line 2, column 'b': '2,5' is not a number.")]
    [InlineData("a,b,y\n1,,u\n", ", line 2, column 'b': the number is missing.")]
    [InlineData("a,b,y\n1,NaN,u\n", ", line 2, column 'b': 'NaN' is not a finite number.")]
    [InlineData("a,b,y\n1,-Infinity,u\n", ", line 2, column 'b': '-Infinity' is not a finite number.")]
    [InlineData("a,b,y\n1,1e999,u\n", ", line 2, column 'b': '1e999' is not a finite number.")]
    [InlineData("a,b,y\n1,2,\n", ", line 2, column 'y': the label is missing.")]
    [InlineData("a,b,y\n1,2,u\n1,\"2,u\n1,2,u\n", ", line 3, column 'b': the quotes are unbalanced: a quoted field has no closing quote.")]
    [InlineData(
        "a,b,y\n1,\"2\"2,u\n", ", line 2, column 'b': the quotes are unbalanced: text follows the closing quote of a quoted field.")]
    [InlineData("a,\"b,y\n1,2,u\n", ", line 1: the quotes are unbalanced: a quoted field has no closing quote.")]
    [InlineData("y,a\n\"u\n\nv\",1\nw,x\n", ", line 5, column 'a': 'x' is not a number.")]
    [InlineData("y,a\nu,1\n\"v\r\n\r\nw\",x\n", ", line 5, column 'a': 'x' is not a number.")]
    [InlineData("a,b,y\n1,\"x\ny\",u\n", ", line 2, column 'b': 'x y' is not a number.")]
    [InlineData("a,b,y\n1,2\0,u\n", ", line 2, column 'b': '2 ' is not a number.")]
    [InlineData("a,b,y\n1,2,u\n1,2,NaN\n", ", line 3, column 'y': the label is missing: 'NaN' counts as missing.")]
    public void Every_complaint_names_file_line_and_column(string text, string complaint)
    {
        string path = scratch.Write("t.csv", text);
        Assert.Equal(path + complaint, Assert.Throws<CsvDataException>(() => CsvTable.Read(path, "y")).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_or_is_a_directory_is_named()
    {
        Assert.Equal(
            $"{scratch["no.csv"]}: the file does not exist.",
            Assert.Throws<CsvDataException>(() => CsvTable.Read(scratch["no.csv"])).Message);
        Assert.Equal(
            $"{scratch["no/no.csv"]}: the file does not exist.",
            Assert.Throws<CsvDataException>(() => CsvTable.Read(scratch["no/no.csv"])).Message);
        Assert.Equal(
            $"{scratch.Path}: this is a directory, not a CSV file.",
            Assert.Throws<CsvDataException>(() => CsvTable.Read(scratch.Path)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20_000)]
    public void What_is_not_utf8_is_refused_with_its_line(int line)
    {
        string text = "a,ä\n" + string.Concat(Enumerable.Range(2, line).Select(_ => "1,u\n"));
        File.WriteAllBytes(
            scratch["t.csv"],
            line == 1
                ? System.Text.Encoding.Latin1.GetBytes(text)
                : [
                    0xEF,
                    0xBB,
                    0xBF,
                    .. System.Text.Encoding.UTF8.GetBytes(text)[..(5 + (4 * (line - 2)))],
                    .. "1,\xE4\n"u8[..2],
                    0xE4,
                    (byte)'\n',
                ]);
        Assert.Equal(
            $"{scratch["t.csv"]}, line {line}: the file is not valid UTF-8.",
            Assert.Throws<CsvDataException>(() => CsvTable.Read(scratch["t.csv"], "ä")).Message);
    }

    [Fact]
    public void A_row_that_is_longer_than_any_buffer_is_called_so()
    {
        string path = scratch.Write("t.csv", $"a,y\n1,{new string('x', 1 << 26)}\n");
        Assert.Equal(
            $"{path}, line 2: the row is too long; a quote may be missing.",
            Assert.Throws<CsvDataException>(() => CsvTable.Read(path, "y")).Message);
    }

    [Fact]
    public void A_missing_feature_is_named_together_with_those_that_are_there()
    {
        string path = scratch.Write("t.csv", "a,b\n1,2\n");
        Assert.Equal(
            $"{path}, line 1: the column 'c' does not exist; the columns are a, b.",
            Assert.Throws<CsvDataException>(() => CsvTable.Read(path, ["a", "c"])).Message);
    }

    [Fact]
    public void One_class_is_too_few_and_a_measurement_has_too_many()
    {
        string one = scratch.Write("one.csv", "a,y\n1,u\n2,u\n");
        Assert.Equal($"{one}, column 'y': all 2 rows have the class 'u'; training needs at least two classes.", Complaint(one));
        Assert.EndsWith(
            ": the only row has the class 'u'; training needs at least two classes.",
            Complaint(scratch.Write("row.csv", "a,y\n1,u\n")),
            StringComparison.Ordinal);
        string many = scratch.Write("many.csv", "a,y\n" + string.Concat(Enumerable.Range(0, 100).Select(row => $"1,{row}.5\n")));
        Assert.Equal($"{many}, column 'y': there are 100 different values in 100 rows, which is too many for classes.", Complaint(many));

        static string Complaint(string path) => Assert.Throws<CsvDataException>(() => ClassLabels.Create(CsvTable.Read(path, "y"))).Message;
    }
}
