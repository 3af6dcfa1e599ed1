namespace VecNet.Text;

/// <summary>The weights of an encoder, which any number of threads read.</summary>
internal sealed class EncoderModel
{
    /// <summary>The vectors of the tokens, which may be in a mapped file: vocabulary × width.</summary>
    internal required EncoderTensor Words;

    /// <summary>The vectors of the positions, to which that of the only token type has been added: positions × width.</summary>
    internal required TensorBuffer<float> Positions;

    internal required EncoderNorm EmbeddingNorm;

    internal required EncoderLayer[] Layers;

    internal required int Heads;

    internal required EncoderActivation Activation;

    /// <summary>The width of the rows between the layers.</summary>
    internal int Width => Positions.Columns;

    /// <summary>The width of the hidden layers.</summary>
    internal int HiddenWidth => Layers[0].Hidden.Outputs;

    /// <summary>The number of tokens in the vocabulary.</summary>
    internal int VocabularySize => (int)Words.Shape[0];

    /// <summary>A copy in aligned memory.</summary>
    internal static TensorBuffer<float> Copy(ReadOnlySpan<float> values)
    {
        var copy = new TensorBuffer<float>(1, values.Length);
        values.CopyTo(copy.Span);
        return copy;
    }
}
