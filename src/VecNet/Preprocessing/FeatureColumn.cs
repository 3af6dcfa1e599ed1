using System.Globalization;

namespace VecNet;

/// <summary>The treatment of a category that did not occur in the training rows.</summary>
public enum UnknownCategory
{
    /// <summary>The category is an error.</summary>
    Refuse,

    /// <summary>All features of the column are 0, since it is none of the known categories.</summary>
    Zeros,
}

/// <summary>
/// One column of a table, and the conversion of its cells to features: a number is one feature; a category is a feature for each category,
/// one of which is 1.
/// </summary>
/// <remarks>
/// A cell is missing if it is empty or says <c>NA</c>, <c>N/A</c>, <c>NaN</c>, <c>nan</c>, <c>null</c>, <c>NULL</c> or <c>?</c>; in a CSV
/// file a quoted cell that is not empty is not missing. A missing cell is an error unless the column has a replacement for it. Numbers are
/// written with a decimal point in every culture, and become doubles: they are rounded to the network's precision after they have been
/// standardized. Categories are texts, compared ordinally.
/// </remarks>
public sealed class FeatureColumn
{
    private const int LongestQuotation = 40;
    private const int MostNamedCategories = 12;

    private readonly Dictionary<string, int> positions = new(StringComparer.Ordinal);

    private FeatureColumn(string name) => Name = name;

    /// <summary>The column's name in its table.</summary>
    public string Name { get; }

    /// <summary>The categories, one feature each, in this order; null for a column of numbers.</summary>
    public IReadOnlyList<string>? Categories { get; private init; }

    /// <summary>The number that replaces a missing one; null if that is an error.</summary>
    public double? MissingNumber { get; private init; }

    /// <summary>The category that replaces a missing one; null if that is an error.</summary>
    public string? MissingCategory { get; private init; }

    /// <summary>The treatment of a category that is not one of <see cref="Categories"/>.</summary>
    public UnknownCategory Unknown { get; private init; }

    /// <summary>The number of features.</summary>
    public int Width => Categories?.Count ?? 1;

    /// <summary>Creates a column of numbers, which become one feature.</summary>
    /// <param name="name">The name of the column in the table.</param>
    /// <param name="missing">The replacement of a missing number; null if that is an error.</param>
    /// <exception cref="ArgumentException">The number is not finite.</exception>
    public static FeatureColumn Number(string name, double? missing = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        UnicodeText.Check(name, "The column name", nameof(name));
        return missing is null || double.IsFinite(missing.Value)
            ? new(name) { MissingNumber = missing }
            : throw new ArgumentException(
                $"The replacement of a missing number must be finite; for column '{name}' it is {missing}.", nameof(missing));
    }

    /// <summary>Creates a column of categories, which become one feature each: 1 for the cell's own, 0 for all others.</summary>
    /// <param name="name">The name of the column in the table.</param>
    /// <param name="categories">The categories, all of which differ.</param>
    /// <param name="missing">The one that replaces a missing category; null if that is an error.</param>
    /// <param name="unknown">The treatment of any other category.</param>
    /// <exception cref="ArgumentException">There is no category, one occurs twice, or the one for missing cells is not among
    /// them.</exception>
    public static FeatureColumn Category(
        string name, IReadOnlyList<string> categories, string? missing = null, UnknownCategory unknown = UnknownCategory.Refuse)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(categories);
        UnicodeText.Check(name, "The column name", nameof(name));
        var column = new FeatureColumn(name) { Categories = [.. categories], MissingCategory = missing, Unknown = unknown };
        for (int i = 0; i < categories.Count; i++)
        {
            UnicodeText.Check(categories[i], $"Column '{name}': the category", nameof(categories));
            if (!column.positions.TryAdd(categories[i], i))
            {
                throw new ArgumentException($"Column '{name}' has the category '{categories[i]}' twice.", nameof(categories));
            }
        }

        if (categories.Count == 0 || (missing is not null && !column.positions.ContainsKey(missing)))
        {
            throw new ArgumentException(
                $"Column '{name}' has no category{(categories.Count == 0 ? "" : $" '{missing}'")}.", nameof(categories));
        }

        return column;
    }

    /// <summary>Whether a cell counts as missing.</summary>
    public static bool IsMissing(ReadOnlySpan<char> cell) =>
        cell.Trim() is "" or "NA" or "N/A" or "NaN" or "nan" or "null" or "NULL" or "?";

    /// <summary>
    /// Whether a field of a CSV file counts as missing: a quoted one is a text, and missing only if it is empty or blank.
    /// </summary>
    /// <param name="cell">The cell without its quotes.</param>
    /// <param name="isQuoted">Whether it was quoted.</param>
    public static bool IsMissing(ReadOnlySpan<char> cell, bool isQuoted) => isQuoted ? cell.IsWhiteSpace() : IsMissing(cell);

    /// <summary>
    /// Writes the features of one cell that is not a field of a file. A category that is written like a missing cell is that category.
    /// </summary>
    /// <param name="cell">The cell; surrounding spaces are ignored.</param>
    /// <param name="features">The result, of <see cref="Width"/> elements.</param>
    /// <exception cref="FormatException">The cell cannot be used; the message explains why in one sentence.</exception>
    /// <exception cref="ArgumentException">The number of features is wrong.</exception>
    public void Encode(ReadOnlySpan<char> cell, Span<double> features)
    {
        if (Categories is null)
        {
            Encode(cell, isQuoted: false, features);
        }
        else
        {
            Mark(GetCategory(cell), features);
        }
    }

    /// <summary>Writes the features of a field of a CSV file.</summary>
    /// <param name="cell">The cell without its quotes; surrounding spaces are significant only in quotes.</param>
    /// <param name="isQuoted">Whether it was quoted: a quoted cell is a text, and <c>NA</c> in it is a category, not a missing one.</param>
    /// <param name="features">The result, of <see cref="Width"/> elements.</param>
    /// <exception cref="FormatException">The cell cannot be used; the message explains why in one sentence.</exception>
    /// <exception cref="ArgumentException">The number of features is wrong.</exception>
    public void Encode(ReadOnlySpan<char> cell, bool isQuoted, Span<double> features)
    {
        if (Categories is not null)
        {
            Mark(GetCategory(cell, isQuoted), features);
            return;
        }

        CheckWidth(features);
        features[0] = MissingNumber is { } number && IsMissing(cell, isQuoted) ? number : ParseNumber(cell.Trim());
    }

    /// <summary>Parses the number of a cell.</summary>
    /// <exception cref="FormatException">The cell is not a number, or the number is not finite.</exception>
    public static double ParseNumber(ReadOnlySpan<char> cell)
    {
        if (cell.IsEmpty)
        {
            throw new FormatException("the number is missing.");
        }

        // The parser ignores zero characters at the end.
        if (cell.Contains('\0') || !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            throw new FormatException($"'{Shorten(cell)}' is not a number.");
        }

        return double.IsFinite(number) ? number : throw new FormatException($"'{Shorten(cell)}' is not a finite number.");
    }

    /// <summary>
    /// Gets the index of a cell's category in <see cref="Categories"/>; −1 for an unknown one that becomes zeros. A category that is
    /// written like a missing cell is that category, since outside of a file there are no quotes to distinguish them.
    /// </summary>
    /// <exception cref="FormatException">The category is missing or unknown, and that is an error.</exception>
    /// <exception cref="InvalidOperationException">The column has numbers.</exception>
    public int GetCategory(ReadOnlySpan<char> cell)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> known = positions.GetAlternateLookup<ReadOnlySpan<char>>();
        return known.TryGetValue(cell, out int position) || known.TryGetValue(cell.Trim(), out position)
            ? position
            : GetCategory(cell, isQuoted: false);
    }

    /// <summary>
    /// Gets the index in <see cref="Categories"/> of the category of a CSV file's field; −1 for an unknown one that becomes zeros.
    /// </summary>
    /// <param name="cell">The cell without its quotes; surrounding spaces are significant only in quotes.</param>
    /// <param name="isQuoted">Whether it was quoted: a quoted cell is a text, and <c>NA</c> in it is a category, not a missing one.</param>
    /// <exception cref="FormatException">The category is missing or unknown, and that is an error.</exception>
    /// <exception cref="InvalidOperationException">The column has numbers.</exception>
    public int GetCategory(ReadOnlySpan<char> cell, bool isQuoted)
    {
        if (Categories is null)
        {
            throw new InvalidOperationException($"Column '{Name}' has numbers, not categories.");
        }

        cell = isQuoted ? cell : cell.Trim();
        if (IsMissing(cell, isQuoted))
        {
            return MissingCategory is { } category
                ? positions[category]
                : throw new FormatException(
                    cell.IsWhiteSpace() ? "the category is missing." : $"the category is missing: '{cell}' counts as missing.");
        }

        bool isKnown = positions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(cell, out int position);
        return isKnown ? position : Unknown == UnknownCategory.Zeros ? -1 : throw new FormatException(FindSimilar(cell) is { } similar
            ? $"'{Shorten(cell)}' is not one of the categories; '{similar}' is: categories are compared as text."
            : $"'{Shorten(cell)}' is not one of the categories seen in training: "
                + $"{string.Join(", ", Categories.Take(MostNamedCategories))}{(Categories.Count > MostNamedCategories ? ", …" : "")}.");
    }

    /// <summary>
    /// Finds the category that was probably meant by a cell whose text is not one of <see cref="Categories"/>: the same number, or the same
    /// word except for case and spaces; null if there is none, or if the cell is one of them exactly.
    /// </summary>
    public string? FindSimilar(ReadOnlySpan<char> cell) =>
        Categories is null || positions.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(cell)
            ? null
            : Spelling.FindSimilar(cell, Categories);

    private void Mark(int position, Span<double> features)
    {
        CheckWidth(features);
        features.Clear();
        if (position >= 0)
        {
            features[position] = 1;
        }
    }

    private void CheckWidth(Span<double> features)
    {
        if (features.Length != Width)
        {
            throw new ArgumentException($"Column '{Name}' has {Width} features, not {features.Length}.", nameof(features));
        }
    }

    private static string Shorten(ReadOnlySpan<char> text) =>
        text.Length <= LongestQuotation ? text.ToString() : $"{text[..(LongestQuotation - 1)]}…";
}
