namespace VecNet;

/// <content>Models of texts.</content>
public sealed partial record FitOptions
{
    /// <summary>The kind of model that a <see cref="TextClassifier"/> trains; <see cref="TextModel.BagOfWords"/> by default.</summary>
    /// <remarks>
    /// The other kinds read the order of the tokens, and take much longer to train. They learn their tokens from the training texts, are
    /// trained by AdamW on mini-batches of texts of similar lengths, and are worth a comparison where the order of words decides.
    /// </remarks>
    public TextModel TextModel { get; init; }

    /// <summary>
    /// The tokenizer of a model that reads sequences of tokens; null to learn a <see cref="BytePairTokenizer"/> of up to 4,096 tokens from
    /// the training texts.
    /// </summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>The number of tokens at the beginning of a text that a model of sequences reads; the rest of a text is ignored.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Throws unless the options of texts are those of a table.</summary>
    internal void CheckTable() => Check(
        TextModel != TextModel.BagOfWords || Tokenizer is not null,
        nameof(TextModel),
        TextModel,
        "BagOfWords, without a tokenizer, for tables");

    /// <summary>Throws unless the options of texts fit together.</summary>
    private void CheckTexts(bool areTokensGiven)
    {
        bool isBag = TextModel == TextModel.BagOfWords;
        Check(!Enum.IsDefined(TextModel), nameof(TextModel), TextModel, "one of the kinds of models");
        Check(MaxTokens < 1, nameof(MaxTokens), MaxTokens, "at least 1");
        Check(isBag && Tokenizer is not null, nameof(Tokenizer), Tokenizer, "null for a bag of words, which has no tokenizer");
        if (!isBag && areTokensGiven)
        {
            throw new ArgumentException("A model of sequences has a tokenizer; the tokens to count are those of a bag of words.", "tokens");
        }
    }
}
