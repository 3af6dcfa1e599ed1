using System.Runtime.InteropServices;

namespace VecNet.Text;

/// <summary>The parameters of a network as the tensors of an encoder, by the names and in the orientation of Hugging Face.</summary>
internal static class EncoderTensors
{
    private const string Words = "embeddings.word_embeddings.weight";

    /// <summary>Makes the tensors.</summary>
    /// <remarks>
    /// The network has the sums p + t₀ of the vectors of positions and that of the first token type. They become the vectors of the
    /// positions, and t₀ becomes 0, so that a reader gets the same bits; the other token types become t − t₀. The pooler, which no
    /// vector depends on, is copied.
    /// </remarks>
    /// <param name="network">The network.</param>
    /// <param name="source">What it was made from.</param>
    internal static EncoderWeights Of(NeuralNetwork<float> network, EncoderFiles source)
    {
        (EncoderConfiguration configuration, EncoderNames old) = (source.Configuration, source.Names);
        var weights = new EncoderWeights();
        EncoderNames names = EncoderNames.WithoutPrefix(old.IsDistil);
        int width = configuration.Width;
        Add(names.Words, network.GetParameters(0)[0].AsSpan(), configuration.VocabularySize, width);
        float[] positions = source.Weights.Get(old.Positions, configuration.Positions, width).Values.ToArray();
        network.GetParameters(1)[0].AsSpan().CopyTo(positions.AsSpan(configuration.FirstPosition * width));
        if (configuration.TokenTypes > 0)
        {
            float[] types = source.Weights.Get(old.Types, configuration.TokenTypes, width).Values.ToArray();

            // The network has no vectors of the positions before the first, of which RoBERTa's padding token has the last.
            for (int i = 0; i < configuration.FirstPosition * width; i++)
            {
                positions[i] += types[i % width];
            }

            for (int i = types.Length - 1; i >= 0; i--)
            {
                types[i] -= types[i % width];
            }

            Add(names.Types, types, configuration.TokenTypes, width);
        }

        Add(names.Positions, positions, configuration.Positions, width);
        Add($"{names.EmbeddingNorm}.weight", network.GetParameters(2)[0].AsSpan(), width);
        Add($"{names.EmbeddingNorm}.bias", network.GetParameters(2)[1].AsSpan(), width);
        for (int layer = 0; layer < configuration.Layers; layer++)
        {
            SlotViews<float> parameters = network.GetParameters(3 + layer);
            for (int i = 0; i < parameters.Count; i++)
            {
                AddBlock(names.OfLayer(layer), parameters.GetName(i), parameters[i]);
            }
        }

        string prefix = old.Words[..^Words.Length];
        foreach (string name in source.Weights.Names.Where(name => name.StartsWith($"{prefix}pooler.", StringComparison.Ordinal)))
        {
            EncoderTensor pooler = source.Weights.Find(name);
            if (!pooler.IsTransposed)
            {
                Add(name[prefix.Length..], pooler.Values, [.. pooler.Shape.Select(length => (int)length)]);
            }
        }

        return weights;

        void AddBlock(in EncoderNames.OfOneLayer layer, string parameter, TensorView<float> values)
        {
            (string[] parts, string end) = EncoderNetwork.NamesOf(layer, names, parameter);
            int columns = values.Columns / parts.Length;
            for (int part = 0; part < parts.Length; part++)
            {
                ReadOnlyTensorView<float> slice = values.SliceColumns(part * columns, columns);
                if (values.Rows == 1)
                {
                    Add($"{parts[part]}.{end}", slice.Row(0), columns);
                }
                else
                {
                    Add($"{parts[part]}.{end}", Transposed(slice), columns, values.Rows);
                }
            }
        }

        void Add(string name, ReadOnlySpan<float> values, params int[] shape) => weights.Add(new(
            name, [.. shape.Select(length => (long)length)], MemoryMarshal.AsBytes(values).ToArray()));
    }

    /// <summary>Outputs × inputs, as files have it, of inputs × outputs, as products need it.</summary>
    private static float[] Transposed(ReadOnlyTensorView<float> matrix)
    {
        float[] result = new float[matrix.Length];
        for (int row = 0; row < matrix.Rows; row++)
        {
            ReadOnlySpan<float> values = matrix.Row(row);
            for (int column = 0; column < values.Length; column++)
            {
                result[(column * matrix.Rows) + row] = values[column];
            }
        }

        return result;
    }
}
