using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>
/// GPT-2's tokenizer as plain as it can be written: a regular expression, and one merge after another over the whole word.
/// </summary>
internal sealed partial class ByteLevelReference(IReadOnlyList<string> vocabulary, IReadOnlyList<(string Left, string Right)> merges)
{
    private readonly Dictionary<string, int> ids = vocabulary.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
    private readonly Dictionary<(string, string), int> ranks =
        merges.Index().ToDictionary(entry => entry.Item, entry => entry.Index);

    /// <summary>The letters of the bytes, in their order: printable Latin-1, and from U+0100 on for the others.</summary>
    public static string[] Letters { get; } = CreateLetters();

    public int[] Encode(string text) => [.. Words(text).SelectMany(Pieces)];

    /// <summary>
    /// The words of a text. .NET's expressions know only characters of 16 bits: those of 32 bits are replaced by one of the same kind
    /// before the search.
    /// </summary>
    public static IEnumerable<string> Words(string text)
    {
        Rune[] characters = [.. text.EnumerateRunes()];
        string kinds = string.Concat(characters.Select(character => character.IsBmp ? (char)character.Value : Rune.IsLetter(character) ? 'x'
            : Rune.IsNumber(character) ? '\u0661' : '\u2603'));
        return Expression.Matches(kinds).Select(match => string.Concat(characters.Skip(match.Index).Take(match.Length)));
    }

    private static string[] CreateLetters()
    {
        string[] letters = new string[256];
        int next = 0x100;
        for (int value = 0; value < 256; value++)
        {
            bool isPrintable = value < 0x100 && value is not (0x20 or 0xA0 or 0xAD)
                && char.GetUnicodeCategory((char)value) != UnicodeCategory.Control;
            letters[value] = ((char)(isPrintable ? value : next++)).ToString();
        }

        return letters;
    }

    private IEnumerable<int> Pieces(string word)
    {
        List<string> parts = [.. Encoding.UTF8.GetBytes(word).Select(value => Letters[value])];
        while (true)
        {
            var pairs = parts.Zip(parts.Skip(1)).Where(ranks.ContainsKey).ToArray();
            if (pairs.Length == 0)
            {
                return parts.Select(part => ids[part]);
            }

            (string left, string right) = pairs.MinBy(pair => ranks[pair]);
            for (int i = 0; i + 1 < parts.Count; i++)
            {
                if (parts[i] == left && parts[i + 1] == right)
                {
                    parts[i] = left + right;
                    parts.RemoveAt(i + 1);
                }
            }
        }
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Expression { get; }
}
