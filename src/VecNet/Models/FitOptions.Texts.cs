namespace VecNet;

/// <content>Models of texts.</content>
public sealed partial record FitOptions
{
    /// <summary>
    /// The kind of model that a <see cref="TextClassifier"/> trains; null to choose between <see cref="VecNet.TextModel.BagOfWords"/> and
    /// <see cref="VecNet.TextModel.Gru"/>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// All kinds except for a bag of words read the order of the tokens, and take much longer to train. They learn their tokens from the
    /// training texts, and are trained by AdamW on mini-batches of texts of similar lengths.
    /// </para>
    /// <para>
    /// If it is null, both kinds are trained on the same 1,000 texts, or on more if they are very short, for a few seconds and at most a
    /// quarter of <see cref="Budget"/>. The second one is chosen if its score on the texts of <see cref="ValidationShare"/> is higher by
    /// more than two standard errors; a network that is better only after more texts has to be given. <see cref="FitReport.Candidates"/>
    /// has both scores. There is no comparison of fewer than 1,000 texts, of texts of more than 200 characters on average, if <see
    /// cref="ValidationShare"/> is 0, or if <see cref="HiddenSizes"/> or tokens to count are given: the model is then a bag of words.
    /// </para>
    /// </remarks>
    public TextModel? TextModel { get; init; }

    /// <summary>
    /// The tokenizer of a model that reads sequences of tokens; null to learn a <see cref="BytePairTokenizer"/> of up to 4,096 tokens from
    /// the training texts.
    /// </summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>The number of tokens at the beginning of a text that a model of sequences reads; the rest of a text is ignored.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>The kind of model of texts, unless a comparison chooses another.</summary>
    internal TextModel GivenTextModel => TextModel ?? VecNet.TextModel.BagOfWords;

    /// <summary>Throws unless the options of texts are those of a table.</summary>
    internal void CheckTable() => Check(
        GivenTextModel != VecNet.TextModel.BagOfWords || Tokenizer is not null,
        nameof(TextModel),
        TextModel,
        "BagOfWords, without a tokenizer, for tables");

    /// <summary>Throws unless the options of texts fit together.</summary>
    private void CheckTexts(bool areTokensGiven)
    {
        bool isBag = GivenTextModel == VecNet.TextModel.BagOfWords;
        Check(!Enum.IsDefined(GivenTextModel), nameof(TextModel), TextModel, "one of the kinds of models");
        Check(MaxTokens < 1, nameof(MaxTokens), MaxTokens, "at least 1");
        Check(isBag && Tokenizer is not null, nameof(Tokenizer), Tokenizer, "null for a bag of words, which has no tokenizer");
        if (!isBag && areTokensGiven)
        {
            throw new ArgumentException("A model of sequences has a tokenizer; the tokens to count are those of a bag of words.", "tokens");
        }
    }
}
