namespace VecNet;

/// <summary>How the rows of a table become features: its columns in order, each a number or a category.</summary>
/// <remarks>
/// Fitted on the rows of training and stored with the model, so that a row becomes the same features wherever the model is used.
/// </remarks>
public sealed class TableFeatures
{
    /// <summary>Puts columns side by side.</summary>
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
    /// Whether the features are the columns' numbers and nothing else: no categories, nothing in the place of what is missing.
    /// </summary>
    public bool ArePlainNumbers => Columns.All(column => column.Categories is null && column.MissingNumber is null);

    /// <summary>Columns of plain numbers; a missing one is an error.</summary>
    /// <exception cref="ArgumentException">There is no name, or one occurs twice.</exception>
    public static TableFeatures OfNumbers(IEnumerable<string> names) => new([.. names.Select(name => FeatureColumn.Number(name))]);

    /// <summary>Writes the features of one row.</summary>
    /// <param name="cells">The text of each column, in the order of <see cref="Columns"/>.</param>
    /// <param name="features">As many as <see cref="Width"/>; overwritten.</param>
    /// <exception cref="FormatException">A cell cannot be used; the message names the column and what is wrong.</exception>
    /// <exception cref="ArgumentException">The number of cells or of features is another.</exception>
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
