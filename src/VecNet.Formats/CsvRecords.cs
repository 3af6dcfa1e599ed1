using System.Text;

namespace VecNet.Formats;

/// <summary>The records of a CSV file as in RFC 4180: a header, and rows of as many fields, each with its line in the file.</summary>
/// <remarks>
/// Every record is a row or an error with its line. Spaces around a field are trimmed unless the field is quoted. In a file of several
/// columns, an empty line is an error if rows follow it, and is ignored at the end; in a file of one column, it is a row with an empty
/// field.
/// </remarks>
internal sealed partial class CsvRecords : IDisposable
{
    private const int LongestRecord = 1 << 26;

    private readonly CsvScanner scanner;
    private readonly string path;
    private readonly Utf8ValidatingStream bytes;
    private readonly Func<bool> readNext;
    private readonly string firstRow;
    private bool isFirstRowRead;

    /// <summary>Opens the file and reads the header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <param name="stream">The file, if it is already open; it is left open.</param>
    /// <exception cref="CsvDataException">The file cannot be read, is empty, or has no usable header.</exception>
    internal CsvRecords(string path, CsvHeader header = CsvHeader.Expected, Stream? stream = null)
    {
        this.path = path;
        bytes = Open(path, "CSV", stream);
        scanner = new CsvScanner(TextOf(bytes), LongestRecord);
        readNext = scanner.Read;
        firstRow = header == CsvHeader.None ? "the first row" : "the header";
        Columns = [];
        try
        {
            if (!ReadRecord())
            {
                throw new CsvDataException(path, "the file is empty.");
            }

            isFirstRowRead = header == CsvHeader.None;
            Columns = isFirstRowRead
                ? [.. Enumerable.Range(1, scanner.FieldCount).Select(number => $"column{number}")]
                : ReadHeader(header);
        }
        catch
        {
            scanner.Dispose();
            throw;
        }
    }

    /// <summary>The names of the columns, all different.</summary>
    internal IReadOnlyList<string> Columns { get; }

    /// <summary>The line where the current row begins, from 1.</summary>
    internal long Line => scanner.Line;

    /// <summary>A field of the current row, without the spaces around it unless it is quoted.</summary>
    internal ReadOnlySpan<char> Field(int column) => scanner.IsQuoted(column) ? scanner.Field(column) : scanner.Field(column).Trim();

    /// <summary>Whether a field of the current row is quoted; then it is a text and not a missing value.</summary>
    internal bool IsQuoted(int column) => scanner.IsQuoted(column);

    /// <summary>The index of a column; −1 if there is no column of that name.</summary>
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

    /// <summary>The index of the target column; −1 if there is none.</summary>
    /// <exception cref="CsvDataException">The column does not exist, or is the only one.</exception>
    internal int FindTarget(string? target)
    {
        int column = target is null ? -1 : Find(target);
        if (target is not null && column < 0)
        {
            throw HeaderError(null, $"the target column '{target}' does not exist; the columns are {ColumnList}.");
        }

        return column < 0 || Columns.Count > 1
            ? column
            : throw new CsvDataException(path, 1, null, $"the file has no column other than the target '{target}'.");
    }

    /// <summary>The index of a column that is required.</summary>
    /// <exception cref="CsvDataException">There is no column of that name.</exception>
    internal int FindFeature(string name)
    {
        int column = Find(name);
        return column >= 0
            ? column
            : throw HeaderError(null, $"the column '{name}' does not exist; the columns are {ColumnList}.");
    }

    /// <summary>Reads the next row.</summary>
    /// <exception cref="CsvDataException">The row is malformed, or does not have as many fields as the header.</exception>
    internal bool Read()
    {
        if (isFirstRowRead)
        {
            isFirstRowRead = false;
            return true;
        }

        if (!ReadRecord())
        {
            return false;
        }

        int fields = scanner.FieldCount;
        if (fields < Columns.Count)
        {
            throw new CsvDataException(
                path,
                Line,
                Columns[fields],
                $"the field is missing: the row has {Count(fields, "field")}, but {firstRow} has {Count(Columns.Count, "column")}.");
        }

        return fields == Columns.Count
            ? true
            : throw new CsvDataException(
                path, Line, null, $"the row has {Count(fields, "field")}, but {firstRow} has {Count(Columns.Count, "column")}.");
    }

    /// <summary>An error in a field of the current row.</summary>
    internal CsvDataException Error(int column, string problem) => new(path, scanner.LineOf(column), Columns[column], problem);

    /// <inheritdoc/>
    public void Dispose() => scanner.Dispose();

    /// <summary>Opens a UTF-8 file, once, since it may be a pipe.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The expected kind of file, for messages.</param>
    /// <param name="stream">The file, if it is already open; it is left open.</param>
    /// <exception cref="CsvDataException">The file cannot be read.</exception>
    internal static Utf8ValidatingStream Open(string path, string kind, Stream? stream = null) => WithErrors(
        path,
        null,
        () => stream is null && Directory.Exists(path)
            ? throw new CsvDataException(path, $"this is a directory, not a {kind} file.")
            : new Utf8ValidatingStream(
                stream ?? new FileStream(path, FileMode.Open, FileAccess.Read), leaveOpen: stream is not null));

    /// <summary>The text of a file.</summary>
    /// <remarks>The encoding skips the byte order mark: a reader that detects it would no longer throw on invalid bytes.</remarks>
    internal static StreamReader TextOf(Utf8ValidatingStream bytes) =>
        new(
            bytes,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
            detectEncodingFromByteOrderMarks: false);

    /// <summary>Reads from a text file, and names the file in all errors.</summary>
    /// <exception cref="CsvDataException">The file cannot be read, or is not UTF-8.</exception>
    internal static TResult WithErrors<TResult>(string path, Utf8ValidatingStream? bytes, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CsvDataException(path, "the file does not exist.", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new CsvDataException(path, bytes?.InvalidLine, null, "the file is not valid UTF-8.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CsvDataException(path, $"the file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads the next record; an empty line is one only in a file of one column.</summary>
    private bool ReadRecord()
    {
        long? emptyLine = null;
        try
        {
            while (WithErrors(path, bytes, readNext))
            {
                if (scanner.IsEmptyLine && Columns.Count != 1)
                {
                    emptyLine ??= Line;
                    continue;
                }

                if (emptyLine is not null)
                {
                    string expected = Columns.Count == 0
                        ? "the header must be the first line"
                        : $"a row has {Count(Columns.Count, "column")}";
                    throw new CsvDataException(path, emptyLine, null, $"the line is empty, but other lines follow it; {expected}.");
                }

                return scanner.Field(0) is not ['\uFEFF', ..] || scanner.IsQuoted(0)
                    ? true
                    : throw new CsvDataException(
                        path, Line, null, "there is a byte order mark inside the file; two files may have been concatenated.");
            }

            return false;
        }
        catch (CsvSyntaxException error)
        {
            string? column = error.Field < Columns.Count ? Columns[error.Field.Value] : null;
            string problem = error.Field is null ? error.Message : $"the quotes are unbalanced: {error.Message}";
            throw new CsvDataException(path, error.Line, column, problem, error);
        }
    }

    private static string Count(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";
}
