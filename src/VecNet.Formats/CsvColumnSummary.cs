using System.Globalization;

namespace VecNet.Formats;

/// <summary>A summary of a column of a CSV file: its counts and statistics. It accepts any cell and keeps none in memory.</summary>
public sealed class CsvColumnSummary
{
    /// <summary>The largest number of different values that are counted.</summary>
    private const int MostDistinct = 1000;

    private readonly HashSet<string> distinct = new(StringComparer.Ordinal);

    private CsvColumnSummary(string name) => Name = name;

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The number of missing values, which <see cref="FeatureColumn"/> defines.</summary>
    public int Missing { get; private set; }

    /// <summary>The number of cells that are finite numbers.</summary>
    public int Numbers { get; private set; }

    /// <summary>The number of cells that are neither missing nor finite numbers.</summary>
    public int Words { get; private set; }

    /// <summary>The number of different values that are not missing; null if there are more than a thousand.</summary>
    public int? Distinct => distinct.Count > MostDistinct ? null : distinct.Count;

    /// <summary>The smallest number; null if there is none.</summary>
    public double? Minimum { get; private set; }

    /// <summary>The mean of the numbers; null if there is none.</summary>
    public double? Mean { get; private set; }

    /// <summary>The largest number; null if there is none.</summary>
    public double? Maximum { get; private set; }

    /// <summary>Summarizes a file, row by row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <exception cref="CsvDataException">The file cannot be read, or its rows are malformed.</exception>
    public static (long Rows, IReadOnlyList<CsvColumnSummary> Columns) Read(string path, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path, header);
        return Read(records);
    }

    /// <summary>Summarizes a stream, which need not be seekable, row by row.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <exception cref="CsvDataException">The stream cannot be read, or its rows are malformed.</exception>
    public static (long Rows, IReadOnlyList<CsvColumnSummary> Columns) Read(
        Stream stream, string name, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var records = new CsvRecords(name, header, stream);
        return Read(records);
    }

    private static (long Rows, IReadOnlyList<CsvColumnSummary> Columns) Read(CsvRecords records)
    {
        CsvColumnSummary[] columns = [.. records.Columns.Select(name => new CsvColumnSummary(name))];
        long rows = 0;
        for (; records.Read(); rows++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i].Add(records.Field(i), records.IsQuoted(i));
            }
        }

        return (rows, columns);
    }

    private void Add(ReadOnlySpan<char> cell, bool isQuoted)
    {
        if (FeatureColumn.IsMissing(cell, isQuoted))
        {
            Missing++;
            return;
        }

        if (distinct.Count <= MostDistinct)
        {
            distinct.GetAlternateLookup<ReadOnlySpan<char>>().Add(cell);
        }

        if (cell.Contains('\0') || !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !double.IsFinite(number))
        {
            Words++;
            return;
        }

        Numbers++;
        Minimum = Math.Min(Minimum ?? number, number);
        Maximum = Math.Max(Maximum ?? number, number);
        Mean = Mean is { } mean ? mean + ((number / Numbers) - (mean / Numbers)) : number;
    }
}
