namespace VecNet;

/// <summary>
/// Finds the name that was probably meant by a different spelling, for messages; names are compared ordinally everywhere else.
/// </summary>
internal static class Spelling
{
    /// <summary>
    /// Returns the first name that is the same number, or the same text except for case and spaces; null if there is none.
    /// </summary>
    internal static string? FindSimilar(ReadOnlySpan<char> text, IEnumerable<string> names)
    {
        string key = Key(text.ToString());
        bool isNumber = DecimalNumber.TryParse(text, out DecimalNumber number);
        return names.FirstOrDefault(
            name => (isNumber && DecimalNumber.TryParse(name, out DecimalNumber other) && other == number) || Key(name) == key);
    }

    private static string Key(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character))).ToUpperInvariant();
}
