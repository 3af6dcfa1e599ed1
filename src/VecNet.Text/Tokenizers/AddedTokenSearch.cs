using System.Buffers;
using System.Globalization;
using System.Text;

namespace VecNet.Text;

/// <summary>Finds tokens that are written in a text: the leftmost, and of those that begin there the longest.</summary>
/// <remarks>
/// The rules are those of Hugging Face's <c>tokenizers</c>: a token that has to be a single word and is not is passed over as a whole, so
/// that a shorter one in it is not found either.
/// </remarks>
internal sealed class AddedTokenSearch
{
    private readonly (AddedToken Token, string Text)[] tokens;
    private readonly SearchValues<char> beginnings;

    /// <param name="tokens">The tokens.</param>
    /// <param name="normalize">What becomes of their texts; null for nothing.</param>
    /// <exception cref="InvalidDataException">Nothing remains of a text.</exception>
    internal AddedTokenSearch(IEnumerable<AddedToken> tokens, Func<string, string>? normalize = null)
    {
        this.tokens =
        [
            .. tokens.Select(token => (token, normalize?.Invoke(token.Text) ?? token.Text))
                .OrderByDescending(entry => entry.Item2.Length),
        ];
        if (Array.Find(this.tokens, entry => entry.Text.Length == 0).Token is { } empty)
        {
            throw new InvalidDataException($"Normalization leaves nothing of the added token \"{empty.Text}\".");
        }

        beginnings = SearchValues.Create([.. this.tokens.Select(entry => entry.Text[0]).Distinct()]);
    }

    /// <summary>Whether there are no tokens.</summary>
    internal bool IsEmpty => tokens.Length == 0;

    /// <summary>Finds the next token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">Where the search begins.</param>
    /// <param name="covered">The end of the token before, with the white space that belongs to it.</param>
    /// <returns>The token and its place, or no token and the end of the text.</returns>
    internal Match Find(ReadOnlySpan<char> text, int place, int covered)
    {
        while (true)
        {
            int next = text[place..].IndexOfAny(beginnings);
            if (next < 0)
            {
                return new(null, text.Length, text.Length, text.Length);
            }

            place += next;
            (AddedToken? token, int length) = Longest(text[place..]);
            if (token is null)
            {
                place++;
                continue;
            }

            int start = place, end = place += length;
            if (token.IsSingleWord && (EndsWithWord(text[..start]) || BeginsWithWord(text[end..])))
            {
                continue;
            }

            while (token.StripsLeft && start > covered && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (token.StripsRight && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            return new(token, start, end, place);
        }
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out Rune last, out _) == OperationStatus.Done && IsOfWords(last);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out Rune first, out _) == OperationStatus.Done && IsOfWords(first);

    /// <summary>
    /// Whether a character is one of words (<c>\w</c>), as Unicode defines it for regular expressions: alphabetic characters, marks,
    /// decimal digits, connecting punctuation and joiners.
    /// </summary>
    private static bool IsOfWords(Rune character) => Rune.GetUnicodeCategory(character) switch
    {
        <= UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,

        // Letters in circles and squares, and the joiners.
        _ => character.Value is >= 0x24B6 and <= 0x24E9 or >= 0x1F130 and <= 0x1F149 or >= 0x1F150 and <= 0x1F169
            or >= 0x1F170 and <= 0x1F189 or 0x200C or 0x200D,
    };

    private (AddedToken? Token, int Length) Longest(ReadOnlySpan<char> text)
    {
        foreach ((AddedToken token, string written) in tokens)
        {
            if (text.StartsWith(written))
            {
                return (token, written.Length);
            }
        }

        return default;
    }

    /// <summary>A token in a text.</summary>
    /// <param name="Token">The token; null if there is none.</param>
    /// <param name="Start">Where it begins, with the white space that belongs to it.</param>
    /// <param name="End">Where it ends, with the white space that belongs to it.</param>
    /// <param name="Next">Where the search goes on.</param>
    internal readonly record struct Match(AddedToken? Token, int Start, int End, int Next);
}
