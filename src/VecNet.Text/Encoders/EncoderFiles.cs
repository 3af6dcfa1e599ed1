namespace VecNet.Text;

/// <summary>An encoder as its files describe it: what <see cref="SentenceEncoder"/> is made of.</summary>
internal sealed class EncoderFiles
{
    /// <summary>Where a folder has its ONNX file.</summary>
    private static readonly string[] OnnxNames = ["model.onnx", "onnx/model.onnx"];

    internal required EncoderConfiguration Configuration;

    internal required EncoderNames Names;

    internal required EncoderWeights Weights;

    /// <summary>The tokenizer; null for one that is not WordPiece.</summary>
    internal required WordPieceTokenizer? Tokenizer;

    internal required int MaxTokens;

    internal required PoolingMode Pooling;

    internal required bool Normalizes;

    /// <summary>The file of the weights, for messages; null for a stream.</summary>
    private string? path;

    /// <summary>Takes the weights for inference.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, of another shape or type, or not finite.</exception>
    internal EncoderModel CreateModel() => path is null
        ? EncoderModel.Create(Configuration, Names, Weights)
        : InputFile.Named(path, () => EncoderModel.Create(Configuration, Names, Weights));

    /// <summary>Opens a folder, or an ONNX file with the vocabulary beside it.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or the model is not supported; the message names the file.</exception>
    /// <exception cref="IOException">A file is missing, or cannot be read.</exception>
    internal static EncoderFiles Open(string path, SentenceEncoderOptions options)
    {
        if (!Directory.Exists(path))
        {
            return OpenOnnx(path, Path.GetDirectoryName(Path.GetFullPath(path))!, options, new(PoolingMode.Mean, true, null));
        }

        SentenceModules modules = SentenceModules.Read(path);
        string folder = Path.Combine(path, modules.Transformer);
        string weights = Path.Combine(folder, "model.safetensors");
        if (!Path.Exists(weights))
        {
            string? onnx = OnnxNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(Path.Exists);
            return onnx is not null
                ? OpenOnnx(onnx, folder, options, modules)
                : throw new FileNotFoundException(
                    $"The folder of the model has neither model.safetensors nor model.onnx: '{weights}' does not exist.", weights);
        }

        JsonFile json = JsonFile.Read(Path.Combine(folder, "config.json"));
        EncoderConfiguration configuration = EncoderConfiguration.Read(json);
        EncoderFiles files = InputFile.Named(
            weights, () => Create(configuration, EncoderWeights.FromSafetensors(MappedFile.Open(weights)), folder, options, modules));
        files.path = weights;
        return files;
    }

    /// <summary>Reads the stream of an ONNX file and that of its vocabulary.</summary>
    /// <exception cref="InvalidDataException">The content is malformed, or the model is not supported.</exception>
    internal static EncoderFiles Read(Stream model, Stream vocabulary, SentenceEncoderOptions options)
    {
        OnnxGraph graph = OnnxGraph.Read(MappedFile.Read(model));
        EncoderConfiguration configuration = EncoderConfiguration.Of(graph);
        return Create(configuration, graph.Weights, WordPieceTokenizer.Load(vocabulary), options, new(PoolingMode.Mean, true, null));
    }

    private static EncoderFiles OpenOnnx(string path, string folder, SentenceEncoderOptions options, SentenceModules modules)
    {
        EncoderConfiguration? configuration = JsonFile.ReadIfExists(Path.Combine(folder, "config.json")) is { } json
            ? EncoderConfiguration.Read(json)
            : null;
        EncoderFiles files = InputFile.Named(path, () =>
        {
            OnnxGraph graph = OnnxGraph.Read(MappedFile.Open(path));
            return Create(configuration ?? EncoderConfiguration.Of(graph), graph.Weights, folder, options, modules);
        });
        files.path = path;
        return files;
    }

    private static EncoderFiles Create(
        EncoderConfiguration configuration, EncoderWeights weights, string folder, SentenceEncoderOptions options, SentenceModules modules)
    {
        // The tokenizers of RoBERTa are others; its models take tokens.
        WordPieceTokenizer? tokenizer = EncoderConfiguration.IsRoberta(configuration.ModelType) ? null : WordPieceTokenizer.Load(folder);
        return Create(configuration, weights, tokenizer, options, modules);
    }

    private static EncoderFiles Create(
        EncoderConfiguration configuration,
        EncoderWeights weights,
        WordPieceTokenizer? tokenizer,
        SentenceEncoderOptions options,
        SentenceModules modules)
    {
        if (tokenizer?.VocabularySize > configuration.VocabularySize)
        {
            throw new InvalidDataException(
                $"the vocabulary has {tokenizer.VocabularySize} tokens, and the model vectors for {configuration.VocabularySize}: "
                + "they do not belong together.");
        }

        if (modules.LowersTexts && tokenizer?.Options.Lowercase == false)
        {
            throw new InvalidDataException(
                "'do_lower_case' of sentence_bert_config.json is true, but the tokenizer keeps upper case; this is not supported.");
        }

        if (options.MaxTokens > configuration.MaxTokens)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.MaxTokens,
                $"The model has {configuration.MaxTokens} positions; it cannot read {options.MaxTokens} tokens.");
        }

        // Nothing is allocated for sizes that the weights do not have.
        EncoderNames names = EncoderNames.Find(weights, configuration.ModelType == "distilbert");
        weights.CheckShape(names.Words, configuration.VocabularySize, configuration.Width);
        weights.CheckShape(names.Positions, configuration.Positions, configuration.Width);
        EncoderNames.OfOneLayer last = names.OfLayer(configuration.Layers - 1);
        weights.CheckShape($"{last.Query}.bias", configuration.Width);
        weights.CheckShape($"{last.Hidden}.bias", configuration.HiddenWidth);
        return new()
        {
            Configuration = configuration,
            Names = names,
            Weights = weights,
            Tokenizer = tokenizer,
            MaxTokens = options.MaxTokens ?? int.Min(modules.MaxTokens ?? int.MaxValue, configuration.MaxTokens),
            Pooling = options.Pooling ?? modules.Pooling,
            Normalizes = options.Normalizes ?? modules.Normalizes,
        };
    }
}
