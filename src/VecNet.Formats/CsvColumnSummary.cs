using System.Globalization;

namespace VecNet.Formats;

/// <summary>What a column of a CSV file holds, for a first look: nothing is refused, and nothing but counts is kept.</summary>
public sealed class CsvColumnSummary
{
    /// <summary>Of more different values nobody wants to know the number.</summary>
    private const int MostDistinct = 1000;

    private readonly HashSet<string> distinct = new(StringComparer.Ordinal);

    private CsvColumnSummary(string name) => Name = name;

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Cells that are missing, as <see cref="FeatureColumn"/> says.</summary>
    public int Missing { get; private set; }

    /// <summary>Cells that are finite numbers.</summary>
    public int Numbers { get; private set; }

    /// <summary>Cells that are neither.</summary>
    public int Words { get; private set; }

    /// <summary>The number of different values that are not missing; null for more than a thousand.</summary>
    public int? Distinct => distinct.Count > MostDistinct ? null : distinct.Count;

    /// <summary>The smallest number; NaN if there is none.</summary>
    public double Minimum { get; private set; } = double.NaN;

    /// <summary>The mean of the numbers; NaN if there is none.</summary>
    public double Mean { get; private set; } = double.NaN;

    /// <summary>The largest number; NaN if there is none.</summary>
    public double Maximum { get; private set; } = double.NaN;

    /// <summary>Looks at a file, row by row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What the first row is.</param>
    /// <exception cref="CsvDataException">The file cannot be read, or its rows are malformed.</exception>
    public static (long Rows, IReadOnlyList<CsvColumnSummary> Columns) Read(string path, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path, header);
        return Read(records);
    }

    /// <summary>Looks at a stream, which may be one that cannot seek, row by row.</summary>
    /// <param name="stream">Is read to its end and closed.</param>
    /// <param name="name">What complaints call it.</param>
    /// <param name="header">What the first row is.</param>
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

        if (cell.Contains('\0') || !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
        {
            Words++;
            return;
        }

        Numbers++;
        Minimum = Numbers == 1 ? number : Math.Min(Minimum, number);
        Maximum = Numbers == 1 ? number : Math.Max(Maximum, number);
        Mean = Numbers == 1 ? number : Mean + ((number / Numbers) - (Mean / Numbers));
    }
}
