using System.Globalization;

namespace VecNet.Formats;

/// <summary>Reads a <see cref="RowSplit"/> from a CSV file.</summary>
public static class RowSplitFile
{
    /// <summary>
    /// Reads a CSV file with the columns <c>row</c> (from 0) and <c>set</c> (<c>train</c> or <c>test</c>), which has each row of the table
    /// once.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The number of rows of the table.</param>
    /// <exception cref="CsvDataException">The file cannot be read or does not fit the table.</exception>
    public static RowSplit Read(string path, int rows)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path);
        return Read(path, records, rows);
    }

    /// <summary>Reads a split from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="rows">The number of rows of the table.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or does not fit the table.</exception>
    public static RowSplit Read(Stream stream, string name, int rows)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var records = new CsvRecords(name, stream: stream);
        return Read(name, records, rows);
    }

    private static RowSplit Read(string path, CsvRecords records, int rows)
    {
        int rowColumn = Column(records, path, "row");
        int setColumn = Column(records, path, "set");
        var sets = new bool?[rows];
        while (records.Read())
        {
            ReadOnlySpan<char> text = records.Field(rowColumn);
            if (text.Contains('\0') || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int row) || row >= rows)
            {
                throw records.Error(rowColumn, $"'{text}' is not a row of the data; the rows are numbered from 0 to {rows - 1}.");
            }

            if (sets[row] is not null)
            {
                throw records.Error(rowColumn, $"row {row} appears more than once.");
            }

            ReadOnlySpan<char> set = records.Field(setColumn);
            sets[row] = set is "test" ? true : set is "train" ? false : throw records.Error(
                setColumn, $"'{set}' is neither 'train' nor 'test'.");
        }

        int missing = Array.IndexOf(sets, null);
        if (missing >= 0)
        {
            throw new CsvDataException(path, null, "row", $"row {missing} of the data is missing.");
        }

        var split = new RowSplit(
            [.. Enumerable.Range(0, rows).Where(row => sets[row] == false)],
            [.. Enumerable.Range(0, rows).Where(row => sets[row] == true)]);
        return split.Training.Count > 0 && split.Test.Count > 0
            ? split
            : throw new CsvDataException(path, null, "set", $"the set '{(split.Test.Count == 0 ? "test" : "train")}' has no rows.");
    }

    private static int Column(CsvRecords records, string path, string name)
    {
        int column = records.Find(name);
        return column >= 0
            ? column
            : throw new CsvDataException(path, 1, null, $"the column '{name}' is missing; a split needs the columns 'row' and 'set'.");
    }
}
