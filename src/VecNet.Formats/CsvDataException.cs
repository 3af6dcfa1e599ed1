namespace VecNet.Formats;

/// <summary>A CSV file cannot be used; the message is one line that names the file and, where there is one, line and column.</summary>
public sealed class CsvDataException : Exception
{
    /// <summary>Creates an exception for a whole file.</summary>
    public CsvDataException(string path, string problem, Exception? innerException = null)
        : this(path, null, null, problem, innerException)
    {
    }

    /// <summary>Creates an exception for a line or a column of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line of the file, from 1; null if the problem is not in one line.</param>
    /// <param name="column">The column's name; null if the problem is not in one column.</param>
    /// <param name="problem">The problem, as a sentence.</param>
    /// <param name="innerException">The exception of the reader.</param>
    public CsvDataException(string path, long? line, string? column, string problem, Exception? innerException = null)
        : base(
            OneLine($"{path}{(line is null ? "" : $", line {line}")}{(column is null ? "" : $", column '{column}'")}: {problem}"),
            innerException)
    {
        Path = path;
        Line = line;
        Column = column;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The line of the file, from 1, if the problem is in one.</summary>
    public long? Line { get; }

    /// <summary>The column, if the problem is in one.</summary>
    public string? Column { get; }

    /// <summary>Whether the first row may be a row of data, so that the file should be read with <see cref="CsvHeader.None"/>.</summary>
    public bool IsHeaderInDoubt { get; init; }

    /// <summary>Replaces line breaks and control characters, which fields of the file may have.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
