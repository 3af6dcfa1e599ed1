namespace VecNet.Text;

/// <summary>How a <see cref="WordPieceTokenizer"/> normalizes texts, and which tokens are special.</summary>
/// <remarks>
/// The defaults are those of BERT's uncased models. <see cref="WordPieceTokenizer.Load(string, WordPieceOptions?)"/> reads the options from
/// the files of a model.
/// <code>
/// var cased = new WordPieceOptions { Lowercase = false };
/// WordPieceTokenizer tokenizer = WordPieceTokenizer.Load("vocab.txt", cased);
/// </code>
/// </remarks>
public sealed record WordPieceOptions
{
    /// <summary>Whether upper case becomes lower case, character by character.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>
    /// Whether characters are decomposed (NFD) and nonspacing marks removed, so that é becomes e; null stands for the
    /// value of <see cref="Lowercase"/>.
    /// </summary>
    public bool? StripAccents { get; init; }

    /// <summary>Whether each Chinese character is a word of its own.</summary>
    public bool SeparateChineseCharacters { get; init; } = true;

    /// <summary>Whether control characters, format characters and U+FFFD are removed.</summary>
    public bool RemoveControlCharacters { get; init; } = true;

    /// <summary>The number of characters of the longest word that is divided, up to 10,000; a longer one is unknown.</summary>
    public int MaxCharactersPerWord { get; init; } = 100;

    /// <summary>What tokens begin with that continue a word.</summary>
    public string ContinuationPrefix { get; init; } = "##";

    /// <summary>The token of words that the vocabulary cannot spell.</summary>
    public string UnknownToken { get; init; } = "[UNK]";

    /// <summary>The first token of each text.</summary>
    public string ClassificationToken { get; init; } = "[CLS]";

    /// <summary>The last token of each text.</summary>
    public string SeparatorToken { get; init; } = "[SEP]";

    /// <summary>The token that fills batches up; a vocabulary need not have it.</summary>
    public string PaddingToken { get; init; } = "[PAD]";

    /// <summary>The token that hides words in training; a vocabulary need not have it.</summary>
    public string MaskToken { get; init; } = "[MASK]";

    /// <exception cref="ArgumentOutOfRangeException">The number of characters is out of range.</exception>
    /// <exception cref="ArgumentException">A text is null or empty.</exception>
    internal void Check()
    {
        if (MaxCharactersPerWord is < 1 or > 10_000)
        {
            throw new ArgumentOutOfRangeException(
                "options", MaxCharactersPerWord, $"{nameof(MaxCharactersPerWord)} must be from 1 to 10000; it is {MaxCharactersPerWord}.");
        }

        Check(ContinuationPrefix, nameof(ContinuationPrefix));
        Check(UnknownToken, nameof(UnknownToken));
        Check(ClassificationToken, nameof(ClassificationToken));
        Check(SeparatorToken, nameof(SeparatorToken));
        Check(PaddingToken, nameof(PaddingToken));
        Check(MaskToken, nameof(MaskToken));
    }

    private static void Check(string value, string name)
    {
        if (string.IsNullOrEmpty(value))
        {
            throw new ArgumentException($"{name} must not be empty.", "options");
        }
    }
}
