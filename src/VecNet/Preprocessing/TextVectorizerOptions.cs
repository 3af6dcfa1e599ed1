namespace VecNet;

/// <summary>The tokens that a <see cref="TextVectorizer"/> counts, and those that become features.</summary>
/// <remarks>
/// <code>
/// var words = new TextVectorizerOptions { WordNgrams = 2 };
/// var letters = new TextVectorizerOptions { WordNgrams = 1, ShortestGram = 1, LongestGram = 4 };
/// </code>
/// </remarks>
public sealed record TextVectorizerOptions
{
    /// <summary>The longest run of words that is a token: 1 for words, 2 for words and pairs of neighbors.</summary>
    public int WordNgrams { get; init; } = 2;

    /// <summary>The length of the shortest n-grams of characters, from 1.</summary>
    public int ShortestGram { get; init; } = 1;

    /// <summary>The length of the longest n-grams of characters, at most 8; less than the shortest, as by default, for none.</summary>
    public int LongestGram { get; init; }

    /// <summary>Whether symbols are also tokens.</summary>
    public TextTokens Tokens { get; init; } = TextTokens.WordsAndSymbols;

    /// <summary>The number of training texts that a token must occur in to become a feature.</summary>
    public int FewestTexts { get; init; } = 2;

    /// <summary>
    /// The largest number of features. If there are more tokens, those in the most texts are chosen, and among equally frequent ones those
    /// that occur first.
    /// </summary>
    public int MostFeatures { get; init; } = 1 << 20;

    /// <summary>The column of a table that the texts are in; null if they are not in a table.</summary>
    public string? Column { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Check()
    {
        Check(WordNgrams is 1 or 2, nameof(WordNgrams), WordNgrams, "1 or 2");
        Check(ShortestGram is >= 1 and <= TextHashing.MostCharacters, nameof(ShortestGram), ShortestGram, "from 1 to 8");
        Check(LongestGram is >= 0 and <= TextHashing.MostCharacters, nameof(LongestGram), LongestGram, "from 0 to 8");
        Check(Enum.IsDefined(Tokens), nameof(Tokens), Tokens, "one of the kinds of tokens");
        Check(FewestTexts >= 1, nameof(FewestTexts), FewestTexts, "at least 1");
        Check(
            MostFeatures is >= 1 and <= TextHashing.MostFeatures, nameof(MostFeatures), MostFeatures,
            $"from 1 to {TextHashing.MostFeatures}");
    }

    private static void Check(bool isRight, string name, object value, string range)
    {
        if (!isRight)
        {
            throw new ArgumentOutOfRangeException("options", value, $"{name} must be {range}; it is {value}.");
        }
    }
}
