using System.Numerics;
using System.Text;

namespace VecNet;

/// <summary>
/// Converts text of any language to a fixed number of features without a vocabulary: words, their n-grams and symbols are counted at
/// indices that a hash chooses.
/// </summary>
/// <remarks>
/// <para>
/// A word is a run of letters, marks and digits (Unicode's general categories L, M and N). Chinese characters, Hiragana and Katakana are
/// written without spaces: each is a word, and so is each pair of neighbors. Letters are converted to lower case by Unicode's simple
/// mapping, independent of the culture. Each word counts once as itself and once for each of its n-grams: runs of
/// <see cref="ShortestGram"/> to <see cref="LongestGram"/> characters (Unicode scalars, not UTF-16 units) of the word, enclosed by a mark
/// for its beginning and one for its end.
/// </para>
/// <para>
/// With <see cref="TextTokens.WordsAndSymbols"/> a symbol is any other character except separators, control and format characters (general
/// categories Z, Cc and Cf), together with the characters that belong to it: marks, variation selectors and skin tones that follow it,
/// characters after a zero width joiner, and the second of two regional indicators, so that an emoji stays whole. Each symbol counts once,
/// and so does each pair of neighbors. Half of a surrogate pair counts as the symbol U+FFFD.
/// </para>
/// <para>
/// Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009: token t adds ξ(t) ∈ {−1, 1} to feature h(t), so that
/// collisions cancel on average. Both come from one 64-bit FNV-1a hash of the token's kind (a byte, <c>w</c>, <c>g</c> or <c>s</c>) and
/// its UTF-8 bytes, finished as in SplitMix64: h is the hash modulo <see cref="Features"/>, ξ its highest bit. The features are divided by
/// their Euclidean length, so that long and short texts weigh the same; a text without a token is all zeros, see <see cref="HasTokens"/>.
/// </para>
/// <para>Text is not normalized: where accents may be separate characters, call <see cref="string.Normalize()"/> first.</para>
/// </remarks>
public sealed partial class TextHashing
{
    /// <summary>The length of the longest n-gram.</summary>
    public const int MostCharacters = 8;

    /// <summary>The largest number of features; their network alone would need more memory than there is.</summary>
    public const int MostFeatures = 1 << 24;

    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>The marks for beginning and end, which no text has inside a word.</summary>
    private static readonly Rune WordBegin = new('<');
    private static readonly Rune WordEnd = new('>');

    /// <summary>Creates a hashing of texts.</summary>
    /// <param name="features">The number of features.</param>
    /// <param name="shortestGram">The length of the shortest n-grams, in characters.</param>
    /// <param name="longestGram">The length of the longest n-grams, in characters; less than the shortest for none.</param>
    /// <param name="column">The column of a table that the texts are in; null if they are not in a table.</param>
    /// <param name="tokens">The tokens to count.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive or too large, or there are no such tokens.</exception>
    public TextHashing(
        int features, int shortestGram = 2, int longestGram = 4, string? column = null, TextTokens tokens = TextTokens.WordsAndSymbols)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)tokens, (uint)TextTokens.WordsAndSymbols, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(features, MostFeatures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shortestGram);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shortestGram, MostCharacters);
        ArgumentOutOfRangeException.ThrowIfNegative(longestGram);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longestGram, MostCharacters);
        Features = features;
        ShortestGram = shortestGram;
        LongestGram = longestGram;
        Column = column;
        Tokens = tokens;
    }

    /// <summary>The number of features.</summary>
    public int Features { get; }

    /// <summary>The length of the shortest n-grams, in characters.</summary>
    public int ShortestGram { get; }

    /// <summary>The length of the longest n-grams, in characters.</summary>
    public int LongestGram { get; }

    /// <summary>The column of a table that the texts are in; null if they are not in a table.</summary>
    public string? Column { get; }

    /// <summary>The tokens that are counted.</summary>
    public TextTokens Tokens { get; }

    /// <summary>Whether a text has any token. Otherwise all features are 0, which may also happen by chance where tokens cancel.</summary>
    public bool HasTokens(ReadOnlySpan<char> text) => ContainsTokens(text, Tokens);

    /// <summary>Rejects a text without a token, for which a prediction would be meaningless.</summary>
    /// <exception cref="FormatException">There is no token; the message says so in one sentence.</exception>
    public void CheckTokens(ReadOnlySpan<char> text) => RequireTokens(text, Tokens);

    internal static bool ContainsTokens(ReadOnlySpan<char> text, TextTokens tokens)
    {
        foreach (Rune character in text.EnumerateRunes())
        {
            if (StandsAlone(character) || IsOfWord(character) || IsSymbol(character, tokens))
            {
                return true;
            }
        }

        return false;
    }

    internal static void RequireTokens(ReadOnlySpan<char> text, TextTokens tokens)
    {
        if (!ContainsTokens(text, tokens))
        {
            throw new FormatException(text.IsWhiteSpace() ? "the text is missing."
                : $"there is {(tokens == TextTokens.Words ? "no word" : "neither a word nor a symbol")} in the text: "
                    + "nothing can be predicted from it.");
        }
    }

    /// <summary>Writes the features of a text.</summary>
    /// <param name="text">The text, of any length and language.</param>
    /// <param name="features">The result, of <see cref="Features"/> elements.</param>
    /// <exception cref="ArgumentException">The number of features is wrong.</exception>
    public void Encode<T>(ReadOnlySpan<char> text, Span<T> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        if (features.Length != Features)
        {
            throw new ArgumentException(
                $"The span has {features.Length} elements; the hashing gives {Features} features.", nameof(features));
        }

        features.Clear();
        Count(text, features);
        DivideByLength(features);
    }

    /// <summary>
    /// The hash of a token: FNV-1a over its kind and its UTF-8 bytes, then the finisher of SplitMix64, since FNV leaves high bits of short
    /// tokens alike.
    /// </summary>
    internal static ulong Hash(char kind, ReadOnlySpan<Rune> token)
    {
        ulong hash = (FnvOffset ^ (byte)kind) * FnvPrime;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune character in token)
        {
            int count = character.EncodeToUtf8(utf8);
            foreach (byte one in utf8[..count])
            {
                hash = (hash ^ one) * FnvPrime;
            }
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
