using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>BERT's tokenizer as plain as it can be written: one step after another over the whole text.</summary>
internal sealed class WordPieceReference(IReadOnlyList<string> vocabulary, WordPieceOptions options)
{
    private static readonly (int First, int Last)[] Chinese =
    [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF),
        (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    ];

    private readonly Dictionary<string, int> ids = vocabulary.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
    private readonly string[] special =
    [
        .. new[] { options.UnknownToken, options.ClassificationToken, options.SeparatorToken, options.PaddingToken, options.MaskToken }
            .Where(vocabulary.Contains),
    ];

    public int[] Encode(string text)
    {
        List<int> result = [ids[options.ClassificationToken]];
        foreach (string part in Regex.Split(text, $"({string.Join('|', special.Select(Regex.Escape))})"))
        {
            if (special.Contains(part))
            {
                result.Add(ids[part]);
                continue;
            }

            foreach (string word in Words(part))
            {
                result.AddRange(Pieces(word));
            }
        }

        return [.. result, ids[options.SeparatorToken]];
    }

    /// <summary>The words of a text without special tokens, normalized.</summary>
    public IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (Rune character in Normalize(text).Append(new Rune(' ')))
        {
            bool isSpace = UnicodeReference.IsSpace(character), isPunctuation = IsPunctuation(character);
            if ((isSpace || isPunctuation) && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }

            if (isPunctuation)
            {
                yield return character.ToString();
            }
            else if (!isSpace)
            {
                word.Append(character.ToString());
            }
        }
    }

    private List<Rune> Normalize(string text)
    {
        // Runes are enumerated with U+FFFD for a lone surrogate.
        IEnumerable<Rune> characters = text.EnumerateRunes();
        if (options.RemoveControlCharacters)
        {
            characters = characters.Where(character => !IsRemoved(character))
                .Select(character => UnicodeReference.IsSpace(character) ? new Rune(' ') : character);
        }

        if (options.SeparateChineseCharacters)
        {
            characters = characters.SelectMany(character => IsChinese(character)
                ? [new Rune(' '), character, new Rune(' ')]
                : new[] { character });
        }

        if (options.StripAccents ?? options.Lowercase)
        {
            characters = UnicodeReference.Decompose(characters)
                .Where(character => UnicodeReference.CategoryOf(character) != UnicodeCategory.NonSpacingMark);
        }

        return [.. options.Lowercase ? characters.SelectMany(UnicodeReference.Lower) : characters];
    }

    private List<int> Pieces(string word)
    {
        List<int> pieces = [];
        if (word.EnumerateRunes().Count() > options.MaxCharactersPerWord)
        {
            return [ids[options.UnknownToken]];
        }

        for (int start = 0, end; start < word.Length; start = end)
        {
            string prefix = start == 0 ? "" : options.ContinuationPrefix;
            for (end = word.Length; end > start && !ids.ContainsKey(prefix + word[start..end]); end--)
            {
            }

            if (end == start)
            {
                return [ids[options.UnknownToken]];
            }

            pieces.Add(ids[prefix + word[start..end]]);
        }

        return pieces;
    }

    private static bool IsRemoved(Rune character) => character.Value is 0 or 0xFFFD || (character.Value is not ('\t' or '\n' or '\r')
        && UnicodeReference.CategoryOf(character)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse);

    private static bool IsChinese(Rune character) =>
        Array.Exists(Chinese, range => character.Value >= range.First && character.Value <= range.Last);

    private static bool IsPunctuation(Rune character) => character.IsAscii
        ? character.Value is > ' ' and < 0x7F && !Rune.IsLetterOrDigit(character)
        : UnicodeReference.CategoryOf(character)
            is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation;
}
