namespace VecNet.Text;

/// <summary>The weights of an encoder for inference, which any number of threads read.</summary>
internal sealed class EncoderModel
{
    /// <summary>The vectors of the tokens, which may be in a mapped file: vocabulary × width.</summary>
    internal required EncoderTensor Words;

    /// <summary>The vectors of the positions, to which that of the only token type has been added: positions × width.</summary>
    internal required TensorBuffer<float> Positions;

    /// <summary>
    /// The token that has a position of its own wherever it stands, and that positions are not counted by: RoBERTa's padding token; −1
    /// for none.
    /// </summary>
    internal required int PaddingToken;

    /// <summary>The vector of that position, to which that of the only token type has been added.</summary>
    internal required TensorBuffer<float> PaddingPosition;

    internal required EncoderNorm EmbeddingNorm;

    internal required EncoderLayer[] Layers;

    /// <summary>The layers behind pooling.</summary>
    internal IReadOnlyList<DenseLayer> Dense = [];

    internal required int Heads;

    internal required EncoderActivation Activation;

    /// <summary>The width of the rows between the layers.</summary>
    internal int Width => Positions.Columns;

    /// <summary>The length of the vector of a text.</summary>
    internal int Dimension => Dense.Count == 0 ? Width : Dense[^1].Weights.Outputs;

    /// <summary>The width of the hidden layers.</summary>
    internal int HiddenWidth => Layers[0].Hidden.Outputs;

    /// <summary>The number of tokens in the vocabulary.</summary>
    internal int VocabularySize => (int)Words.Shape[0];

    /// <summary>The memory of the model beside the file's, in bytes.</summary>
    internal long Bytes => Positions.Bytes + Layers.Sum(layer =>
        layer.Projection.Bytes + layer.Output.Bytes + layer.Hidden.Bytes + layer.Result.Bytes)
        + Dense.Sum(layer => layer.Weights.Bytes);

    /// <summary>Takes the weights from a file: matrices are packed, and the vectors of the tokens stay where they are.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, of another shape or type, or not finite.</exception>
    internal static EncoderModel Create(EncoderConfiguration configuration, EncoderNames names, EncoderWeights weights)
    {
        int width = configuration.Width;
        EncoderTensor words = weights.Get(names.Words, configuration.VocabularySize, width);
        var positions = new TensorBuffer<float>(configuration.MaxTokens, width);
        var padding = new TensorBuffer<float>(1, width);
        ReadOnlySpan<float> table = weights.Get(names.Positions, configuration.Positions, width).Values;
        table[(configuration.FirstPosition * width)..].CopyTo(positions.Span);
        if (configuration.PaddingToken >= 0)
        {
            table.Slice(configuration.PaddingToken * width, width).CopyTo(padding.Span);
        }

        if (configuration.TokenTypes > 0)
        {
            ReadOnlySpan<float> type = weights.Get(names.Types, configuration.TokenTypes, width).Values[..width];
            Elementwise.Add<float>(padding.View, new(type, 1, width), padding.View);
            for (int position = 0; position < positions.Rows; position++)
            {
                Elementwise.Add<float>(positions.View.SliceRows(position, 1), new(type, 1, width), positions.View.SliceRows(position, 1));
            }
        }

        List<EncoderLayer> layers = [];
        for (int i = 0; i < configuration.Layers; i++)
        {
            EncoderNames.OfOneLayer layer = names.OfLayer(i);
            layers.Add(new()
            {
                Projection = Matrix(width, width, layer.Query, layer.Key, layer.Value),
                Output = Matrix(width, width, layer.Output),
                AttentionNorm = Norm(layer.AttentionNorm),
                Hidden = Matrix(configuration.HiddenWidth, width, layer.Hidden),
                Result = Matrix(width, configuration.HiddenWidth, layer.Result),
                ResultNorm = Norm(layer.ResultNorm),
            });
        }

        return new()
        {
            Words = words,
            Positions = positions,
            PaddingToken = configuration.PaddingToken,
            PaddingPosition = padding,
            EmbeddingNorm = Norm(names.EmbeddingNorm),
            Layers = [.. layers],
            Heads = configuration.Heads,
            Activation = configuration.Activation,
        };

        PackedMatrix Matrix(int outputs, int inputs, params string[] parts)
        {
            float[] bias = new float[parts.Length * outputs];
            for (int part = 0; part < parts.Length; part++)
            {
                weights.Get($"{parts[part]}.bias", outputs).Values.CopyTo(bias.AsSpan(part * outputs));
            }

            return PackedMatrix.Pack([.. parts.Select(part => weights.Get($"{part}.weight", outputs, inputs))], bias);
        }

        EncoderNorm Norm(string name) => new(
            weights.Get($"{name}.{names.Gamma}", width).Values, weights.Get($"{name}.{names.Beta}", width).Values, configuration.Epsilon);
    }

    /// <summary>A copy in aligned memory.</summary>
    internal static TensorBuffer<float> Copy(ReadOnlySpan<float> values)
    {
        var copy = new TensorBuffer<float>(1, values.Length);
        values.CopyTo(copy.Span);
        return copy;
    }
}
