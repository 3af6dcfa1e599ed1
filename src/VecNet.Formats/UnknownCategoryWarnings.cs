namespace VecNet.Formats;

/// <summary>
/// Finds, among the unknown categories of a column, which become zeros, one that is similar to a known category.
/// </summary>
internal sealed class UnknownCategoryWarnings(string path, FeatureColumn column)
{
    /// <summary>The largest number of unknown categories that are compared with every known one.</summary>
    private const int MostCompared = 100;

    private readonly HashSet<string> compared = new(StringComparer.Ordinal);
    private string? warning;

    /// <summary>The warnings for the given columns.</summary>
    internal static IReadOnlyList<string> Warnings(IEnumerable<UnknownCategoryWarnings> columns) =>
        [.. columns.Select(column => column.warning).OfType<string>()];

    /// <summary>Compares a cell with the known categories, if its features are zeros.</summary>
    internal void Check(ReadOnlySpan<double> features, ReadOnlySpan<char> cell, long line)
    {
        if (column.Categories is not null && !features.ContainsAnyExcept(0.0))
        {
            Check(cell, line);
        }
    }

    /// <summary>Compares a cell that is not one of the categories with them.</summary>
    internal void Check(ReadOnlySpan<char> cell, long line)
    {
        if (warning is null && compared.Count < MostCompared && compared.GetAlternateLookup<ReadOnlySpan<char>>().Add(cell)
            && column.FindSimilar(cell) is { } similar)
        {
            warning = $"{path}, line {line}, column '{column.Name}': '{cell}' is not one of the categories and is encoded as zeros. "
                + $"Did you mean '{similar}'? Categories are compared as text.";
        }
    }
}
