using System.Numerics;

namespace VecNet.Formats;

/// <content>Texts in a column of a CSV file.</content>
public sealed partial class TextTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads a CSV file whose texts are in the column that the hashing names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hashing">Names the column of the texts and makes features of each.</param>
    /// <param name="target">The column of labels, which is read if the file has it.</param>
    /// <param name="header">What the first row is.</param>
    /// <exception cref="ArgumentException">The hashing names no column.</exception>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static TextTable<T> ReadCsv(string path, TextHashing hashing, string? target, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(hashing);
        using var records = new CsvRecords(path, header);
        return ReadCsv(path, records, hashing, target);
    }

    /// <summary>Reads CSV from a stream, which may be one that cannot seek.</summary>
    /// <param name="stream">Is read to its end and closed.</param>
    /// <param name="name">What complaints call it.</param>
    /// <param name="hashing">Names the column of the texts and makes features of each.</param>
    /// <param name="target">The column of labels, which is read if the stream has it.</param>
    /// <param name="header">What the first row is.</param>
    /// <exception cref="ArgumentException">The hashing names no column.</exception>
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
        int textColumn = records.FindFeature(hashing.Column ?? throw new ArgumentException("The hashing names no column for the texts.", nameof(hashing)));
        int targetColumn = target is null ? -1 : records.Find(target);
        if (targetColumn == textColumn)
        {
            throw new CsvDataException(path, 1, target, "the texts cannot be their own labels.");
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
