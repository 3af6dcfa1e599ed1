using System.Globalization;
using System.Text;

namespace VecNet.Text;

/// <summary>Divides texts into words as GPT-2 does, without a regular expression.</summary>
/// <remarks>
/// <para>The expression is</para>
/// <code>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</code>
/// <para>
/// A word is an English ending; or characters of one kind, letters, numbers or others, with a space before them; or white space, of which
/// the last character is left to the next word. Categories are those of .NET, which do not depend on the platform. Half of a surrogate
/// pair is of the other kind, like U+FFFD, which it is read as.
/// </para>
/// </remarks>
internal static class WordEnds
{
    private enum Kind
    {
        Other,
        Letter,
        Number,
        Space,
    }

    /// <summary>Finds the end of the word that a text begins with.</summary>
    /// <param name="text">The text, which is not empty.</param>
    /// <param name="followsSpace">Whether a space comes before the text, which is part of the word.</param>
    /// <returns>The length of the word without that space.</returns>
    internal static int Find(ReadOnlySpan<char> text, bool followsSpace)
    {
        if (!followsSpace && text[0] == '\'' && EndingOf(text) is > 0 and var ending)
        {
            return ending;
        }

        int first = !followsSpace && text[0] == ' ' ? 1 : 0;
        if (first < text.Length && KindOf(text[first..], out int units) is not Kind.Space and var kind)
        {
            int end = first + units;
            while (end < text.Length && KindOf(text[end..], out units) == kind)
            {
                end += units;
            }

            return end;
        }

        int spaces = 0;
        while (spaces < text.Length && char.IsWhiteSpace(text[spaces]))
        {
            spaces++;
        }

        return spaces == text.Length || (spaces == 1 && !followsSpace) ? spaces : spaces - 1;
    }

    /// <summary>The length of an English ending with its apostrophe; 0 for something else.</summary>
    private static int EndingOf(ReadOnlySpan<char> text) => text switch
    {
        [_, 's' or 't' or 'm' or 'd', ..] => 2,
        [_, 'r' or 'v', 'e', ..] or [_, 'l', 'l', ..] => 3,
        _ => 0,
    };

    private static Kind KindOf(ReadOnlySpan<char> text, out int units)
    {
        char first = text[0];
        units = 1;
        if (char.IsAscii(first))
        {
            return char.IsAsciiLetter(first) ? Kind.Letter
                : char.IsAsciiDigit(first) ? Kind.Number
                : char.IsWhiteSpace(first) ? Kind.Space
                : Kind.Other;
        }

        if (char.IsWhiteSpace(first))
        {
            return Kind.Space;
        }

        UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(first);
        if (category == UnicodeCategory.Surrogate)
        {
            _ = Rune.DecodeFromUtf16(text, out Rune rune, out units);
            category = Rune.GetUnicodeCategory(rune);
        }

        return category switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }
}
