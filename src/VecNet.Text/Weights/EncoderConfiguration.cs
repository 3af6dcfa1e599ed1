namespace VecNet.Text;

/// <summary>The sizes of an encoder and the names of its tensors.</summary>
internal sealed class EncoderConfiguration
{
    /// <summary>The kind of model, as <c>config.json</c> spells it.</summary>
    internal required string ModelType;

    internal required int Width;

    internal required int HiddenWidth;

    internal required int Layers;

    internal required int Heads;

    internal required int VocabularySize;

    /// <summary>The number of rows of the table of positions.</summary>
    internal required int Positions;

    /// <summary>The number of token types; 0 if there are none.</summary>
    internal required int TokenTypes;

    internal required float Epsilon;

    internal required EncoderActivation Activation;

    /// <summary>The position of the first token: for RoBERTa, it is after the number of the padding token.</summary>
    internal int FirstPosition { get; private init; }

    /// <summary>The padding token, if its position is its own number wherever it stands, as for RoBERTa; −1 if it is a token like any
    /// other.</summary>
    internal int PaddingToken => FirstPosition - 1;

    /// <summary>The most tokens of a text.</summary>
    internal int MaxTokens => Positions - FirstPosition;

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">The architecture is another one, or a number is missing or out of range.</exception>
    internal static EncoderConfiguration Read(JsonFile json)
    {
        string type = json.OptionalText("model_type") ?? throw json.Error("'model_type' is missing.");
        bool isDistil = type == "distilbert";
        if (type != "bert" && !isDistil && !IsRoberta(type))
        {
            throw json.Error(
                $"the architecture '{type}' is not supported; supported are bert, distilbert, roberta, xlm-roberta and camembert.");
        }

        if (json.OptionalText("position_embedding_type") is { } positions && positions != "absolute")
        {
            throw json.Error($"'position_embedding_type' is '{positions}'; only 'absolute' is supported.");
        }

        var configuration = new EncoderConfiguration
        {
            ModelType = type,
            Width = json.Number(isDistil ? "dim" : "hidden_size"),
            HiddenWidth = json.Number(isDistil ? "hidden_dim" : "intermediate_size"),
            Layers = json.Number(isDistil ? "n_layers" : "num_hidden_layers"),
            Heads = json.Number(isDistil ? "n_heads" : "num_attention_heads"),
            VocabularySize = json.Number("vocab_size"),
            Positions = json.Number("max_position_embeddings"),
            FirstPosition = IsRoberta(type) ? (json.OptionalNumber("pad_token_id", least: 0) ?? 1) + 1 : 0,
            TokenTypes = isDistil ? 0 : json.OptionalNumber("type_vocab_size") ?? 2,
            Epsilon = json.OptionalReal("layer_norm_eps") ?? 1e-12f,
            Activation = ActivationOf(json, isDistil ? "activation" : "hidden_act"),
        };
        configuration.Check(json.Path);
        return configuration;
    }

    /// <summary>Finds the sizes of the weights of an ONNX graph.</summary>
    /// <exception cref="InvalidDataException">They are not those of an encoder that is supported.</exception>
    internal static EncoderConfiguration Of(OnnxGraph graph)
    {
        EncoderNames names = EncoderNames.Find(graph.Weights, isDistil: null);
        EncoderTensor words = graph.Weights.Find(names.Words, dimensions: 2);
        EncoderTensor positions = graph.Weights.Find(names.Positions, dimensions: 2);
        int layers = 0, hidden = 0;
        for (; graph.Weights.Contains($"{names.OfLayer(layers).Hidden}.bias"); layers++)
        {
            hidden = Length(graph.Weights.Find($"{names.OfLayer(layers).Hidden}.bias", dimensions: 1), 0);
        }

        int width = Length(words, 1);
        if (graph.HeadWidth is not { } head || head < 1 || width % head != 0)
        {
            throw new InvalidDataException(
                "the graph has no division of the scores by the root of a head's width, from which the number of heads follows: put the "
                + "model's config.json beside the file.");
        }

        var configuration = new EncoderConfiguration
        {
            ModelType = names.IsDistil ? "distilbert" : "bert",
            Width = width,
            HiddenWidth = hidden,
            Layers = layers,
            Heads = width / head,
            VocabularySize = Length(words, 0),
            Positions = Length(positions, 0),
            TokenTypes = names.IsDistil ? 0 : Length(graph.Weights.Find(names.Types, dimensions: 2), 0),
            Epsilon = graph.Epsilon ?? throw new InvalidDataException(
                "the graph adds no constant to a mean, as ε of a normalization is: put the model's config.json beside the file."),
            Activation = graph.HasErrorFunction ? EncoderActivation.Gelu : throw new InvalidDataException(
                "the graph computes no error function, as GELU does: put the model's config.json beside the file."),
        };
        configuration.Check(null);
        return configuration;
    }

    /// <summary>Whether a kind of model has the positions of RoBERTa.</summary>
    internal static bool IsRoberta(string modelType) => modelType is "roberta" or "xlm-roberta" or "camembert";

    private static int Length(EncoderTensor tensor, int dimension) => tensor.Shape[dimension] is > 0 and <= int.MaxValue and var length
        ? (int)length
        : throw new InvalidDataException($"the tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}].");

    private static EncoderActivation ActivationOf(JsonFile json, string name) => json.OptionalText(name) switch
    {
        null or "gelu" => EncoderActivation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => EncoderActivation.GeluTanh,
        "relu" => EncoderActivation.Relu,
        var other => throw json.Error($"'{name}' is '{other}'; supported are gelu, gelu_new, gelu_fast, gelu_pytorch_tanh and relu."),
    };

    private void Check(string? path)
    {
        string place = path is null ? "" : $"{path}: ";
        if (Width % Heads != 0)
        {
            throw new InvalidDataException($"{place}{Heads} heads do not divide a width of {Width}.");
        }

        if (MaxTokens < 2 || Layers < 1)
        {
            throw new InvalidDataException($"{place}a model of {Layers} layers and {Positions} positions is none.");
        }
    }
}
