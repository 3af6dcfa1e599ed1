namespace VecNet;

/// <summary>The conversion of a table's rows to features: its columns in order, each of numbers or categories.</summary>
/// <remarks>It is fitted on the training rows and stored with the model, so that a row always has the same features.</remarks>
public sealed class TableFeatures
{
    /// <summary>Creates the conversion from its columns.</summary>
    /// <exception cref="ArgumentException">There is no column, or a name occurs twice.</exception>
    public TableFeatures(IReadOnlyList<FeatureColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0 || columns.DistinctBy(column => column.Name).Count() != columns.Count)
        {
            throw new ArgumentException("There must be columns, and their names must differ.", nameof(columns));
        }

        Columns = [.. columns];
        Names = [.. columns.SelectMany(column => column.Categories?.Select(category => $"{column.Name}={category}") ?? [column.Name])];
    }

    /// <summary>The columns, in the order of their features.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>A name for each feature: the column's, or <c>column=category</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of features.</summary>
    public int Width => Names.Count;

    /// <summary>
    /// Whether the features are only the columns' numbers: there are no categories and no replacements of missing numbers.
    /// </summary>
    public bool ArePlainNumbers => Columns.All(column => column.Categories is null && column.MissingNumber is null);

    /// <summary>Creates columns of plain numbers; a missing one is an error.</summary>
    /// <exception cref="ArgumentException">There is no name, or one occurs twice.</exception>
    public static TableFeatures CreateNumeric(IEnumerable<string> names) => new([.. names.Select(name => FeatureColumn.Number(name))]);

    /// <summary>Writes the features of one row.</summary>
    /// <param name="cells">The text of each column, in the order of <see cref="Columns"/>.</param>
    /// <param name="features">The result, of <see cref="Width"/> elements.</param>
    /// <exception cref="FormatException">A cell cannot be used; the message names the column and the error.</exception>
    /// <exception cref="ArgumentException">The number of cells or of features is wrong.</exception>
    public void Encode(IReadOnlyList<string> cells, Span<double> features)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Count != Columns.Count || features.Length != Width)
        {
            throw new ArgumentException(
                $"There are {cells.Count} cells and {features.Length} features; the table has {Columns.Count} columns and "
                + $"{Width} features.",
                nameof(cells));
        }

        int start = 0;
        for (int i = 0; i < Columns.Count; i++)
        {
            FeatureColumn column = Columns[i];
            try
            {
                column.Encode(cells[i], features.Slice(start, column.Width));
            }
            catch (FormatException error)
            {
                throw new FormatException($"column '{column.Name}': {error.Message}", error);
            }

            start += column.Width;
        }
    }
}
