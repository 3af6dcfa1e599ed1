using System.Numerics;

namespace VecNet.Formats;

/// <summary>Rows of features from a CSV file, with the text of a target column where there is one.</summary>
/// <remarks>
/// Fields are separated by commas and quoted as in RFC 4180; the first row names the columns; numbers are written with a point, whatever the
/// machine's language. A byte order mark, CR LF and blank lines do no harm. Nothing is guessed: what is not a finite number is an error, unless
/// the column is one of categories or knows what to put in the place of a missing number. The file is read row by row.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CsvTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal CsvTable(string path, TableFeatures features, string? targetName, TensorBuffer<T> values, IReadOnlyList<string> labels, IReadOnlyList<long> lines)
    {
        Path = path;
        FeatureNames = features.Names;
        TargetName = targetName;
        Labels = labels;
        Lines = lines;
        Features = values;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names of the features: of their columns, or <c>column=category</c>.</summary>
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

    /// <summary>Reads a file whose columns are all numbers, but for one target.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable<T> Read(string path, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path);
        return Read(path, records, target);
    }

    /// <summary>Reads a stream, which may be one that cannot seek, whose columns are all numbers, but for one target.</summary>
    /// <param name="stream">Is read to its end and closed.</param>
    /// <param name="name">What complaints call it.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static CsvTable<T> Read(Stream stream, string name, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var records = new CsvRecords(name, stream);
        return Read(name, records, target);
    }

    private static CsvTable<T> Read(string path, CsvRecords records, string? target)
    {
        int targetColumn = records.FindTarget(target);
        return Read(path, records, TableFeatures.OfNumbers(records.Columns.Where((_, column) => column != targetColumn)), targetColumn);
    }

    /// <summary>Reads the named columns of numbers, in the order of their names; other columns are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="featureNames">The columns to read.</param>
    /// <param name="target">A column of labels, which is read if the file has it.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable<T> Read(string path, IReadOnlyList<string> featureNames, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(featureNames);
        return Read(path, TableFeatures.OfNumbers(featureNames), target);
    }

    /// <summary>Reads columns by their names and turns them into features, as it was fitted on the rows of training; other columns are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="features">E.g. those of a model.</param>
    /// <param name="target">A column of labels, which is read if the file has it.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable<T> Read(string path, TableFeatures features, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(features);
        using var records = new CsvRecords(path);
        return Read(path, records, features, target is null ? -1 : records.Find(target));
    }

    /// <summary>Reads columns of a stream, which may be one that cannot seek, by their names.</summary>
    /// <param name="stream">Is read to its end and closed.</param>
    /// <param name="name">What complaints call it.</param>
    /// <param name="features">E.g. those of a model.</param>
    /// <param name="target">A column of labels, which is read if the stream has it.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static CsvTable<T> Read(Stream stream, string name, TableFeatures features, string? target = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(features);
        using var records = new CsvRecords(name, stream);
        return Read(name, records, features, target is null ? -1 : records.Find(target));
    }

    private static CsvTable<T> Read(string path, CsvRecords records, TableFeatures features, int targetColumn)
    {
        int[] columns = [.. features.Columns.Select(column => records.FindFeature(column.Name))];
        var values = new List<T>();
        var labels = new LabelColumn();
        var lines = new List<long>();
        var row = new T[features.Width];
        while (records.Read())
        {
            lines.Add(records.Line);
            int start = 0;
            for (int i = 0; i < columns.Length; i++)
            {
                FeatureColumn column = features.Columns[i];
                try
                {
                    column.Encode(records.Field(columns[i]), row.AsSpan(start, column.Width));
                }
                catch (FormatException error)
                {
                    throw records.Error(columns[i], error.Message);
                }

                start += column.Width;
            }

            values.AddRange(row.AsSpan());
            if (targetColumn >= 0)
            {
                labels.Add(records, targetColumn);
            }
        }

        if (lines.Count == 0)
        {
            throw new CsvDataException(path, "the file has a header but no row of data.");
        }

        var buffer = new TensorBuffer<T>(lines.Count, features.Width);
        values.CopyTo(buffer.Span);
        return new CsvTable<T>(path, features, targetColumn < 0 ? null : records.Columns[targetColumn], buffer, labels.Labels, lines);
    }
}
