namespace VecNet;

/// <summary>The part of a network for texts that reads a sequence of tokens, and has one row of outputs for it.</summary>
/// <param name="Model">The kind of layers.</param>
/// <param name="Vocabulary">The number of tokens.</param>
/// <param name="MaxTokens">The length of the longest sequence.</param>
internal sealed record TextNetwork(TextModel Model, int Vocabulary, int MaxTokens)
{
    private const int Width = 64;
    private const double Dropout = 0.2;

    /// <summary>The layers, from a row of one token number to a row for each sequence.</summary>
    internal IEnumerable<ILayer<float>> Layers() =>
    [
        new Embedding<float>(Vocabulary, Width),
        .. (ILayer<float>[])(Model switch
        {
            TextModel.Lstm =>
                [new Dropout<float>(Dropout), new Lstm<float>(Width, bidirectional: true), new SequencePooling<float>(PoolingMode.Max)],
            TextModel.Gru =>
                [new Dropout<float>(Dropout), new Gru<float>(Width, bidirectional: true), new SequencePooling<float>(PoolingMode.Max)],
            TextModel.Cnn =>
            [
                new Dropout<float>(Dropout),
                new Parallel<float>(Enumerable.Range(2, 4).Select(taps => new Conv1d<float>(Width, taps))),
                new ReLU<float>(),
                new SequencePooling<float>(PoolingMode.Max),
            ],
            _ =>
            [
                new PositionalEmbedding<float>(MaxTokens),
                new Dropout<float>(Dropout),
                new TransformerBlock<float>(heads: 4, hiddenFeatures: 2 * Width, dropout: Dropout),
                new TransformerBlock<float>(heads: 4, hiddenFeatures: 2 * Width, dropout: Dropout),
                new LayerNorm<float>(),
                new SequencePooling<float>(PoolingMode.Mean),
            ],
        }),
        new Dropout<float>(Dropout),
    ];

    /// <summary>The number of parameters that there are for all tokens of a sequence except for the first.</summary>
    internal Int128 ParametersOfMoreTokens => Model == TextModel.Transformer ? (Int128)(MaxTokens - 1) * Width : 0;

    /// <summary>A description for the user.</summary>
    internal string Description => $"{NameOf(Model)} on {Vocabulary} tokens";

    /// <summary>The name of a kind of layers for the user.</summary>
    internal static string NameOf(TextModel model) => model switch
    {
        TextModel.Lstm => "a bidirectional LSTM",
        TextModel.Gru => "a bidirectional GRU",
        TextModel.Cnn => "convolutions over 2 to 5 tokens",
        _ => "a transformer of two blocks",
    };
}
