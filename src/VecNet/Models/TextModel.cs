namespace VecNet;

/// <summary>The kinds of models of texts.</summary>
/// <remarks>
/// <code>
/// var options = new FitOptions { TextModel = TextModel.Transformer };
/// TextClassifier&lt;string&gt; model = TextClassifier.Fit(texts, labels, options);
/// </code>
/// </remarks>
public enum TextModel
{
    /// <summary>A linear model of the words, pairs of words, n-grams and symbols of a text, without their order.</summary>
    BagOfWords,

    /// <summary>A bidirectional LSTM on the sequence of tokens.</summary>
    Lstm,

    /// <summary>A bidirectional GRU on the sequence of tokens.</summary>
    Gru,

    /// <summary>Convolutions over 2, 3, 4 and 5 neighboring tokens, and the maximum of each over the text.</summary>
    Cnn,

    /// <summary>Two transformer blocks on the sequence of tokens.</summary>
    Transformer,
}
