namespace VecNet.Text;

/// <summary>An encoder as its files describe it: what <see cref="SentenceEncoder"/> is made of.</summary>
internal sealed class EncoderFiles
{
    /// <summary>Where a folder has its ONNX file.</summary>
    private static readonly string[] OnnxNames = ["model.onnx", "onnx/model.onnx"];

    internal required EncoderConfiguration Configuration;

    internal required EncoderNames Names;

    internal required EncoderWeights Weights;

    /// <summary>The tokenizer; null for one of another kind than those that are supported.</summary>
    internal required PretrainedTokenizer? Tokenizer;

    internal required int MaxTokens;

    internal required PoolingMode Pooling;

    /// <summary>The layers behind pooling.</summary>
    internal required IReadOnlyList<DenseFiles> Dense;

    internal required bool Normalizes;

    /// <summary>The file of the weights, for messages; null for a stream.</summary>
    private string? path;

    /// <summary>Takes the weights for inference.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, of another shape or type, or not finite.</exception>
    internal EncoderModel CreateModel()
    {
        EncoderModel model = path is null
            ? EncoderModel.Create(Configuration, Names, Weights)
            : InputFile.Named(path, () => EncoderModel.Create(Configuration, Names, Weights));
        List<DenseLayer> layers = [];
        foreach (DenseFiles dense in Dense)
        {
            layers.Add(dense.CreateLayer(layers.Count == 0 ? model.Width : layers[^1].Weights.Outputs));
        }

        model.Dense = layers;
        return model;
    }

    /// <summary>Opens a folder, or an ONNX file with the vocabulary beside it.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or the model is not supported; the message names the file.</exception>
    /// <exception cref="IOException">A file is missing, or cannot be read.</exception>
    internal static EncoderFiles Open(string model, SentenceEncoderOptions options)
    {
        if (!Directory.Exists(model))
        {
            return OpenOnnx(model, Path.GetDirectoryName(Path.GetFullPath(model))!, options, new(PoolingMode.Mean, true, null));
        }

        SentenceModules modules = SentenceModules.Read(model);
        string folder = Path.Combine(model, modules.Transformer);
        string weights = Path.Combine(folder, "model.safetensors"), index = Path.Combine(folder, ShardIndex.Name);
        if (!Path.Exists(weights) && !Path.Exists(index))
        {
            string? onnx = OnnxNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(Path.Exists);
            return onnx is not null
                ? OpenOnnx(onnx, folder, options, modules)
                : throw new FileNotFoundException(
                    $"The folder of the model has neither model.safetensors nor model.onnx: '{weights}' does not exist.", weights);
        }

        JsonFile json = JsonFile.Read(Path.Combine(folder, "config.json"));
        EncoderConfiguration configuration = EncoderConfiguration.Read(json);
        bool isWhole = Path.Exists(weights);
        string path = isWhole ? weights : index;
        EncoderWeights tensors = isWhole
            ? InputFile.Named(weights, () => EncoderWeights.FromSafetensors(MappedFile.Open(weights)))
            : ShardIndex.Read(index);
        EncoderFiles files = InputFile.Named(path, () => Create(configuration, tensors, folder, options, modules));
        files.path = path;
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
        PretrainedTokenizer? tokenizer =
            EncoderConfiguration.IsRoberta(configuration.ModelType) ? OpenRoberta(folder) : WordPieceTokenizer.Load(folder);
        return Create(configuration, weights, tokenizer, options, modules);
    }

    /// <summary>Reads RoBERTa's tokenizer; models of this family that have another one, as of several languages, take tokens.</summary>
    private static ByteLevelTokenizer? OpenRoberta(string folder)
    {
        string json = Path.Combine(folder, "tokenizer.json");
        bool isOfBytes = Path.Exists(json)
            ? InputFile.Read(json, stream => TokenizerJson.Parse(VocabularyFile.ReadAll(stream), TokenizerJson.ModelOf)) == "BPE"
            : ByteLevelFiles.AreIn(folder);
        return isOfBytes ? new(ByteLevelFiles.Load(folder, options: null, isRoberta: true)) : null;
    }

    private static EncoderFiles Create(
        EncoderConfiguration configuration,
        EncoderWeights weights,
        PretrainedTokenizer? tokenizer,
        SentenceEncoderOptions options,
        SentenceModules modules)
    {
        if (tokenizer?.VocabularySize > configuration.VocabularySize)
        {
            throw new InvalidDataException(
                $"the vocabulary has {tokenizer.VocabularySize} tokens, and the model vectors for {configuration.VocabularySize}: "
                + "they do not belong together.");
        }

        if (modules.LowersTexts && tokenizer is not (null or WordPieceTokenizer { Options.Lowercase: true }))
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
            Dense = modules.Dense,
            Normalizes = options.Normalizes ?? modules.Normalizes,
        };
    }
}
