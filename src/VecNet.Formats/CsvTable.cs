namespace VecNet.Formats;

/// <summary>Rows of features from a CSV file, and the labels of a target column if there is one.</summary>
/// <remarks>
/// <para>
/// Fields are separated by commas and quoted as in RFC 4180; the first row has the names of the columns, unless <see cref="CsvHeader"/>
/// says otherwise. The decimal separator is a point in every culture. A byte order mark at the start is skipped, and CR LF, LF or CR ends a
/// line. A cell that is not a finite number is an error, unless its column is categorical or has a replacement for missing numbers. The
/// file is read row by row. Its numbers are doubles, whatever the precision of the network: <see cref="Standardization{T}"/> rounds them to
/// it after the standardization, which keeps the digits that distinguish rows.
/// </para>
/// <para>
/// Every record is a row or an error with its line. An empty line between rows of several columns is an error, and is ignored at the end of
/// the file; in a file of one column, an empty line is a row with a missing value. Spaces around a cell are trimmed unless it is quoted. A
/// quoted cell is a text and not a missing value: <c>"NA"</c> is Namibia, <c>NA</c> is missing. Only <c>""</c> and spaces are missing in
/// quotes, too.
/// </para>
/// </remarks>
public sealed class CsvTable
{
    internal CsvTable(
        string path,
        TableFeatures features,
        string? targetName,
        TensorBuffer<double> values,
        IReadOnlyList<string> labels,
        IReadOnlyList<long> lines,
        IReadOnlyList<string> warnings)
    {
        Path = path;
        FeatureNames = features.Names;
        TargetName = targetName;
        Labels = labels;
        Lines = lines;
        Warnings = warnings;
        Features = values;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names of the features: the name of the column, or <c>column=category</c>.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The name of the target column; null if there is none.</summary>
    public string? TargetName { get; }

    /// <summary>The numbers, rows × features.</summary>
    public TensorBuffer<double> Features { get; }

    /// <summary>The target of each row as it is written; empty without a target column.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The weight of each row; null if no column of weights was named.</summary>
    public IReadOnlyList<double>? Weights { get; internal init; }

    /// <summary>The line of the file where each row begins, from 1.</summary>
    public IReadOnlyList<long> Lines { get; }

    /// <summary>
    /// Messages about unknown categories that are similar to a known one and became zeros: the first of each column, with its line.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Features.Rows;

    /// <summary>Reads a file whose columns are all numbers, except for a target.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable Read(string path, string? target = null, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path, header);
        return Read(path, records, target);
    }

    /// <summary>Reads a stream, which need not be seekable, whose columns are all numbers, except for a target.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static CsvTable Read(Stream stream, string name, string? target = null, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var records = new CsvRecords(name, header, stream);
        return Read(name, records, target);
    }

    private static CsvTable Read(string path, CsvRecords records, string? target)
    {
        int targetColumn = records.FindTarget(target);
        return Read(path, records, TableFeatures.CreateNumeric(records.Columns.Where((_, column) => column != targetColumn)), targetColumn);
    }

    /// <summary>Reads a file whose columns are all numbers, except for one that is ignored.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ignored">The column to ignore, if the file has it; null for none.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable ReadWithout(string path, string? ignored, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path, header);
        return ReadWithout(path, records, ignored);
    }

    /// <summary>Reads a stream, which need not be seekable, whose columns are all numbers, except for one that is ignored.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="ignored">The column to ignore, if the stream has it; null for none.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static CsvTable ReadWithout(Stream stream, string name, string? ignored, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var records = new CsvRecords(name, header, stream);
        return ReadWithout(name, records, ignored);
    }

    private static CsvTable ReadWithout(string path, CsvRecords records, string? ignored)
    {
        string[] names = [.. records.Columns.Where(name => name != ignored)];
        return names.Length > 0
            ? Read(path, records, TableFeatures.CreateNumeric(names), targetColumn: -1)
            : throw new CsvDataException(path, 1, null, $"the file has no column other than '{ignored}'.");
    }

    /// <summary>Reads columns of numbers by name, in the given order, and ignores other columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="featureNames">The columns to read.</param>
    /// <param name="target">A column of labels, which is read if the file has it.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable Read(
        string path, IReadOnlyList<string> featureNames, string? target = null, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(featureNames);
        return Read(path, TableFeatures.CreateNumeric(featureNames), target, header);
    }

    /// <summary>Reads columns by name, encodes them as features that were fitted on training rows, and ignores other columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="features">The features, for example those of a model.</param>
    /// <param name="target">A column of labels, which is read if the file has it.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <param name="weights">A column of weights, which are numbers of at least 0; null if there is none.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable Read(
        string path, TableFeatures features, string? target = null, CsvHeader header = CsvHeader.Expected, string? weights = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(features);
        using var records = new CsvRecords(path, header);
        return Read(path, records, features, target is null ? -1 : records.Find(target), weights);
    }

    /// <summary>Reads columns of a stream, which need not be seekable, by their names.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="features">The features, for example those of a model.</param>
    /// <param name="target">A column of labels, which is read if the stream has it.</param>
    /// <param name="header">The meaning of the first row.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static CsvTable Read(
        Stream stream, string name, TableFeatures features, string? target = null, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(features);
        using var records = new CsvRecords(name, header, stream);
        return Read(name, records, features, target is null ? -1 : records.Find(target));
    }

    private static CsvTable Read(
        string path, CsvRecords records, TableFeatures features, int targetColumn, string? weightName = null)
    {
        var weights = new WeightColumn(path, records, weightName, targetColumn);
        int[] columns = [.. features.Columns.Select(column => records.FindFeature(column.Name))];
        var values = new List<double>();
        var labels = new LabelColumn();
        var lines = new List<long>();
        var row = new double[features.Width];
        UnknownCategoryWarnings[] unknown = [.. features.Columns.Select(column => new UnknownCategoryWarnings(path, column))];
        while (records.Read())
        {
            lines.Add(records.Line);
            int start = 0;
            for (int i = 0; i < columns.Length; i++)
            {
                FeatureColumn column = features.Columns[i];
                try
                {
                    column.Encode(records.Field(columns[i]), records.IsQuoted(columns[i]), row.AsSpan(start, column.Width));
                }
                catch (FormatException error)
                {
                    throw records.Error(columns[i], error.Message);
                }

                unknown[i].Check(row.AsSpan(start, column.Width), records.Field(columns[i]), records.Line);
                start += column.Width;
            }

            values.AddRange(row.AsSpan());
            weights.Add(records);
            if (targetColumn >= 0)
            {
                labels.Add(records, targetColumn);
            }
        }

        if (lines.Count == 0)
        {
            throw new CsvDataException(path, "the file has a header but no rows.");
        }

        var buffer = new TensorBuffer<double>(lines.Count, features.Width);
        values.CopyTo(buffer.Span);
        string? targetName = targetColumn < 0 ? null : records.Columns[targetColumn];
        return new CsvTable(path, features, targetName, buffer, labels.Labels, lines, UnknownCategoryWarnings.Warnings(unknown))
        {
            Weights = weights.Complete(),
        };
    }
}
