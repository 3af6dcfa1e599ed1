using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>Vectors as classifiers take them: of length 1.</summary>
internal static class EmbeddingVectors
{
    /// <summary>The smallest length that a vector is divided by, so that one of zeros stays so.</summary>
    private const float SmallestNorm = 1e-12f;

    /// <summary>Divides each row by its length; one that has length 1 within rounding is not changed.</summary>
    internal static void Normalize(TensorBuffer<float> vectors)
    {
        for (int row = 0; row < vectors.Rows; row++)
        {
            Normalize(vectors.View.Row(row));
        }
    }

    /// <summary>Divides a vector by its length.</summary>
    internal static void Normalize(Span<float> vector)
    {
        float norm = TensorPrimitives.Norm<float>(vector);
        if (MathF.Abs(norm - 1) > 1e-6f)
        {
            TensorPrimitives.Divide(vector, float.Max(norm, SmallestNorm), vector);
        }
    }
}
