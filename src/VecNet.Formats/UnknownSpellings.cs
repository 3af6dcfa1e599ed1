namespace VecNet.Formats;

/// <summary>
/// Looks among the unknown categories of a column, which become zeros, for one that differs from a known one only by its writing.
/// </summary>
internal sealed class UnknownSpellings(string path, FeatureColumn column)
{
    /// <summary>Each is compared with every category: of a column of more there is nothing to be learned from a remark.</summary>
    private const int MostCompared = 100;

    private readonly HashSet<string> compared = new(StringComparer.Ordinal);
    private string? remark;

    /// <summary>The remarks of some columns.</summary>
    internal static IReadOnlyList<string> Remarks(IEnumerable<UnknownSpellings> columns) =>
        [.. columns.Select(column => column.remark).OfType<string>()];

    /// <summary>Takes note of a cell whose features are these.</summary>
    internal void Note(ReadOnlySpan<double> features, ReadOnlySpan<char> cell, long line)
    {
        if (column.Categories is not null && !features.ContainsAnyExcept(0.0))
        {
            Note(cell, line);
        }
    }

    /// <summary>Takes note of a cell that is none of the categories.</summary>
    internal void Note(ReadOnlySpan<char> cell, long line)
    {
        if (remark is null && compared.Count < MostCompared && compared.GetAlternateLookup<ReadOnlySpan<char>>().Add(cell)
            && column.FindSimilar(cell) is { } similar)
        {
            remark = $"{path}, line {line}, column '{column.Name}': '{cell}' is not one of the categories and becomes zeros; "
                + $"'{similar}' is: categories are compared as text.";
        }
    }
}
