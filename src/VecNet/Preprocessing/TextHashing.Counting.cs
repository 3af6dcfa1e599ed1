using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace VecNet;

/// <content>Finding and counting words, symbols and their n-grams.</content>
public sealed partial class TextHashing
{
    private void Count<T>(ReadOnlySpan<char> text, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Rune[] word = ArrayPool<Rune>.Shared.Rent(text.Length + 2);
        int length = 1;
        word[0] = WordBegin;
        Rune before = default;
        var symbols = new SymbolRun(text.Length);
        foreach (Rune character in text.EnumerateRunes())
        {
            if (symbols.Continues(character))
            {
                symbols.Append(character);
                continue;
            }

            AddLastSymbol(symbols, features);
            if (IsSymbol(character, Tokens))
            {
                symbols.Begin(character);
            }
            else
            {
                symbols.Clear();
            }

            bool stands = StandsAlone(character);
            if (!stands && IsOfWord(character))
            {
                word[length++] = Rune.ToLowerInvariant(character);
            }
            else
            {
                AddWord(word, ref length, features);
            }

            if (stands)
            {
                AddToken('w', [character], features);
                if (before != default)
                {
                    AddToken('w', [before, character], features);
                }
            }

            before = stands ? character : default;
        }

        AddLastSymbol(symbols, features);
        AddWord(word, ref length, features);
        symbols.Return();
        ArrayPool<Rune>.Shared.Return(word);
    }

    private void AddLastSymbol<T>(SymbolRun symbols, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!symbols.Last.IsEmpty)
        {
            AddToken('s', symbols.Last, features);
        }

        if (!symbols.LastTwo.IsEmpty)
        {
            AddToken('s', symbols.LastTwo, features);
        }
    }

    private void AddWord<T>(Rune[] word, ref int length, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (length > 1)
        {
            AddToken('w', word.AsSpan(1, length - 1), features);
            word[length++] = WordEnd;
            for (int start = 0; start < length; start++)
            {
                for (int count = ShortestGram; count <= LongestGram && start + count <= length; count++)
                {
                    AddToken('g', word.AsSpan(start, count), features);
                }
            }
        }

        length = 1;
    }

    private void AddToken<T>(char kind, ReadOnlySpan<Rune> token, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong hash = Hash(kind, token);
        features[(int)(hash % (ulong)Features)] += hash >> 63 == 0 ? T.One : -T.One;
    }

    private static void DivideByLength<T>(Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double squares = 0;
        foreach (T value in features)
        {
            squares += double.CreateTruncating(value) * double.CreateTruncating(value);
        }

        double length = Math.Sqrt(squares);
        for (int i = 0; i < features.Length && length > 0; i++)
        {
            features[i] = T.CreateTruncating(double.CreateTruncating(features[i]) / length);
        }
    }

    internal static bool IsOfWord(Rune character) => Rune.GetUnicodeCategory(character) is <= UnicodeCategory.OtherNumber;

    private static bool IsSymbol(Rune character, TextTokens tokens) =>
        tokens == TextTokens.WordsAndSymbols && !StandsAlone(character) && SymbolRun.Begins(character);

    /// <summary>
    /// Hiragana and Katakana, and the Chinese characters of Unicode's blocks, extensions and compatibility forms among them.
    /// </summary>
    internal static bool StandsAlone(Rune character) => character.Value is
        (>= 0x3041 and <= 0x30FF and not 0x30FB) or (>= 0x31F0 and <= 0x31FF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);
}
