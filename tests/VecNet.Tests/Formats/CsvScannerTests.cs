using System.Text;
using FsCheck.Xunit;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>
/// The scanner reads what an independent RFC 4180 writer wrote: every record, field, quote and line, for any size of the reader's
/// buffer.
/// </summary>
public sealed class CsvScannerTests
{
    private const string Characters = "ab\"\",\n\r\0#; \t'\uFEFF\u00E9\u4E2D";

    private static readonly string[] LineEnds = ["\n", "\r\n", "\r"];

    private readonly record struct Cell(string Text, bool IsQuoted);

    [Property]
    public void What_is_written_is_read(ulong seed)
    {
        var random = new Seeded(seed);
        var records = new List<Cell[]>();
        var lines = new List<long>();
        var text = new StringBuilder();
        long line = 1;
        for (int count = random.Integer(0, 12); count > 0; count--)
        {
            Cell[] record = [.. Enumerable.Range(0, random.Integer(1, 5)).Select(_ => RandomCell(ref random))];
            string written = string.Join(',', record.Select(Write));
            string end = LineEnds[random.Integer(0, 2)];
            if (records.Count > 0 && written.Length == 0 && text[^1] == '\r')
            {
                // After a lone CR, the LF of an empty record would belong to it.
                end = "\r";
            }

            records.Add(record);
            lines.Add(line);
            text.Append(written).Append(end);
            line += 1 + LineBreaks(written);
        }

        // The last line may have no line break, unless it is empty.
        if (records.Count > 0 && random.Integer(0, 1) == 0 && Write(records[^1][^1]).Length > 0)
        {
            text.Length -= text[^1] == '\n' && text[^2] == '\r' ? 2 : 1;
        }

        int longest = 1 << 20;
        using var scanner = new CsvScanner(
            new TricklingReader(text.ToString(), random.Bits()), longest, firstBuffer: random.Integer(1, 40));
        for (int i = 0; i < records.Count; i++)
        {
            Assert.True(scanner.Read());
            Assert.Equal(
                records[i],
                Enumerable.Range(0, scanner.FieldCount).Select(field =>
                    new Cell(scanner.Field(field).ToString(), scanner.IsQuoted(field))));
            Assert.Equal(lines[i], scanner.Line);
            Assert.Equal(records[i] is [{ Text: "", IsQuoted: false }], scanner.IsEmptyLine);
            for (int field = 0; field < records[i].Length; field++)
            {
                Assert.Equal(lines[i] + records[i][..field].Sum(cell => LineBreaks(cell.Text)), scanner.LineOf(field));
            }
        }

        Assert.False(scanner.Read());
    }

    /// <summary>For any text, the scanner and a plain loop find the same records or the same error.</summary>
    [Property]
    public void Any_text_is_divided_as_a_plain_loop_divides_it(ulong seed)
    {
        var random = new Seeded(seed);
        string text = "";
        for (int length = random.Integer(0, 80); length > 0; length--)
        {
            text += Characters[random.Integer(0, Characters.Length - 1)];
        }

        List<Cell[]>? expected = Divide(text);
        var found = new List<Cell[]>();
        using var scanner = new CsvScanner(new TricklingReader(text, random.Bits()), 1 << 20, firstBuffer: random.Integer(1, 40));
        try
        {
            while (scanner.Read())
            {
                found.Add(
                    [.. Enumerable.Range(0, scanner.FieldCount)
                        .Select(field => new Cell(scanner.Field(field).ToString(), scanner.IsQuoted(field)))]);
            }
        }
        catch (CsvSyntaxException)
        {
            Assert.Null(expected);
            return;
        }

        Assert.NotNull(expected);
        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_record_fills_the_buffer_at_most(int length, bool isRead)
    {
        using var scanner = new CsvScanner(new StringReader($"a\n{new string('x', length - 1)}\n"), longestRecord: 100, firstBuffer: 1);
        Assert.True(scanner.Read());
        if (isRead)
        {
            Assert.True(scanner.Read());
            Assert.Equal(length - 1, scanner.Field(0).Length);
            Assert.False(scanner.Read());
        }
        else
        {
            CsvSyntaxException refused = Assert.Throws<CsvSyntaxException>(() => scanner.Read());
            Assert.Equal((2L, null, "the row is too long; a quote may be missing."), (refused.Line, refused.Field, refused.Message));
        }
    }

    private static Cell RandomCell(ref Seeded random)
    {
        int length = random.Integer(0, 3) == 0 ? 0 : random.Integer(1, random.Integer(0, 9) == 0 ? 200 : 6);
        string text = "";
        for (int i = 0; i < length; i++)
        {
            text += Characters[random.Integer(0, Characters.Length - 1)];
        }

        return new(text, random.Integer(0, 3) == 0 || text.AsSpan().ContainsAny(",\r\n") || text is ['"', ..]);
    }

    private static string Write(Cell cell) =>
        cell.IsQuoted ? $"\"{cell.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell.Text;

    private static int LineBreaks(string text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            count += text[i] == '\n' ? 1 : text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n') ? 1 : 0;
        }

        return count;
    }

    /// <summary>The records of a text; null if the quotes are unbalanced.</summary>
    private static List<Cell[]>? Divide(string text)
    {
        var records = new List<Cell[]>();
        int i = 0;
        while (i < text.Length)
        {
            var record = new List<Cell>();
            bool goesOn = true;
            while (goesOn)
            {
                bool isQuoted = i < text.Length && text[i] == '"';
                string cell = "";
                i += isQuoted ? 1 : 0;
                for (; isQuoted && i < text.Length && (text[i] != '"' || (i + 1 < text.Length && text[i + 1] == '"')); i++)
                {
                    i += text[i] == '"' ? 1 : 0;
                    cell += text[i];
                }

                if (isQuoted && (i == text.Length || (i + 1 < text.Length && text[i + 1] is not (',' or '\r' or '\n'))))
                {
                    return null;
                }

                for (i += isQuoted ? 1 : 0; !isQuoted && i < text.Length && text[i] is not (',' or '\r' or '\n'); i++)
                {
                    cell += text[i];
                }

                record.Add(new(cell, isQuoted));
                goesOn = i < text.Length && text[i] == ',';
                i += goesOn ? 1 : 0;
            }

            i += i + 1 < text.Length && text[i] == '\r' && text[i + 1] == '\n' ? 2 : 1;
            records.Add([.. record]);
        }

        return records;
    }

    /// <summary>A reader that returns a few characters at a time, as a pipe may.</summary>
    private sealed class TricklingReader(string text, ulong seed) : TextReader
    {
        private Seeded random = new(seed);
        private int position;

        public override int Read(char[] buffer, int index, int count)
        {
            int length = int.Min(random.Integer(1, 7), int.Min(count, text.Length - position));
            text.CopyTo(position, buffer, index, length);
            position += length;
            return length;
        }
    }
}
