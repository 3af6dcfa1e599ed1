using System.Numerics;

namespace VecNet.Text;

/// <summary>An encoder as a network of the library's layers, which can be trained.</summary>
/// <remarks>
/// <see cref="EncoderPass"/> computes the same for inference. The vector of the only token type is added to those of the positions, as it
/// is there. The input of the network is tokens, its output a row for each token or, with pooling, for each text.
/// </remarks>
internal static class EncoderNetwork
{
    /// <summary>Creates the network and takes the weights from a file.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, of another shape or type, or not finite.</exception>
    /// <exception cref="NotSupportedException">The activation is not GELU.</exception>
    internal static NeuralNetwork<T> Create<T>(
        EncoderConfiguration configuration, EncoderNames names, EncoderWeights weights, PoolingMode? pooling = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (configuration.Activation == EncoderActivation.Relu)
        {
            throw new NotSupportedException("An encoder with ReLU cannot be trained; only GELU is supported.");
        }

        List<ILayer<T>> layers =
        [
            new Embedding<T>(configuration.VocabularySize, configuration.Width, initialDeviation: 0),
            new PositionalEmbedding<T>(configuration.MaxTokens),
            new LayerNorm<T>(configuration.Epsilon),
        ];
        for (int i = 0; i < configuration.Layers; i++)
        {
            layers.Add(new TransformerBlock<T>(
                configuration.Heads, configuration.HiddenWidth, normalizesFirst: false,
                approximatesGelu: configuration.Activation == EncoderActivation.GeluTanh, epsilon: configuration.Epsilon));
        }

        if (pooling is { } mode)
        {
            layers.Add(new SequencePooling<T>(mode));
        }

        var network = new NeuralNetwork<T>(1, layers);
        Fill(network, configuration, names, weights);
        return network;
    }

    /// <summary>The names in files of the matrices that are side by side in a parameter of a block, and their common end.</summary>
    internal static (string[] Names, string End) NamesOf(in EncoderNames.OfOneLayer layer, EncoderNames names, string parameter) =>
        parameter switch
        {
            "self_attn.in_proj.weight" => ([layer.Query, layer.Key, layer.Value], "weight"),
            "self_attn.in_proj.bias" => ([layer.Query, layer.Key, layer.Value], "bias"),
            "self_attn.out_proj.weight" => ([layer.Output], "weight"),
            "self_attn.out_proj.bias" => ([layer.Output], "bias"),
            "linear1.weight" => ([layer.Hidden], "weight"),
            "linear1.bias" => ([layer.Hidden], "bias"),
            "linear2.weight" => ([layer.Result], "weight"),
            "linear2.bias" => ([layer.Result], "bias"),
            "norm1.weight" => ([layer.AttentionNorm], names.Gamma),
            "norm1.bias" => ([layer.AttentionNorm], names.Beta),
            "norm2.weight" => ([layer.ResultNorm], names.Gamma),
            "norm2.bias" => ([layer.ResultNorm], names.Beta),
            _ => throw new ArgumentException($"A block has no parameter '{parameter}'.", nameof(parameter)),
        };

    private static void Fill<T>(
        NeuralNetwork<T> network, EncoderConfiguration configuration, EncoderNames names, EncoderWeights weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = configuration.Width;
        Copy(weights.Get(names.Words, configuration.VocabularySize, width), network.GetParameters(0)[0], isTable: true);
        TensorView<T> positions = network.GetParameters(1)[0];
        ReadOnlySpan<float> rows = weights.Get(names.Positions, configuration.Positions, width).Values;
        ReadOnlySpan<float> type = configuration.TokenTypes == 0
            ? new float[width]
            : weights.Get(names.Types, configuration.TokenTypes, width).Values[..width];
        for (int row = 0; row < positions.Rows; row++)
        {
            for (int column = 0; column < width; column++)
            {
                positions[row, column] = T.CreateTruncating(rows[((row + configuration.FirstPosition) * width) + column])
                    + T.CreateTruncating(type[column]);
            }
        }

        Copy(weights.Get($"{names.EmbeddingNorm}.{names.Gamma}", width), network.GetParameters(2)[0]);
        Copy(weights.Get($"{names.EmbeddingNorm}.{names.Beta}", width), network.GetParameters(2)[1]);
        for (int i = 0; i < configuration.Layers; i++)
        {
            SlotViews<T> parameters = network.GetParameters(3 + i);
            for (int k = 0; k < parameters.Count; k++)
            {
                TensorView<T> parameter = parameters[k];
                (string[] parts, string end) = NamesOf(names.OfLayer(i), names, parameters.GetName(k));
                int columns = parameter.Columns / parts.Length;
                for (int part = 0; part < parts.Length; part++)
                {
                    EncoderTensor tensor = parameter.Rows == 1
                        ? weights.Get($"{parts[part]}.{end}", columns)
                        : weights.Get($"{parts[part]}.{end}", columns, parameter.Rows);
                    Copy(tensor, parameter.SliceColumns(part * columns, columns));
                }
            }
        }
    }

    /// <summary>Copies a vector, a table or, transposed if the file has outputs × inputs, a matrix.</summary>
    private static void Copy<T>(EncoderTensor source, TensorView<T> target, bool isTable = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<float> values = source.Values;
        bool isTransposed = source.Shape.Count == 2 && !source.IsTransposed && !isTable;
        for (int row = 0; row < target.Rows; row++)
        {
            for (int column = 0; column < target.Columns; column++)
            {
                int at = isTransposed ? (column * target.Rows) + row : (row * target.Columns) + column;
                target[row, column] = T.CreateTruncating(values[at]);
            }
        }
    }
}
