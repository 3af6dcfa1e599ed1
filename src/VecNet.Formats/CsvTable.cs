namespace VecNet.Formats;

/// <summary>Rows of features from a CSV file, with the text of a target column where there is one.</summary>
/// <remarks>
/// <para>
/// Fields are separated by commas and quoted as in RFC 4180; the first row names the columns, unless <see cref="CsvHeader"/> says otherwise; numbers are
/// written with a point, whatever the machine's language. A byte order mark at the beginning does no harm, and CR LF, LF or CR ends a line. Nothing is
/// guessed: what is not a finite number is an error, unless the column is one of categories or knows what to put in the place of a missing number. The
/// file is read row by row. Its numbers are doubles, whatever the network computes with: <see cref="Standardization{T}"/> takes them to its precision, and
/// leaves them the digits that tell rows apart.
/// </para>
/// <para>
/// Every record is a row or an error with its line. An empty line between rows of several columns is an error, and at the end of the file it is nothing; in a
/// file of one column an empty line is a row whose cell is missing. Blanks around a cell do not count, but for those in quotes. A quoted cell is
/// a text, not a missing value, whatever it says: <c>"NA"</c> is Namibia, <c>NA</c> is missing. Only <c>""</c> and blanks are missing in quotes, too.
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
        IReadOnlyList<string> remarks)
    {
        Path = path;
        FeatureNames = features.Names;
        TargetName = targetName;
        Labels = labels;
        Lines = lines;
        Remarks = remarks;
        Features = values;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names of the features: of their columns, or <c>column=category</c>.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The name of the target column; null if there is none.</summary>
    public string? TargetName { get; }

    /// <summary>The numbers, rows × features.</summary>
    public TensorBuffer<double> Features { get; }

    /// <summary>The target of each row as it is written; empty without a target column.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The line of the file where each row begins, from 1.</summary>
    public IReadOnlyList<long> Lines { get; }

    /// <summary>
    /// What somebody should know who did not mean it: categories that are unknown only by their writing, and so became zeros; the first
    /// one of each column, with its line.
    /// </summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Features.Rows;

    /// <summary>Reads a file whose columns are all numbers, but for one target.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <param name="header">What the first row is.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable Read(string path, string? target = null, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path, header);
        return Read(path, records, target);
    }

    /// <summary>Reads a stream, which may be one that cannot seek, whose columns are all numbers, but for one target.</summary>
    /// <param name="stream">Is read to its end and closed.</param>
    /// <param name="name">What complaints call it.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <param name="header">What the first row is.</param>
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

    /// <summary>Reads a file whose columns are all numbers, but for one that is passed over, whatever is in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ignored">The column that is passed over, if the file has it; null for none.</param>
    /// <param name="header">What the first row is.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable ReadWithout(string path, string? ignored, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var records = new CsvRecords(path, header);
        return ReadWithout(path, records, ignored);
    }

    /// <summary>Reads a stream, which may be one that cannot seek, whose columns are all numbers, but for one that is passed over.</summary>
    /// <param name="stream">Is read to its end and closed.</param>
    /// <param name="name">What complaints call it.</param>
    /// <param name="ignored">The column that is passed over, if the stream has it; null for none.</param>
    /// <param name="header">What the first row is.</param>
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
            : throw new CsvDataException(path, 1, null, $"there is no column beside '{ignored}'.");
    }

    /// <summary>Reads the named columns of numbers, in the order of their names; other columns are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="featureNames">The columns to read.</param>
    /// <param name="target">A column of labels, which is read if the file has it.</param>
    /// <param name="header">What the first row is.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable Read(string path, IReadOnlyList<string> featureNames, string? target = null, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(featureNames);
        return Read(path, TableFeatures.CreateNumeric(featureNames), target, header);
    }

    /// <summary>Reads columns by their names and turns them into features, as it was fitted on the rows of training; other columns are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="features">E.g. those of a model.</param>
    /// <param name="target">A column of labels, which is read if the file has it.</param>
    /// <param name="header">What the first row is.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvTable Read(string path, TableFeatures features, string? target = null, CsvHeader header = CsvHeader.Expected)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(features);
        using var records = new CsvRecords(path, header);
        return Read(path, records, features, target is null ? -1 : records.Find(target));
    }

    /// <summary>Reads columns of a stream, which may be one that cannot seek, by their names.</summary>
    /// <param name="stream">Is read to its end and closed.</param>
    /// <param name="name">What complaints call it.</param>
    /// <param name="features">E.g. those of a model.</param>
    /// <param name="target">A column of labels, which is read if the stream has it.</param>
    /// <param name="header">What the first row is.</param>
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

    private static CsvTable Read(string path, CsvRecords records, TableFeatures features, int targetColumn)
    {
        int[] columns = [.. features.Columns.Select(column => records.FindFeature(column.Name))];
        var values = new List<double>();
        var labels = new LabelColumn();
        var lines = new List<long>();
        var row = new double[features.Width];
        UnknownSpellings[] spellings = [.. features.Columns.Select(column => new UnknownSpellings(path, column))];
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

                spellings[i].Note(row.AsSpan(start, column.Width), records.Field(columns[i]), records.Line);
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

        var buffer = new TensorBuffer<double>(lines.Count, features.Width);
        values.CopyTo(buffer.Span);
        string? targetName = targetColumn < 0 ? null : records.Columns[targetColumn];
        return new CsvTable(path, features, targetName, buffer, labels.Labels, lines, UnknownSpellings.Remarks(spellings));
    }
}
