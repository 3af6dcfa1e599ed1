using System.Globalization;
using System.Numerics;

namespace VecNet.Formats;

/// <summary>Rows of numbers from a CSV file, with the text of a target column where there is one.</summary>
/// <remarks>
/// Fields are separated by commas and quoted as in RFC 4180; the first row names the columns; numbers are written with a point, whatever the
/// machine's language. A byte order mark, CR LF and blank lines do no harm. Nothing is guessed: what is not a finite number is an error.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CsvTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CsvTable(string path, string[] featureNames, string? targetName, List<T> values, List<string> labels, List<long> lines)
    {
        Path = path;
        FeatureNames = featureNames;
        TargetName = targetName;
        Labels = labels;
        Lines = lines;
        Features = new TensorBuffer<T>(values.Count / featureNames.Length, featureNames.Length);
        values.CopyTo(Features.Span);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names of the features' columns.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The name of the target column; null if there is none.</summary>
    public string? TargetName { get; }

    /// <summary>The numbers, rows × features.</summary>
    public TensorBuffer<T> Features { get; }

    /// <summary>The target of each row as it is written; empty without a target column.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The line of the file where each row begins, from 1.</summary>
    public IReadOnlyList<long> Lines { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Features.Rows;

    /// <summary>Reads a file whose columns are all features, but for one target.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable<T> Read(string path, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path);
        int targetColumn = target is null ? -1 : records.Find(target);
        if (target is not null && targetColumn < 0)
        {
            throw new CsvDataException(path, 1, null, $"there is no target column '{target}'; the columns are {List(records.Columns)}.");
        }

        int[] columns = [.. Enumerable.Range(0, records.Columns.Count).Where(column => column != targetColumn)];
        return columns.Length > 0
            ? Read(path, records, columns, targetColumn)
            : throw new CsvDataException(path, 1, null, $"there is no column beside the target '{target}'.");
    }

    /// <summary>Reads the named features, in the order of their names; other columns are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="featureNames">The columns to read.</param>
    /// <param name="target">A column of labels, which is read if the file has it.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable<T> Read(string path, IReadOnlyList<string> featureNames, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(featureNames);
        using var records = new CsvRecords(path);
        int[] columns = [.. featureNames.Select(name => records.Find(name))];
        int missing = Array.IndexOf(columns, -1);
        return missing < 0
            ? Read(path, records, columns, target is null ? -1 : records.Find(target))
            : throw new CsvDataException(
                path, 1, null, $"there is no column '{featureNames[missing]}', which the model asks for; the columns are {List(records.Columns)}.");
    }

    private static CsvTable<T> Read(string path, CsvRecords records, int[] columns, int targetColumn)
    {
        var values = new List<T>();
        var labels = new List<string>();
        var lines = new List<long>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> known = names.GetAlternateLookup<ReadOnlySpan<char>>();
        while (records.Read())
        {
            lines.Add(records.Line);
            foreach (int column in columns)
            {
                values.Add(Number(records, column));
            }

            if (targetColumn >= 0)
            {
                ReadOnlySpan<char> label = records.Field(targetColumn);
                if (label.IsEmpty)
                {
                    throw records.Error(targetColumn, "the label is missing.");
                }

                if (label is "NaN" or "nan")
                {
                    throw records.Error(targetColumn, $"the label is missing: '{label}' is none.");
                }

                if (!known.TryGetValue(label, out string? name))
                {
                    name = label.ToString();
                    names.Add(name, name);
                }

                labels.Add(name);
            }
        }

        return values.Count > 0
            ? new CsvTable<T>(
                path, [.. columns.Select(column => records.Columns[column])], targetColumn < 0 ? null : records.Columns[targetColumn], values, labels, lines)
            : throw new CsvDataException(path, "the file has a header but no row of data.");
    }

    private static T Number(CsvRecords records, int column)
    {
        ReadOnlySpan<char> text = records.Field(column);
        if (text.IsEmpty)
        {
            throw records.Error(column, "the number is missing.");
        }

        // The parser passes over zero characters at the end.
        if (text.Contains('\0') || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            throw records.Error(column, $"'{Shorten(text)}' is not a number.");
        }

        T value = T.CreateTruncating(number);
        return double.IsFinite(number) && T.IsFinite(value)
            ? value
            : throw records.Error(column, $"'{Shorten(text)}' is not a finite number{(double.IsFinite(number) ? " of single precision" : "")}.");
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..39]}…";

    /// <summary>The first dozen names and the last.</summary>
    private static string List(IReadOnlyList<string> names) => names.Count <= 14
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(12))}, … ({names.Count} in all), {names[^1]}";
}
