using System.Text;

namespace VecNet;

/// <summary>A tokenizer with a token for each character (Unicode scalar) of the texts that it was learned from.</summary>
/// <remarks>
/// The tokens are numbered in the order of the characters' values. A tokenizer may have another token, the last, for all characters that
/// it does not know; without it, <see cref="Tokenizer.Encode(ReadOnlySpan{char})"/> rejects them.
/// <code>
/// CharacterTokenizer tokenizer = CharacterTokenizer.Learn(["to be or not to be"]);
/// Console.WriteLine(tokenizer.Characters);
/// </code>
/// </remarks>
public sealed class CharacterTokenizer : Tokenizer
{
    private readonly Dictionary<Rune, int> ids;

    /// <summary>Creates a tokenizer for the characters of a text, each of which occurs once, in the order of their tokens.</summary>
    /// <param name="characters">The characters.</param>
    /// <param name="hasUnknown">Whether there is a token for unknown characters.</param>
    /// <exception cref="ArgumentException">
    /// There is no character, one occurs twice, or the text is not valid Unicode.
    /// </exception>
    public CharacterTokenizer(string characters, bool hasUnknown = false)
        : base(TokensOf(characters, hasUnknown))
    {
        Characters = characters;
        ids = [];
        foreach (Rune character in characters.EnumerateRunes())
        {
            if (!ids.TryAdd(character, ids.Count))
            {
                throw new ArgumentException($"The character '{character}' (U+{character.Value:X4}) occurs twice.", nameof(characters));
            }
        }

        UnknownToken = hasUnknown ? ids.Count : null;
    }

    /// <summary>The characters, in the order of their tokens.</summary>
    public string Characters { get; }

    /// <summary>The token for all characters that are not among <see cref="Characters"/>; null if there is none.</summary>
    public int? UnknownToken { get; }

    /// <summary>Learns the characters of texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="hasUnknown">Whether there is a token for unknown characters.</param>
    /// <param name="fewestOccurrences">
    /// The number of occurrences that a character needs; a rarer one is unknown. At least 1, and 1 without a token for unknown characters.
    /// </param>
    /// <exception cref="ArgumentException">
    /// No character occurs often enough, or a text is null or not valid Unicode.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of occurrences is out of range.</exception>
    public static CharacterTokenizer Learn(IEnumerable<string> texts, bool hasUnknown = false, int fewestOccurrences = 1)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fewestOccurrences);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fewestOccurrences, hasUnknown ? int.MaxValue : 1);
        SortedDictionary<Rune, long> counts = [];
        int number = 0;
        foreach (string text in texts)
        {
            CheckText(text, number++);
            foreach (Rune character in text.EnumerateRunes())
            {
                counts[character] = counts.GetValueOrDefault(character) + 1;
            }
        }

        string characters = string.Concat(counts.Where(pair => pair.Value >= fewestOccurrences).Select(pair => pair.Key));
        return characters.Length > 0 ? new(characters, hasUnknown) : throw new ArgumentException(
            counts.Count == 0 ? "The texts have no character." : $"No character occurs {fewestOccurrences} times in the texts.",
            nameof(texts));
    }

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        CheckUnicode(text, nameof(text));
        for (int i = 0; i < text.Length;)
        {
            _ = Rune.DecodeFromUtf16(text[i..], out Rune character, out int length);
            ids.Add(this.ids.TryGetValue(character, out int id) ? id : UnknownToken ?? throw new ArgumentException(
                $"The tokenizer does not know the character '{character}' (U+{character.Value:X4}) at position {i}.", nameof(text)));
            i += length;
        }
    }

    private static List<byte[]> TokensOf(string characters, bool hasUnknown)
    {
        ArgumentException.ThrowIfNullOrEmpty(characters);
        UnicodeText.Check(characters, "The list of characters", nameof(characters));
        List<byte[]> tokens = [.. characters.EnumerateRunes().Select(character => Encoding.UTF8.GetBytes(character.ToString()))];
        if (hasUnknown)
        {
            tokens.Add(Encoding.UTF8.GetBytes(Rune.ReplacementChar.ToString()));
        }

        return tokens;
    }
}
