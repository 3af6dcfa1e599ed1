namespace VecNet.Formats;

/// <content>Texts in a column of a CSV file.</content>
public sealed partial class TextTable
{
    /// <summary>Reads a CSV file whose texts are in one of its columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">The column of texts.</param>
    /// <param name="target">The column of labels, which is read if the file has it.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <param name="tokens">The tokens of which each text must have one.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static TextTable ReadCsv(
        string path,
        string column,
        string? target,
        CsvHeader header = CsvHeader.Expected,
        TextTokens tokens = TextTokens.WordsAndSymbols)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(column);
        using var records = new CsvRecords(path, header);
        return ReadCsv(path, records, column, target, tokens);
    }

    /// <summary>Reads CSV from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="column">The column of texts.</param>
    /// <param name="target">The column of labels, which is read if the stream has it.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <param name="tokens">The tokens of which each text must have one.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static TextTable ReadCsv(
        Stream stream,
        string name,
        string column,
        string? target,
        CsvHeader header = CsvHeader.Expected,
        TextTokens tokens = TextTokens.WordsAndSymbols)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(column);
        using var records = new CsvRecords(name, header, stream);
        return ReadCsv(name, records, column, target, tokens);
    }

    private static TextTable ReadCsv(string path, CsvRecords records, string column, string? target, TextTokens tokens)
    {
        int textColumn = records.FindFeature(column);
        int targetColumn = target is null ? -1 : records.Find(target);
        if (targetColumn == textColumn)
        {
            throw new CsvDataException(path, 1, target, "the column cannot have both the texts and the labels.");
        }

        var table = new TextTable(path, targetColumn < 0 ? null : target, tokens, readLabels: true);
        while (records.Read())
        {
            ReadOnlySpan<char> text = records.Field(textColumn);
            try
            {
                table.tokens.CheckTokens(text);
            }
            catch (FormatException error)
            {
                throw records.Error(textColumn, error.Message);
            }

            table.Add(text, records.Line);
            if (targetColumn >= 0)
            {
                table.labels.Add(records, targetColumn);
            }
        }

        return table.Complete();
    }
}
