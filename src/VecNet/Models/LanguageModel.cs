namespace VecNet;

/// <summary>Trains a small GPT on a text: a causal transformer that predicts each token from those before it.</summary>
/// <remarks>
/// <para>
/// Layers as in GPT-2: embeddings of tokens and positions, transformer blocks that normalize first, a normalization, and logits by the
/// table of the embedding. Weights start from normal distributions with a standard deviation of 0.02, and those before a residual
/// connection with one of 0.02 / √(2 · layers). Steps are those of AdamW with β₂ = 0.99 and decay of matrices only, on windows that are
/// spread evenly over the text, with gradients of a norm of up to 1. The last tenth of the text is for validation; the parameters with
/// its lowest loss are kept.
/// </para>
/// <code>
/// Model&lt;float&gt; model = LanguageModel.Train(text);
/// Console.WriteLine(model.Generate("ROMEO:", new GenerationOptions { MaxTokens = 500, Temperature = 0.8 }));
/// model.Save("shakespeare.safetensors");
/// </code>
/// </remarks>
public static class LanguageModel
{
    /// <summary>Trains a model that writes texts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">The size of the model, and how it is trained; null for the defaults.</param>
    /// <param name="progress">Called after each epoch, of up to 250 steps, on this thread.</param>
    /// <param name="cancellationToken">Takes effect between two steps.</param>
    /// <returns>The model, which has the tokenizer.</returns>
    /// <exception cref="ArgumentException">
    /// The text has not more tokens than the context, is not valid Unicode, or has a character that the tokenizer does not know.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    /// <exception cref="OperationCanceledException">The training has been canceled.</exception>
    public static Model<float> Train(
        string text,
        LanguageModelOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new();
        options.Check(nameof(options));
        Tokenizer tokenizer = options.Tokenizer ?? CharacterTokenizer.Learn([text]);
        var training = new LanguageModelTraining(tokenizer.Encode(text), tokenizer.VocabularySize, options);
        training.Train(progress, cancellationToken);
        if (training.HasDiverged)
        {
            throw new InvalidOperationException("The training diverged: the loss or some parameters are not finite.");
        }

        return new(training.Network) { Tokenizer = tokenizer };
    }

    /// <summary>The number of parameters of the network.</summary>
    internal static Int128 CountParameters(int tokens, LanguageModelOptions options)
    {
        // A block has 12 matrices of width × width, 9 biases and two normalizations.
        Int128 width = options.Width;
        return (((Int128)tokens + options.Context + 2) * width) + (options.Layers * ((12 * width * width) + (13 * width)));
    }

    /// <summary>Creates the network with its initial parameters.</summary>
    internal static NeuralNetwork<float> CreateNetwork(int tokens, LanguageModelOptions options)
    {
        const double Deviation = 0.02;
        List<ILayer<float>> layers =
            [new Embedding<float>(tokens, options.Width, initialDeviation: Deviation), new PositionalEmbedding<float>(options.Context)];
        if (options.Dropout > 0)
        {
            layers.Add(new Dropout<float>(options.Dropout));
        }

        for (int layer = 0; layer < options.Layers; layer++)
        {
            layers.Add(
                new TransformerBlock<float>(options.Heads, checked(4 * options.Width), causal: true, dropout: options.Dropout));
        }

        layers.Add(new LayerNorm<float>());
        layers.Add(new VocabularyProjection<float>(tokens, tied: true));
        var network = new NeuralNetwork<float>(1, layers, options.Seed);
        foreach (NetworkNode<float> node in network.Nodes)
        {
            if (node.Layer is FullyConnectedLayer<float>)
            {
                bool isBeforeSum = node.Path.EndsWith("out_proj", StringComparison.Ordinal)
                    || node.Path.EndsWith("linear2", StringComparison.Ordinal);
                TensorView<float> weights = network.GetParameters(node)[0];
                double deviation = isBeforeSum ? Deviation / Math.Sqrt(2.0 * options.Layers) : Deviation;
                WeightInitializationExtensions.Fill(
                    weights, isNormal: true, deviation, RandomStream.OfLayer(options.Seed, node.Output));
            }
        }

        return network;
    }
}
