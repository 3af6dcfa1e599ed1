using System.Text;
using Sylvan.Data.Csv;

namespace VecNet.Formats;

/// <summary>The records of a CSV file as RFC 4180 has them: a header, and rows of as many fields, each with its line in the file.</summary>
internal sealed class CsvRecords : IDisposable
{
    private const int LongestRecord = 1 << 26;

    private readonly CsvDataReader reader;
    private readonly string path;
    private readonly Utf8Watch bytes;
    private readonly Func<bool> readNext;
    private long nextLine = 1;

    /// <summary>Opens the file and reads the header.</summary>
    /// <exception cref="CsvDataException">The file cannot be read, is empty, or has no usable header.</exception>
    /// <param name="path">The file.</param>
    /// <param name="stream">The same file, if it is open already; closed with the records.</param>
    internal CsvRecords(string path, Stream? stream = null)
    {
        this.path = path;
        bytes = Open(path, "CSV", stream);
        try
        {
            reader = Guarded(path, bytes, () => CsvDataReader.Create(TextOf(bytes), new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = ',',
                Comment = '\0',
                BufferSize = 1 << 16,
                MaxBufferSize = LongestRecord,
            }));
        }
        catch (CsvFormatException error)
        {
            throw Malformed(error);
        }

        readNext = reader.Read;
        try
        {
            Columns = [];
            Columns = ReadHeader();
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The names of the columns, all different.</summary>
    internal IReadOnlyList<string> Columns { get; }

    /// <summary>The first dozen names and the last.</summary>
    internal string ColumnList => Columns.Count <= 14
        ? string.Join(", ", Columns)
        : $"{string.Join(", ", Columns.Take(12))}, … ({Columns.Count} in all), {Columns[^1]}";

    /// <summary>The line where the current row begins, from 1.</summary>
    internal long Line { get; private set; }

    /// <summary>A field of the current row, without its quotes.</summary>
    internal ReadOnlySpan<char> Field(int column) => reader.GetFieldSpan(column).Trim();

    /// <summary>The position of a column; −1 if there is none of that name.</summary>
    internal int Find(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The position of the target; −1 for none.</summary>
    /// <exception cref="CsvDataException">There is no such column, or no other.</exception>
    internal int FindTarget(string? target)
    {
        int column = target is null ? -1 : Find(target);
        if (target is not null && column < 0)
        {
            throw new CsvDataException(path, 1, null, $"there is no target column '{target}'; the columns are {ColumnList}.");
        }

        return column < 0 || Columns.Count > 1
            ? column
            : throw new CsvDataException(path, 1, null, $"there is no column beside the target '{target}'.");
    }

    /// <summary>The position of a column that is asked for.</summary>
    /// <exception cref="CsvDataException">There is none of that name.</exception>
    internal int FindFeature(string name)
    {
        int column = Find(name);
        return column >= 0
            ? column
            : throw new CsvDataException(path, 1, null, $"there is no column '{name}', which the model asks for; the columns are {ColumnList}.");
    }

    /// <summary>Goes to the next row; blank lines are passed over.</summary>
    /// <exception cref="CsvDataException">The row is malformed or has not as many fields as the header.</exception>
    internal bool Read()
    {
        if (!ReadRecord())
        {
            return false;
        }

        int fields = reader.RowFieldCount;
        if (fields < Columns.Count)
        {
            throw new CsvDataException(
                path, Line, Columns[fields], $"missing: the row has {Count(fields, "field")}, the header {Count(Columns.Count, "column")}.");
        }

        return fields == Columns.Count
            ? true
            : throw new CsvDataException(
                path, Line, null, $"too long after column '{Columns[^1]}': the row has {Count(fields, "field")}, the header {Count(Columns.Count, "column")}.");
    }

    /// <summary>A complaint about a field of the current row.</summary>
    internal CsvDataException Error(int column, string problem)
    {
        long line = Line;
        for (int i = 0; i < column; i++)
        {
            line += LineBreaks(reader.GetFieldSpan(i));
        }

        return new CsvDataException(path, line, Columns[column], problem);
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    /// <summary>Opens a file of UTF-8, once: it may be a pipe.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it should be.</param>
    /// <param name="stream">The same file, if it is open already.</param>
    /// <exception cref="CsvDataException">It cannot be read.</exception>
    internal static Utf8Watch Open(string path, string kind, Stream? stream = null) => Guarded(path, null, () => stream is null && Directory.Exists(path)
        ? throw new CsvDataException(path, $"this is a directory, not a {kind} file.")
        : new Utf8Watch(stream ?? new FileStream(path, FileMode.Open, FileAccess.Read)));

    /// <summary>The text of a file.</summary>
    /// <remarks>Passes over the byte order mark itself: a reader that finds one by detection forgets to throw on invalid bytes.</remarks>
    internal static StreamReader TextOf(Utf8Watch bytes) =>
        new(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);

    /// <summary>Does what reads a file of text, and names the file in whatever goes wrong.</summary>
    /// <exception cref="CsvDataException">It cannot be read, or is not UTF-8.</exception>
    internal static TResult Guarded<TResult>(string path, Utf8Watch? bytes, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CsvDataException(path, "there is no such file.", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new CsvDataException(path, bytes?.InvalidLine, null, "the file is not UTF-8.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CsvDataException(path, $"cannot be read: {error.Message}", error);
        }
    }

    private string[] ReadHeader()
    {
        if (!ReadRecord())
        {
            throw new CsvDataException(path, "the file is empty.");
        }

        var names = new string[reader.RowFieldCount];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Field(i).ToString();
            if (names[i].Length == 0)
            {
                throw new CsvDataException(path, Line, null, $"column {i + 1} of the header has no name.");
            }

            if (!seen.Add(names[i]))
            {
                throw new CsvDataException(path, Line, names[i], $"the header has this name twice, as columns {Array.IndexOf(names, names[i]) + 1} and {i + 1}.");
            }
        }

        return names.Length == 1 && names[0].AsSpan().ContainsAny(';', '\t')
            ? throw new CsvDataException(path, Line, null, "the header has no comma: fields are to be separated by commas.")
            : names;
    }

    private bool ReadRecord()
    {
        try
        {
            do
            {
                if (!Guarded(path, bytes, readNext))
                {
                    return false;
                }

                Line = nextLine;
                nextLine += LineBreaks(reader.GetRawRecordSpan());
            }
            while (reader.GetRawRecordSpan().Trim("\r\n").IsEmpty);
            return true;
        }
        catch (CsvFormatException error)
        {
            throw Malformed(error);
        }
    }

    /// <summary>The reader stops at a record that breaks the rules of quoting; it begins where the last one ended.</summary>
    private CsvDataException Malformed(CsvFormatException error) => error is CsvRecordTooLargeException
        ? new CsvDataException(path, nextLine, null, "the row is too long.", error)
        : new CsvDataException(
            path,
            nextLine,
            Columns is not null && error.FieldOrdinal < Columns.Count ? Columns[error.FieldOrdinal] : null,
            "the quotes are unbalanced: a quoted field is not closed, or text follows its closing quote.",
            error);

    /// <summary>CR LF, LF and a lone CR each end a line.</summary>
    private static int LineBreaks(ReadOnlySpan<char> text) => text.Count('\n') + text.Count('\r') - text.Count("\r\n");

    private static string Count(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";
}
