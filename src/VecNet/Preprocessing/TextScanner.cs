using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace VecNet;

/// <summary>Finds the tokens of a text: words, pairs of words, n-grams of characters, symbols and pairs of symbols.</summary>
/// <remarks>
/// <see cref="TextVectorizer"/> defines them. ASCII characters are classified by a table of bytes, all others as Unicode scalars. A word is
/// hashed while it is read; it is stored only where its n-grams are wanted. The file is long
/// because words, symbols and n-grams are found in one pass over the text.
/// </remarks>
/// <param name="options">The tokens to find.</param>
/// <param name="sink">The receiver of the tokens.</param>
internal ref struct TextScanner<TSink>(TextVectorizerOptions options, TSink sink)
    where TSink : struct, ITokenSink
{
    /// <summary>The classes of ASCII characters: a word's character in lower case, a symbol, or 0 for what separates.</summary>
    private const byte Symbol = 1;

    private const int WordBegin = '<', WordEnd = '>';

    private readonly bool pairsWords = options.WordNgrams > 1;
    private readonly bool hasGrams = options.LongestGram >= options.ShortestGram;
    private readonly bool hasSymbols = options.Tokens == TextTokens.WordsAndSymbols;
    private readonly int shortest = options.ShortestGram;
    private readonly int longest = options.LongestGram;
    private TSink sink = sink;
    private int[] word = [];
    private int wordLength;
    private ulong wordState;
    private ulong lastWord;
    private bool lastStoodAlone;
    private ulong symbolState;
    private ulong symbolBefore;
    private int symbolLength;
    private Rune symbolLast;

    /// <summary>The class of each ASCII character: letters and digits have their lower case, which is greater than the others.</summary>
    private static ReadOnlySpan<byte> AsciiClasses =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        (byte)'0', (byte)'1', (byte)'2', (byte)'3', (byte)'4', (byte)'5', (byte)'6', (byte)'7', (byte)'8', (byte)'9', 1, 1, 1, 1, 1, 1,
        1, (byte)'a', (byte)'b', (byte)'c', (byte)'d', (byte)'e', (byte)'f', (byte)'g', (byte)'h', (byte)'i', (byte)'j', (byte)'k',
        (byte)'l', (byte)'m', (byte)'n', (byte)'o', (byte)'p', (byte)'q', (byte)'r', (byte)'s', (byte)'t', (byte)'u', (byte)'v',
        (byte)'w', (byte)'x', (byte)'y', (byte)'z', 1, 1, 1, 1, 1,
        1, (byte)'a', (byte)'b', (byte)'c', (byte)'d', (byte)'e', (byte)'f', (byte)'g', (byte)'h', (byte)'i', (byte)'j', (byte)'k',
        (byte)'l', (byte)'m', (byte)'n', (byte)'o', (byte)'p', (byte)'q', (byte)'r', (byte)'s', (byte)'t', (byte)'u', (byte)'v',
        (byte)'w', (byte)'x', (byte)'y', (byte)'z', 1, 1, 1, 1, 0,
    ];

    /// <summary>Sends all tokens of a text to the sink.</summary>
    internal void Scan(ReadOnlySpan<char> text)
    {
        word = hasGrams ? ArrayPool<int>.Shared.Rent(text.Length + 2) : [];
        ReadOnlySpan<byte> classes = AsciiClasses;
        int i = 0;
        while (i < text.Length)
        {
            char character = text[i];
            if (character >= classes.Length)
            {
                Rune.DecodeFromUtf16(text[i..], out Rune rune, out int units);
                AddOther(rune);
                i += units;
                continue;
            }

            byte kind = classes[character];
            if (kind > Symbol)
            {
                EndSymbols();
                do
                {
                    AddToWord(kind);
                    i++;
                }
                while (i < text.Length && text[i] < classes.Length && (kind = classes[text[i]]) > Symbol);
                continue;
            }

            i++;
            EndWord();
            lastStoodAlone = false;
            if (kind == Symbol && hasSymbols)
            {
                AddSymbol(new Rune(character));
            }
            else
            {
                EndSymbols();
            }
        }

        EndSymbols();
        EndWord();
        if (hasGrams)
        {
            ArrayPool<int>.Shared.Return(word);
        }
    }

    /// <summary>Adds a character that is not ASCII.</summary>
    private void AddOther(Rune character)
    {
        if (symbolLength > 0 && SymbolRun.Continues(symbolLast, symbolLength, character))
        {
            ContinueSymbol(character);
            return;
        }

        bool stands = TextHashing.StandsAlone(character);
        if (!stands && TextHashing.IsOfWord(character))
        {
            EndSymbols();
            AddToWord(Rune.ToLowerInvariant(character).Value);
            return;
        }

        EndWord();
        if (stands)
        {
            EndSymbols();
            AddWord(TokenHash.Finish(TokenHash.Append(TokenHash.Word, character.Value)), stands: true);
            return;
        }

        lastStoodAlone = false;
        if (hasSymbols && SymbolRun.Begins(character))
        {
            AddSymbol(character);
        }
        else
        {
            EndSymbols();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddToWord(int character)
    {
        if (wordLength == 0)
        {
            wordState = TokenHash.Word;
        }

        wordState = TokenHash.Append(wordState, character);
        wordLength++;
        if (hasGrams)
        {
            word[wordLength] = character;
        }
    }

    private void EndWord()
    {
        if (wordLength == 0)
        {
            return;
        }

        AddWord(TokenHash.Finish(wordState), stands: false);
        if (hasGrams)
        {
            word[0] = WordBegin;
            word[wordLength + 1] = WordEnd;
            AddGrams(word.AsSpan(0, wordLength + 2));
        }

        wordLength = 0;
    }

    /// <summary>
    /// Adds a word, and the pair of it and the one before; characters that stand alone are paired with their neighbors always.
    /// </summary>
    private void AddWord(ulong token, bool stands)
    {
        sink.Add(token);
        if (lastWord != 0 && (pairsWords || (stands && lastStoodAlone)))
        {
            sink.Add(TokenHash.Pair(lastWord, token));
        }

        lastWord = token;
        lastStoodAlone = stands;
    }

    private void AddGrams(ReadOnlySpan<int> characters)
    {
        for (int start = 0; start < characters.Length; start++)
        {
            ulong state = TokenHash.Gram;
            int end = int.Min(characters.Length, start + longest);
            for (int i = start; i < end; i++)
            {
                state = TokenHash.Append(state, characters[i]);
                if (i - start + 1 >= shortest)
                {
                    sink.Add(TokenHash.Finish(state));
                }
            }
        }
    }

    private void AddSymbol(Rune character)
    {
        if (symbolLength > 0 && SymbolRun.Continues(symbolLast, symbolLength, character))
        {
            ContinueSymbol(character);
            return;
        }

        symbolBefore = SendSymbol();
        symbolState = TokenHash.Append(TokenHash.Symbol, character.Value);
        symbolLength = 1;
        symbolLast = character;
    }

    private void ContinueSymbol(Rune character)
    {
        symbolState = TokenHash.Append(symbolState, character.Value);
        symbolLength++;
        symbolLast = character;
    }

    private void EndSymbols()
    {
        if (symbolLength > 0)
        {
            SendSymbol();
            symbolLength = 0;
            symbolBefore = 0;
        }
    }

    /// <summary>Adds the last symbol, and the pair of it and the one before; returns its token.</summary>
    private ulong SendSymbol()
    {
        if (symbolLength == 0)
        {
            return 0;
        }

        ulong token = TokenHash.Finish(symbolState);
        sink.Add(token);
        if (symbolBefore != 0)
        {
            sink.Add(TokenHash.Pair(symbolBefore, token));
        }

        return token;
    }
}
