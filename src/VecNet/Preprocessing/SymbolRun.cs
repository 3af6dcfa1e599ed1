using System.Buffers;
using System.Globalization;
using System.Text;

namespace VecNet;

/// <summary>Adjacent symbols of a text, each with all characters that belong to it; at most the last two are used.</summary>
internal struct SymbolRun
{
    private static readonly Rune ZeroWidthJoiner = new(0x200D);

    private readonly Rune[] characters;
    private int before;
    private int start;
    private int end;

    /// <summary>Rents memory for the symbols of a text of the given number of UTF-16 units.</summary>
    internal SymbolRun(int units) => characters = ArrayPool<Rune>.Shared.Rent(units);

    /// <summary>The last symbol; empty if there is none.</summary>
    internal readonly ReadOnlySpan<Rune> Last => characters.AsSpan(start..end);

    /// <summary>The last two symbols; empty if there are fewer.</summary>
    internal readonly ReadOnlySpan<Rune> LastTwo => before < start ? characters.AsSpan(before..end) : [];

    /// <summary>Whether a character is the beginning of a symbol.</summary>
    internal static bool Begins(Rune character) => Rune.GetUnicodeCategory(character) >= UnicodeCategory.PrivateUse;

    /// <summary>Whether a character belongs to the last symbol.</summary>
    internal readonly bool Continues(Rune character) => start < end && Continues(characters[end - 1], end - start, character);

    /// <summary>Whether a character belongs to a symbol of the given number of characters, the last of which is known.</summary>
    internal static bool Continues(Rune last, int length, Rune character) =>
        character == ZeroWidthJoiner
            || character.Value is (>= 0x1F3FB and <= 0x1F3FF) or (>= 0xE0020 and <= 0xE007F)
            || Rune.GetUnicodeCategory(character) is
                UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            || (last == ZeroWidthJoiner && Begins(character))
            || (length == 1 && IsRegionalIndicator(last) && IsRegionalIndicator(character));

    /// <summary>Adds a character to the last symbol.</summary>
    internal void Append(Rune character) => characters[end++] = character;

    /// <summary>Begins another symbol after the last one.</summary>
    internal void Begin(Rune character)
    {
        before = start;
        start = end;
        Append(character);
    }

    /// <summary>Removes all symbols, since something else is between them and the next one.</summary>
    internal void Clear() => before = start = end = 0;

    /// <summary>Returns the memory.</summary>
    internal readonly void Return() => ArrayPool<Rune>.Shared.Return(characters);

    private static bool IsRegionalIndicator(Rune character) => character.Value is >= 0x1F1E6 and <= 0x1F1FF;
}
