using System.Text;
using System.Text.Unicode;

namespace VecNet;

/// <summary>
/// A tokenizer whose tokens are frequent sequences of bytes, as in GPT-2: byte-pair encoding. It encodes every text, and every sequence of
/// bytes, and decodes it exactly.
/// </summary>
/// <remarks>
/// <para>
/// The first 256 tokens are the bytes. Each further token joins two tokens, in the order in which they were learned: the pair that occurs
/// most often in the texts, among equals the one with the smaller first and then the smaller second token. Pairs are counted inside words,
/// numbers, runs of other characters, each with the space before it, and runs of spaces, as GPT-2's pattern divides a text; a longer piece
/// than 64 characters is divided.
/// </para>
/// <para>Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016.</para>
/// <code>
/// BytePairTokenizer tokenizer = BytePairTokenizer.Learn([text], vocabularySize: 1024);
/// int[] ids = tokenizer.Encode("To be or not to be");
/// </code>
/// </remarks>
public sealed class BytePairTokenizer : Tokenizer
{
    /// <summary>The number of tokens that are a byte.</summary>
    private const int Bytes = 256;

    /// <summary>The largest number of UTF-8 bytes of a piece, and so of a token: three for each UTF-16 unit.</summary>
    private const int MostBytes = 3 * TextPieces.LongestPiece;

    /// <summary>The token that a pair of tokens becomes.</summary>
    private readonly Dictionary<(int First, int Second), int> joined;

    /// <summary>Creates a tokenizer from the pairs that its tokens join.</summary>
    /// <param name="merges">The two tokens that token 256, 257 and so on consists of.</param>
    /// <exception cref="ArgumentException">
    /// A pair occurs twice, has a token that is not before its own, or its bytes are more than a token can have.
    /// </exception>
    public BytePairTokenizer(IReadOnlyList<(int First, int Second)> merges)
        : base(TokensOf(merges))
    {
        joined = new(merges.Count);
        foreach ((int First, int Second) pair in merges)
        {
            if (!joined.TryAdd(pair, Bytes + joined.Count))
            {
                throw new ArgumentException($"The pair of the tokens {pair.First} and {pair.Second} occurs twice.", nameof(merges));
            }
        }

        Merges = [.. merges];
    }

    /// <summary>The two tokens that token 256, 257 and so on consists of.</summary>
    public IReadOnlyList<(int First, int Second)> Merges { get; }

    /// <summary>Learns the tokens of texts.</summary>
    /// <param name="texts">The texts; the same texts give the same tokens.</param>
    /// <param name="vocabularySize">
    /// The number of tokens, at least 256; there are fewer if no other pair of tokens occurs twice.
    /// </param>
    /// <exception cref="ArgumentException">A text is null or not valid Unicode.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens is less than 256.</exception>
    public static BytePairTokenizer Learn(IEnumerable<string> texts, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, Bytes);
        var learning = new BytePairLearning();
        int number = 0;
        foreach (string text in texts)
        {
            CheckText(text, number++);
            learning.Add(text);
        }

        return new(learning.Learn(vocabularySize - Bytes));
    }

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        CheckUnicode(text, nameof(text));
        Dictionary<string, int[]> known = [];
        Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        while (!text.IsEmpty)
        {
            ReadOnlySpan<char> piece = text[..TextPieces.NextLength(text)];
            if (!lookup.TryGetValue(piece, out int[]? tokens))
            {
                tokens = TokensOf(piece);
                lookup[piece] = tokens;
            }

            ids.AddRange(tokens);
            text = text[piece.Length..];
        }
    }

    /// <summary>Converts bytes to tokens: where they are UTF-8, to those of the text, and each other byte to its own.</summary>
    public int[] Encode(ReadOnlySpan<byte> bytes)
    {
        List<int> ids = [];
        char[] text = new char[bytes.Length];
        while (!bytes.IsEmpty)
        {
            Utf8.ToUtf16(bytes, text, out int read, out int written, replaceInvalidSequences: false);
            Encode(text.AsSpan(0, written), ids);
            if (read < bytes.Length)
            {
                ids.Add(bytes[read++]);
            }

            bytes = bytes[read..];
        }

        return [.. ids];
    }

    /// <summary>Joins the bytes of a piece, the pair that was learned first before others.</summary>
    private int[] TokensOf(ReadOnlySpan<char> piece)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        Span<int> tokens = stackalloc int[MostBytes];
        int count = Encoding.UTF8.GetBytes(piece, bytes);
        for (int i = 0; i < count; i++)
        {
            tokens[i] = bytes[i];
        }

        while (true)
        {
            int lowest = int.MaxValue, place = 0;
            for (int i = 0; i + 1 < count; i++)
            {
                if (joined.TryGetValue((tokens[i], tokens[i + 1]), out int token) && token < lowest)
                {
                    (lowest, place) = (token, i);
                }
            }

            if (lowest == int.MaxValue)
            {
                return tokens[..count].ToArray();
            }

            tokens[place] = lowest;
            tokens[(place + 2)..count].CopyTo(tokens[(place + 1)..]);
            count--;
        }
    }

    private static List<byte[]> TokensOf(IReadOnlyList<(int First, int Second)> merges)
    {
        ArgumentNullException.ThrowIfNull(merges);
        List<byte[]> tokens = [.. Enumerable.Range(0, Bytes).Select(value => new[] { (byte)value })];
        foreach ((int first, int second) in merges)
        {
            if ((uint)first >= (uint)tokens.Count || (uint)second >= (uint)tokens.Count)
            {
                throw new ArgumentException(
                    $"Token {tokens.Count} joins the tokens {first} and {second}; both must be before it.", nameof(merges));
            }

            if (tokens[first].Length + tokens[second].Length > MostBytes)
            {
                throw new ArgumentException($"Token {tokens.Count} has more than {MostBytes} bytes.", nameof(merges));
            }

            tokens.Add([.. tokens[first], .. tokens[second]]);
        }

        return tokens;
    }
}
