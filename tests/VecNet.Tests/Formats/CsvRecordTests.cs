using System.Reflection;
using System.Text;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>No record is lost: for every public reader of rows, each is a row or an error with its line.</summary>
public sealed class CsvRecordTests : IDisposable
{
    /// <summary>The readers of a file with the columns n and c, or with lines of text; they return the number of rows.</summary>
    private static readonly Dictionary<string, Func<string, int>> CsvReaders = new()
    {
        ["CsvTable.Read(path, target, header)"] = path => CsvTable.Read(path, "c").Rows,
        ["CsvTable.Read(path, featureNames, target, header)"] = path => CsvTable.Read(path, ["n"]).Rows,
        ["CsvTable.Read(path, features, target, header, weights)"] = path =>
            CsvTable.Read(path, new TableFeatures([FeatureColumn.Category("c", ["x"], null, UnknownCategory.Zeros)])).Rows,
        ["CsvTable.ReadWithout(path, ignored, header)"] = path => CsvTable.ReadWithout(path, "c").Rows,
        ["CsvCells.Read(path, target, rules)"] = path => CsvCells.Read(path, null, new CsvColumnRules { Categorical = ["c"] }).Rows,
        ["CsvColumnSummary.Read(path, header)"] = path => (int)CsvColumnSummary.Read(path).Rows,
        ["TextTable.ReadCsv(path, column, target, header, tokens)"] = path =>
            TextTable.ReadCsv(path, "c", null).Rows,
    };

    private static readonly string[] Elsewhere = ["TextTable.Read(path, readLabels, tokens)", "RowSplitFile.Read(path, rows)"];

    private readonly ScratchDirectory scratch = new();

    public static TheoryData<string> Names => [.. CsvReaders.Keys];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Every_public_reader_of_rows_is_here()
    {
        string[] methods = [.. from type in typeof(CsvTable).Assembly.GetExportedTypes()
                               from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                               where method.Name.StartsWith("Read", StringComparison.Ordinal) && method.GetParameters()[0].Name == "path"
                               let parameters = method.GetParameters().Select(parameter => parameter.Name)
                               select $"{type.Name.Split('`')[0]}.{method.Name}({string.Join(", ", parameters)})"];
        Assert.Equal(methods.Order(StringComparer.Ordinal), CsvReaders.Keys.Concat(Elsewhere).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_may_begin_with_any_character(string name)
    {
        Func<string, int> read = CsvReaders[name];
        foreach (char first in Enumerable.Range(0, 0x300).Append(0xFFFE).Append(0xFFFF).Select(code => (char)code))
        {
            if (first is '\n' or '\r' or ',' or '"')
            {
                continue;
            }

            string path = scratch.Write("t.csv", $"c,n\nx,1\n{first}x,2\nx,3\n");
            Assert.True(read(path) == 3, $"U+{(int)first:X4}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_empty_line_between_rows_is_an_error_and_at_the_end_nothing(string name)
    {
        Func<string, int> read = CsvReaders[name];
        Assert.Equal(2, read(scratch.Write("t.csv", "c,n\nx,1\ny,2\n\n\r\n\n")));
        foreach (string end in new[] { "\n", "\r\n", "\r" })
        {
            string path = scratch.Write("t.csv", $"c,n\nx,1\n{end}{end}y,2\n".Replace("\n", end, StringComparison.Ordinal));
            Assert.Equal(
                $"{path}, line 3: the line is empty, but other lines follow it; a row has 2 columns.",
                Assert.Throws<CsvDataException>(() => read(path)).Message);
        }

        string late = scratch.Write("t.csv", "\nc,n\nx,1\n");
        Assert.Equal(
            $"{late}, line 1: the line is empty, but other lines follow it; the header must be the first line.",
            Assert.Throws<CsvDataException>(() => read(late)).Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mark_of_byte_order_is_at_the_beginning_or_an_error(string name)
    {
        Func<string, int> read = CsvReaders[name];
        Assert.Equal(1, read(scratch.Write("t.csv", "\uFEFFc,n\nx,1\n")));
        foreach ((int line, string text) in new[] { (1, "\uFEFF\uFEFFc,n\nx,1\n"), (3, "\uFEFFc,n\nx,1\n\uFEFFy,2\n") })
        {
            string path = scratch.Write("t.csv", text);
            Assert.Equal(
                $"{path}, line {line}: there is a byte order mark inside the file; two files may have been concatenated.",
                Assert.Throws<CsvDataException>(() => read(path)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Utf16_is_refused(string name)
    {
        foreach (byte[] preamble in new byte[][] { [], [0xFF, 0xFE] })
        {
            File.WriteAllBytes(scratch["t.csv"], [.. preamble, .. Encoding.Unicode.GetBytes("c,n\nx,1\n")]);
            Assert.StartsWith(
                $"{scratch["t.csv"]}, line 1: ",
                Assert.Throws<CsvDataException>(() => CsvReaders[name](scratch["t.csv"])).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void In_a_file_of_one_column_an_empty_line_is_a_row()
    {
        string path = scratch.Write("t.csv", "a\n1\n\n3\n\n");
        Assert.Equal(
            $"{path}, line 3, column 'a': the number is missing.", Assert.Throws<CsvDataException>(() => CsvTable.Read(path)).Message);
        CsvTable filled = CsvTable.Read(path, new TableFeatures([FeatureColumn.Number("a", missing: 7)]));
        Assert.Equal([1.0, 7, 3, 7], filled.Features.Span.ToArray());
        Assert.Equal([2L, 3, 4, 5], filled.Lines);
        CsvCells cells = CsvCells.Read(path, null, new CsvColumnRules { FillMissing = true });
        Assert.Equal([1.0, 2, 3, 2], cells.Encode(cells.Fit([0, 1, 2, 3])).Features.Span.ToArray());
        (long rows, IReadOnlyList<CsvColumnSummary> columns) = CsvColumnSummary.Read(path);
        Assert.Equal((4, 2, 2), (rows, columns[0].Numbers, columns[0].Missing));
        path = scratch.Write("text.csv", "a\nx\n\ny\n");
        Assert.Equal(
            $"{path}, line 3, column 'a': the text is missing.",
            Assert.Throws<CsvDataException>(() => TextTable.ReadCsv(path, "a", null)).Message);
    }

    /// <summary>The quoted text NA, the code of Namibia, in training and in prediction.</summary>
    [Fact]
    public void What_is_quoted_is_a_text_and_no_missing_value()
    {
        string path = scratch.Write("t.csv", "land,y\n\"NA\",\"null\"\nDE,b\nDE,b\nNA,\"?\"\n\"\",b\n\" DE\",b\nna,b\n");
        CsvCells cells = CsvCells.Read(path, "y", new CsvColumnRules { Categorical = ["land"], FillMissing = true });
        Assert.Equal(["null", "b", "b", "?", "b", "b", "b"], cells.Labels);
        TableFeatures features = cells.Fit([0, 1, 2, 3, 4, 5, 6]);
        Assert.Equal([" DE", "DE", "NA", "na"], features.Columns[0].Categories!);
        Assert.Equal("DE", features.Columns[0].MissingCategory);
        int[] expected = [2, 1, 1, 1, 1, 0, 3];
        Assert.Equal(expected, Positions(cells.Encode(features)));
        Assert.Equal(expected, Positions(CsvTable.Read(path, features, "y")));
        Assert.Equal((2, 4), (CsvColumnSummary.Read(path).Columns[0].Missing, CsvColumnSummary.Read(path).Columns[0].Distinct));

        path = scratch.Write("t.csv", "land,y\nNA,b\n");
        Assert.Equal(
            $"{path}, line 2, column 'land': the category is missing: 'NA' counts as missing.",
            Complaint(FeatureColumn.Category("land", ["NA"])));
        path = scratch.Write("t.csv", "land,y\n\"NA\",b\n");
        Assert.Equal(
            $"{path}, line 2, column 'land': 'NA' is not one of the categories seen in training: DE.",
            Complaint(FeatureColumn.Category("land", ["DE"], "DE")));
        Assert.Equal($"{path}, line 2, column 'land': 'NA' is not a number.", Complaint(FeatureColumn.Number("land", 7)));

        // A cell that is not from a file is not quoted.
        double[] row = new double[1];
        FeatureColumn.Category("land", ["NA"]).Encode(" NA ", row.AsSpan());
        Assert.Equal([1.0], row);

        string Complaint(FeatureColumn column) =>
            Assert.Throws<CsvDataException>(() => CsvTable.Read(path, new TableFeatures([column]))).Message;
        static int[] Positions(CsvTable table) =>
            [.. Enumerable.Range(0, table.Rows).Select(row => table.Features.View.Row(row).IndexOf(1.0))];
    }

    [Theory]
    [InlineData("1,2,3\n4,5,6\n", ", line 1: the header has numbers instead of names (1, 2, 3); it may be a row of data.")]
    [InlineData(" 5.1 ,-1e3,+.5\n1,2,3\n", ", line 1: the header has numbers instead of names (5.1, -1e3, +.5); it may be a row of data.")]
    [InlineData("\"1\",\"2\"\n1,2\n", ", line 1: the header has numbers instead of names (1, 2); it may be a row of data.")]
    [InlineData("7\n8\n", ", line 1: the header has numbers instead of names (7); it may be a row of data.")]
    [InlineData("1,1\n1,2\n", ", line 1: the header has numbers instead of names (1, 1); it may be a row of data.")]
    [InlineData("1,,NA\n1,2,3\n", ", line 1: the header has numbers instead of names (1, , NA); it may be a row of data.")]
    [InlineData("1,2,3,4,5,6\n", ", line 1: the header has numbers instead of names (1, 2, 3, 4, 5, …); it may be a row of data.")]
    [InlineData("5.1,5.1,setosa\n1,2,b\n", ", line 1, column '5.1': the header has this name twice, in columns 1 and 2.")]
    [InlineData("5.1,,setosa,2\n1,2,b,2\n", ", line 1: column 2 of the header has no name.")]
    public void A_header_of_numbers_is_doubted(string text, string complaint)
    {
        string path = scratch.Write("t.csv", text);
        CsvDataException refused = Assert.Throws<CsvDataException>(() => CsvTable.Read(path));
        Assert.Equal((path + complaint, true), (refused.Message, refused.IsHeaderInDoubt));
    }

    [Fact]
    public void It_can_be_said_what_the_first_row_is()
    {
        string path = scratch.Write("t.csv", "1,2\n3,4\n\n");
        CsvTable all = CsvTable.Read(path, header: CsvHeader.None);
        Assert.Equal(["column1", "column2"], all.FeatureNames);
        Assert.Equal([1f, 2, 3, 4], all.Features.Span.ToArray());
        Assert.Equal([1L, 2], all.Lines);
        Assert.Equal(["1", "3"], CsvTable.Read(path, "column1", CsvHeader.None).Labels);
        Assert.Equal([2.0, 4], CsvTable.Read(path, ["column2"], header: CsvHeader.None).Features.Span.ToArray());
        Assert.Equal([2.0, 4], CsvTable.ReadWithout(path, "column1", CsvHeader.None).Features.Span.ToArray());
        Assert.Equal(2, CsvColumnSummary.Read(path, CsvHeader.None).Rows);
        Assert.Equal(2, CsvCells.Read(path, null, new CsvColumnRules { Header = CsvHeader.None }).Rows);
        Assert.Equal(2, TextTable.ReadCsv(path, "column2", "column1", CsvHeader.None).Rows);
        Assert.Equal(["1", "2"], CsvTable.Read(path, header: CsvHeader.Present).FeatureNames);

        path = scratch.Write("t.csv", "1,2\n3\n");
        Assert.Equal(
            $"{path}, line 2, column 'column2': the field is missing: the row has 1 field, but the first row has 2 columns.",
            Assert.Throws<CsvDataException>(() => CsvTable.Read(path, header: CsvHeader.None)).Message);
        Assert.Equal(
            $"{scratch.Write("e.csv", "")}: the file is empty.",
            Assert.Throws<CsvDataException>(() => CsvTable.Read(scratch["e.csv"], header: CsvHeader.None)).Message);
        Assert.False(Assert.Throws<CsvDataException>(() => CsvTable.Read(scratch.Write("t.csv", "a,b\n1,2\n"), "y")).IsHeaderInDoubt);
    }
}
