using System.Numerics;

namespace VecNet.Formats;

/// <content>Texts in a column of a CSV file.</content>
public sealed partial class TextTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads a CSV file whose texts are in the column that the hashing names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hashing">The hashing of texts into features, which has the name of their column.</param>
    /// <param name="target">The column of labels, which is read if the file has it.</param>
    /// <param name="header">What the first row of the file is.</param>
    /// <exception cref="ArgumentException">The hashing has no column name.</exception>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static TextTable<T> ReadCsv(string path, TextHashing hashing, string? target, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(hashing);
        using var records = new CsvRecords(path, header);
        return ReadCsv(path, records, hashing, target);
    }

    /// <summary>Reads CSV from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="hashing">The hashing of texts into features, which has the name of their column.</param>
    /// <param name="target">The column of labels, which is read if the stream has it.</param>
    /// <param name="header">What the first row of the file is.</param>
    /// <exception cref="ArgumentException">The hashing has no column name.</exception>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static TextTable<T> ReadCsv(
        Stream stream, string name, TextHashing hashing, string? target, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(hashing);
        using var records = new CsvRecords(name, header, stream);
        return ReadCsv(name, records, hashing, target);
    }

    private static TextTable<T> ReadCsv(string path, CsvRecords records, TextHashing hashing, string? target)
    {
        int textColumn = records.FindFeature(
            hashing.Column ?? throw new ArgumentException("The hashing has no column name for the texts.", nameof(hashing)));
        int targetColumn = target is null ? -1 : records.Find(target);
        if (targetColumn == textColumn)
        {
            throw new CsvDataException(path, 1, target, "the column cannot have both the texts and the labels.");
        }

        var table = new TextTable<T>(path, targetColumn < 0 ? null : target, hashing);
        while (records.Read())
        {
            ReadOnlySpan<char> text = records.Field(textColumn);
            try
            {
                hashing.CheckTokens(text);
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
