namespace VecNet.Formats;

/// <summary>
/// The cells of a CSV file for training: they are read once, before the rows on which means and categories are fitted are known.
/// </summary>
/// <remarks>A number takes 8 bytes of memory, and a category 4.</remarks>
public sealed class CsvCells
{
    /// <summary>The maximum number of categories: a column with more probably has names or numbers.</summary>
    private const int MostCategories = 1000;

    private readonly CsvColumnRules rules;
    private readonly CellColumn[] columns;

    private CsvCells(
        string path,
        CsvColumnRules rules,
        CellColumn[] columns,
        string? targetName,
        IReadOnlyList<string> labels,
        IReadOnlyList<double>? weights,
        List<long> lines)
    {
        Path = path;
        this.rules = rules;
        this.columns = columns;
        TargetName = targetName;
        Labels = labels;
        Weights = weights;
        Lines = lines;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The name of the target column; null if there is none.</summary>
    public string? TargetName { get; }

    /// <summary>The target of each row as it is written; empty without a target column.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The weight of each row; null if the rules name no column of weights.</summary>
    public IReadOnlyList<double>? Weights { get; }

    /// <summary>The line of the file where each row begins, from 1.</summary>
    public IReadOnlyList<long> Lines { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Lines.Count;

    /// <summary>Reads a file, row by row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <param name="rules">The preprocessing of the other columns.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file, line and column.</exception>
    public static CsvCells Read(string path, string? target, CsvColumnRules rules)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(rules);
        using var records = new CsvRecords(path, rules.Header);
        return Read(path, records, target, rules);
    }

    /// <summary>Reads a stream, which need not be seekable, row by row.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="target">The column of labels; null if there is none.</param>
    /// <param name="rules">The preprocessing of the other columns.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message names line and column.</exception>
    public static CsvCells Read(Stream stream, string name, string? target, CsvColumnRules rules)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(rules);
        using var records = new CsvRecords(name, rules.Header, stream);
        return Read(name, records, target, rules);
    }

    private static CsvCells Read(string path, CsvRecords records, string? target, CsvColumnRules rules)
    {
        int targetColumn = records.FindTarget(target);
        var weights = new WeightColumn(path, records, rules.Weights, targetColumn);
        foreach (string name in rules.Categorical)
        {
            int column = records.Find(name);
            if (column < 0 || column == targetColumn || column == weights.Column)
            {
                string use = column == targetColumn ? "is the target" : "has the weights";
                throw new CsvDataException(path, 1, null, column < 0
                    ? $"the categorical column '{name}' does not exist; the columns are {records.ColumnList}."
                    : $"column '{name}' {use} and cannot also be a categorical feature.");
            }
        }

        CellColumn[] columns = [.. Enumerable.Range(0, records.Columns.Count)
            .Where(column => column != targetColumn && column != weights.Column)
            .Select(column => new CellColumn(records.Columns[column], column, rules.Categorical.Contains(records.Columns[column])))];
        if (columns.Length == 0)
        {
            throw new CsvDataException(path, 1, null, $"the file has no column other than the target '{target}' and the weights.");
        }

        var labels = new LabelColumn();
        var lines = new List<long>();
        while (records.Read())
        {
            lines.Add(records.Line);
            foreach (CellColumn column in columns)
            {
                column.Add(records, rules.FillMissing);
            }

            weights.Add(records);
            if (targetColumn >= 0)
            {
                labels.Add(records, targetColumn);
            }
        }

        return lines.Count > 0
            ? new CsvCells(path, rules, columns, target, labels.Labels, weights.Complete(), lines)
            : throw new CsvDataException(path, "the file has a header but no rows.");
    }

    /// <summary>Fits means and categories on the training rows only.</summary>
    /// <param name="trainingRows">The numbers of the training rows, from 0.</param>
    /// <exception cref="CsvDataException">A column has no value in these rows, or has too many categories.</exception>
    public TableFeatures Fit(IReadOnlyList<int> trainingRows)
    {
        ArgumentNullException.ThrowIfNull(trainingRows);
        return new TableFeatures([.. columns.Select(column => Fit(column, trainingRows))]);
    }

    /// <summary>Converts all rows to features.</summary>
    /// <exception cref="CsvDataException">
    /// A row has a category that is not in the training rows, and the rules reject it; or a value is missing, and the features have no
    /// replacement for it.
    /// </exception>
    public CsvTable Encode(TableFeatures features)
    {
        ArgumentNullException.ThrowIfNull(features);
        var values = new TensorBuffer<double>(Rows, features.Width);
        int start = 0;
        UnknownCategoryWarnings[] unknown = [.. features.Columns.Select(column => new UnknownCategoryWarnings(Path, column))];
        for (int i = 0; i < columns.Length; i++)
        {
            FeatureColumn fitted = features.Columns[i];
            int[] positions = fitted.Categories is null ? [] : Positions(columns[i], fitted, unknown[i]);
            for (int row = 0; row < Rows; row++)
            {
                if (fitted.Categories is null)
                {
                    double number = columns[i].Numbers[row];
                    values.View[row, start] = !double.IsNaN(number) ? number
                        : fitted.MissingNumber ?? throw new CsvDataException(Path, Lines[row], fitted.Name, "the number is missing.");
                }
                else if (positions[columns[i].Codes[row] + 1] is >= 0 and int position)
                {
                    values.View[row, start + position] = 1;
                }
            }

            start += fitted.Width;
        }

        return new CsvTable(Path, features, TargetName, values, Labels, Lines, UnknownCategoryWarnings.Warnings(unknown))
        {
            Weights = Weights,
        };
    }

    /// <summary>The indices among the fitted categories of a missing value, and after it of each text of a column.</summary>
    private int[] Positions(CellColumn column, FeatureColumn fitted, UnknownCategoryWarnings unknown)
    {
        int[] positions = new int[column.Texts.Count + 1];
        for (int code = -1; code < column.Texts.Count; code++)
        {
            int firstRow = column.Codes.IndexOf(code);
            if (firstRow < 0)
            {
                continue;
            }

            try
            {
                positions[code + 1] = code < 0
                    ? fitted.GetCategory("", isQuoted: false)
                    : fitted.GetCategory(column.Texts[code], isQuoted: true);
            }
            catch (FormatException error)
            {
                throw new CsvDataException(Path, Lines[firstRow], column.Name, error.Message, error);
            }

            if (positions[code + 1] < 0)
            {
                unknown.Check(column.Texts[code], Lines[firstRow]);
            }
        }

        return positions;
    }

    private FeatureColumn Fit(CellColumn column, IReadOnlyList<int> rows)
    {
        if (!column.IsCategory)
        {
            return FeatureColumn.Number(column.Name, rules.FillMissing ? Mean(column, rows) : null);
        }

        (string Text, int Count)[] categories = [.. rows
            .Where(row => column.Codes[row] >= 0)
            .Select(row => column.Texts[column.Codes[row]])
            .GroupBy(text => text, (text, same) => (text, same.Count()))
            .OrderBy(category => category.text, StringComparer.Ordinal)];
        return categories.Length switch
        {
            0 => throw new CsvDataException(Path, null, column.Name, "the column has no category in the training rows."),
            > MostCategories => throw new CsvDataException(
                Path,
                null,
                column.Name,
                $"there are {categories.Length} categories in {rows.Count} training rows; the limit is {MostCategories}."),
            _ => FeatureColumn.Category(
                column.Name,
                [.. categories.Select(category => category.Text)],
                rules.FillMissing ? categories.MaxBy(category => category.Count).Text : null,
                rules.Unknown),
        };
    }

    private double Mean(CellColumn column, IReadOnlyList<int> rows)
    {
        double[] numbers = [.. rows.Select(row => column.Numbers[row]).Where(number => !double.IsNaN(number))];
        return numbers.Length > 0
            ? Standardization.Fit<double>(numbers.AsView(numbers.Length, 1)).Means[0]
            : throw new CsvDataException(
                Path, null, column.Name, "the column has no number in the training rows, and so no mean to fill in.");
    }
}
