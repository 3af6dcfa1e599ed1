using System.Globalization;
using System.Text;

namespace VecNet.Tests;

/// <summary>
/// What Hugging Face's tokenizers know of characters: categories of Unicode 8 (.NET's, except where unicode.txt differs), and
/// decompositions and combining classes of Unicode 9 (from unicode.txt, since .NET has none where globalization is invariant).
/// </summary>
internal static class UnicodeReference
{
    private static readonly Dictionary<int, UnicodeCategory> OtherCategories = [];
    private static readonly Dictionary<int, Rune[]> Decompositions = [];
    private static readonly Dictionary<int, int> CombiningClasses = [];

    static UnicodeReference()
    {
        using Stream stream = typeof(UnicodeReference).Assembly.GetManifestResourceStream("Text/unicode.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine()?.Split(' ') is { } parts)
        {
            int character = Parse(parts[0]);
            Listed.Add(new Rune(character));
            switch (parts[1])
            {
                case "=":
                    OtherCategories.Add(character, parts[2] switch
                    {
                        "Mn" => UnicodeCategory.NonSpacingMark,
                        "Po" => UnicodeCategory.OtherPunctuation,
                        _ => UnicodeCategory.OtherLetter,
                    });
                    break;
                case ":":
                    Decompositions.Add(character, [.. parts[2..].Select(part => new Rune(Parse(part)))]);
                    break;
                default:
                    CombiningClasses.Add(character, int.Parse(parts[2], CultureInfo.InvariantCulture));
                    break;
            }
        }

        static int Parse(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>All Unicode scalar values.</summary>
    public static IEnumerable<Rune> All => Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value));

    /// <summary>The characters of unicode.txt.</summary>
    public static HashSet<Rune> Listed { get; } = [];

    public static UnicodeCategory CategoryOf(Rune character) =>
        OtherCategories.TryGetValue(character.Value, out UnicodeCategory category) ? category : Rune.GetUnicodeCategory(character);

    /// <summary>White space in the sense of Unicode.</summary>
    public static bool IsSpace(Rune character) => Rune.IsWhiteSpace(character);

    /// <summary>The normal form D, by the definition.</summary>
    public static List<Rune> Decompose(IEnumerable<Rune> text)
    {
        List<Rune> result = [.. text.SelectMany(Decompose)];
        for (int start = 0; start < result.Count;)
        {
            int end = start;
            while (end < result.Count && ClassOf(result[end]) != 0)
            {
                end++;
            }

            Rune[] ordered = [.. result[start..end].OrderBy(ClassOf)];
            for (int i = 0; i < ordered.Length; i++)
            {
                result[start + i] = ordered[i];
            }

            start = end + 1;
        }

        return result;
    }

    /// <summary>The lower case of a character, without context; one character has two.</summary>
    public static IEnumerable<Rune> Lower(Rune character) =>
        character.Value == 0x130 ? [new Rune('i'), new Rune(0x307)] : [Rune.ToLowerInvariant(character)];

    private static int ClassOf(Rune character) => CombiningClasses.GetValueOrDefault(character.Value);

    private static Rune[] Decompose(Rune character)
    {
        int syllable = character.Value - 0xAC00;
        if (syllable is < 0 or >= 19 * 21 * 28)
        {
            return Decompositions.TryGetValue(character.Value, out Rune[]? parts) ? parts : [character];
        }

        Rune[] jamo = [new(0x1100 + (syllable / 28 / 21)), new(0x1161 + (syllable / 28 % 21)), new(0x11A7 + (syllable % 28))];
        return syllable % 28 == 0 ? jamo[..2] : jamo;
    }
}
