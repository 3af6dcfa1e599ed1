using System.Buffers;
using System.Text;

namespace VecNet;

/// <summary>
/// Divides a text into the pieces that tokens do not cross: words, numbers, runs of other characters, each with the space before it, and
/// spaces.
/// </summary>
/// <remarks>
/// The pieces are those of GPT-2's pattern <c>'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>, but a piece
/// ends after <see cref="LongestPiece"/> UTF-16 units at the latest, so that no text takes more than linear time.
/// </remarks>
internal static class TextPieces
{
    /// <summary>The largest number of UTF-16 units of a piece.</summary>
    internal const int LongestPiece = 64;

    private static readonly string[] Contractions = ["s", "t", "re", "ve", "m", "ll", "d"];

    private enum Kind
    {
        End,
        Space,
        Letter,
        Digit,
        Other,
    }

    /// <summary>Gets the length of the first piece of a text that is not empty, in UTF-16 units.</summary>
    internal static int NextLength(ReadOnlySpan<char> text)
    {
        if (text[0] == '\'')
        {
            foreach (string contraction in Contractions)
            {
                if (text[1..].StartsWith(contraction, StringComparison.Ordinal))
                {
                    return 1 + contraction.Length;
                }
            }
        }

        int begin = text[0] == ' ' ? 1 : 0;
        if (KindAt(text, begin, out _) is Kind.Letter or Kind.Digit or Kind.Other)
        {
            return EndOfRun(text, begin);
        }

        int end = EndOfRun(text, 0);
        bool belongsToNext = end > 1 && end < text.Length && KindAt(text, end, out _) != Kind.Space;
        return belongsToNext ? end - 1 : end;
    }

    /// <summary>The end of the characters of one kind from a position on, or of a piece of the greatest length.</summary>
    private static int EndOfRun(ReadOnlySpan<char> text, int begin)
    {
        Kind kind = KindAt(text, begin, out int length);
        int end = begin;
        do
        {
            end += length;
        }
        while (KindAt(text, end, out length) == kind && end + length <= LongestPiece);
        return end;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int position, out int length)
    {
        length = 1;
        if (position >= text.Length)
        {
            return Kind.End;
        }

        char first = text[position];
        if (char.IsAscii(first))
        {
            return char.IsAsciiLetter(first) ? Kind.Letter
                : char.IsAsciiDigit(first) ? Kind.Digit
                : char.IsWhiteSpace(first) ? Kind.Space
                : Kind.Other;
        }

        return Rune.DecodeFromUtf16(text[position..], out Rune character, out length) != OperationStatus.Done ? Kind.Other
            : Rune.IsLetter(character) ? Kind.Letter
            : Rune.IsNumber(character) ? Kind.Digit
            : Rune.IsWhiteSpace(character) ? Kind.Space
            : Kind.Other;
    }
}
