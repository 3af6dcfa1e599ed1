using System.Globalization;

namespace VecNet.Formats;

/// <content>The header and its errors.</content>
internal sealed partial class CsvRecords
{
    private const int MostNamed = 5;

    /// <summary>The first twelve names and the last, for messages.</summary>
    internal string ColumnList => Columns.Count <= 14
        ? string.Join(", ", Columns)
        : $"{string.Join(", ", Columns.Take(12))}, …, {Columns[^1]} ({Columns.Count} in all)";

    /// <summary>Whether many names are numbers, so that the header may be a row of data.</summary>
    internal bool HasNumericNames { get; private set; }

    private string[] ReadHeader(CsvHeader header)
    {
        string[] names = [.. Enumerable.Range(0, scanner.FieldCount).Select(column => Field(column).ToString())];
        if (names.Any(name => name.Contains('\0', StringComparison.Ordinal)))
        {
            throw new CsvDataException(path, Line, null, "the header has a NUL character: the file is not a text file, or is not UTF-8.");
        }

        int numbers = names.Count(IsNumber);
        int words = names.Count(name => !IsNumber(name) && !FeatureColumn.IsMissing(name));
        HasNumericNames = header == CsvHeader.Expected && numbers > 0 && numbers >= words;
        if (HasNumericNames && words == 0)
        {
            string first = string.Join(", ", names.Take(MostNamed)) + (names.Length > MostNamed ? ", …" : "");
            throw HeaderError(null, $"the header has numbers instead of names ({first}); it may be a row of data.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(names[i]))
            {
                throw HeaderError(null, $"column {i + 1} of the header has no name.");
            }

            if (!seen.Add(names[i]))
            {
                throw HeaderError(
                    names[i], $"the header has this name twice, in columns {Array.IndexOf(names, names[i]) + 1} and {i + 1}.");
            }
        }

        return names.Length == 1 && names[0].AsSpan().ContainsAny(';', '\t')
            ? throw new CsvDataException(path, Line, null, "the header has no comma; the fields of a CSV file must be separated by commas.")
            : names;
    }

    private static bool IsNumber(string name) => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>An error in the header, which may be a row of data.</summary>
    private CsvDataException HeaderError(string? column, string problem) =>
        new(path, 1, column, problem) { IsHeaderInDoubt = HasNumericNames };
}
