using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VecNet.Text;

/// <summary>What a file says about the encoder that its classifier was trained with: the vectors of two texts.</summary>
/// <remarks>
/// A hash of the weights would refuse the same model in another format, and on other processors rounding errors differ. Vectors of another
/// model, of other layers for pooling or with another vocabulary are very different; those of the same weights, even if they are stored in
/// 16 bits, have a cosine of almost 1.
/// </remarks>
internal static class EncoderFingerprint
{
    /// <summary>The key in the metadata of a file.</summary>
    internal const string MetadataKey = "vecnet_encoder";

    /// <summary>The smallest cosine of two vectors that count as equal.</summary>
    private const float SmallestCosine = 0.9999f;

    /// <summary>The texts: words, parts of rare words, digits, symbols and letters of several languages.</summary>
    private static readonly string[] Texts =
        ["The quick brown fox jumps over the lazy dog.", "Unbelievable: 3.14 × 27 = 84.78! Größe, été, привет, 漢字?"];

    /// <summary>The fingerprint of an encoder.</summary>
    internal static string Of(SentenceEncoder encoder) =>
        Convert.ToBase64String(MemoryMarshal.AsBytes(Encode(encoder).Span));

    /// <summary>Throws unless the file's fingerprint is that of the encoder.</summary>
    /// <exception cref="InvalidDataException">It is another one, or there is none.</exception>
    internal static void Check(SafetensorsFile file, SentenceEncoder encoder)
    {
        if (!file.Metadata.TryGetValue(MetadataKey, out string? text))
        {
            throw new InvalidDataException("the model was not trained on the vectors of a sentence encoder.");
        }

        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(text);
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"the description of the encoder is damaged: {error.Message}", error);
        }

        ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        TensorBuffer<float> found = Encode(encoder);
        if (expected.Length != found.Length)
        {
            throw new InvalidDataException(
                $"the classifier takes vectors of {expected.Length / Texts.Length} numbers; those of this encoder have {found.Columns}.");
        }

        for (int i = 0; i < Texts.Length; i++)
        {
            float cosine = TensorPrimitives.CosineSimilarity(expected.Slice(i * found.Columns, found.Columns), found.View.Row(i));
            if (!(cosine >= SmallestCosine))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"the classifier was trained with another encoder: the vectors of the same text have a cosine of {cosine:F3}."));
            }
        }
    }

    private static TensorBuffer<float> Encode(SentenceEncoder encoder)
    {
        TensorBuffer<float> vectors = encoder.Encode(Texts);
        EmbeddingVectors.Normalize(vectors);
        return vectors;
    }
}
