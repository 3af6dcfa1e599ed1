using System.Numerics;

namespace VecNet.Formats;

/// <content>Texts in a column of a CSV file.</content>
public sealed partial class TextTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads a CSV file, or a stream if there is one.</summary>
    internal static TextTable<T> ReadCsv(string path, Stream? stream, TextHashing hashing, string? target, CsvHeader header)
    {
        using var records = new CsvRecords(path, header, stream);
        return ReadCsv(path, records, hashing, target);
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
