using System.Text;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Texts of few characters that show many rules, and a vocabulary that tells what has become of each character.</summary>
internal static class TextSamples
{
    private static readonly string[] Parts =
    [
        " ", "  ", "\n", "\t", "\r\n", "\0", "\u000B", "\u0085", "\u00A0", "\u3000", "\u200B", "\u00AD", "\uFFFD", "\uFFFE", "\uE000",
        "a", "B", "the", "THE ", "un", "aff", "able", "internationalization", "internationalizations", "x1", "2026", "Ab1Cd2", ".", ",",
        "'", "-", "##", "$", "`", "\u00BF", "\u2026", "\u166D", "\u2260", "\u037E", "\u4E2D", "\u6587", "\uF900", "\U0002B820",
        "\U0002B920", "\U0002F81A", "\u304C", "\u30D1", "\uAC00", "\uAC01", "\uD55C", "\u1112\u1161\u11AB", "\u00E9", "e\u0301", "\u01D5",
        "\u0130", "\u00DF", "\u1E9E", "\u03A3", "\u03C2", "\u0419", "\u0451\u0436", "\u01C5", "\u0301", "\u0327", "\u0344", "\u034F",
        "\u0F73", "\u302E", "\u302F", "\U0001D165", "\U0001D16D", "\U0001D160", "\u1DFB", "\u09CB", "\u0CCB", "\U0001F600", "\uD83D",
        "\uDE00", "[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "[mask]", "[MASK", "[[UNK]]", "abcdefghijklmnopqrstuvwxyz0123456789",
    ];

    private static readonly Rune[] Listed = [.. UnicodeReference.Listed.Order()];

    /// <summary>The special tokens, some words and pieces, and each character that occurs in samples, as a word and in a word.</summary>
    internal static string[] Vocabulary { get; } =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
        .. new[] { "the", "th", "internationalization", "international", "un", "ab1", "2026", "\u1112\u1161\u11AB", "\u0435\u0436" }
            .Concat(Characters())
            .Distinct()
            .SelectMany(word => new[] { word, "##" + word }),
    ];

    /// <summary>All combinations of the options that normalize.</summary>
    internal static WordPieceOptions[] Options { get; } =
    [
        .. Enumerable.Range(0, 24).Select(number => new WordPieceOptions
        {
            Lowercase = (number & 1) == 0,
            SeparateChineseCharacters = (number & 2) == 0,
            RemoveControlCharacters = (number & 4) == 0,
            StripAccents = (number / 8) switch { 0 => null, 1 => true, _ => false },
        }),
    ];

    /// <summary>A text of parts and of characters that are not ordinary, one for each number.</summary>
    internal static string Mixed(IEnumerable<int> parts) => string.Concat(parts.Select(part =>
    {
        uint number = (uint)part * 2654435769;
        return number % 3 == 0
            ? Listed[(number >> 2) % (uint)Listed.Length].ToString()
            : Parts[(number >> 2) % (uint)Parts.Length];
    }));

    private static IEnumerable<string> Characters()
    {
        IEnumerable<Rune> all = string.Concat(Parts).EnumerateRunes().Concat(Listed);
        return all
            .Concat(UnicodeReference.Decompose(all))
            .SelectMany(character => UnicodeReference.Lower(character).Append(character))
            .Where(character => character.Value != 0)
            .Select(character => character.ToString())
            .Append(".");
    }
}
