using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Limits the size of gradients, in place, in the flat buffer of a network.</summary>
public static class GradientClipping
{
    /// <summary>
    /// Scales all gradients by min(1, maximum / (‖g‖ + 10⁻⁶)), so that their Euclidean norm is at most <paramref name="maximum"/>.
    /// </summary>
    /// <remarks>
    /// Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, in PyTorch's form: an infinity
    /// among the gradients makes them 0 or NaN, a NaN makes them NaN. Finite gradients are scaled by their true norm, even where their
    /// squares, or the norm itself, are beyond the range of T.
    /// </remarks>
    /// <returns>The norm before clipping; ∞ where it is beyond the range of T.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive.</exception>
    public static T ByNorm<T>(Span<T> gradients, double maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(maximum);
        Norm<T> norm = Norm<T>.Compute(gradients);
        T factor = T.CreateTruncating(maximum) / (norm.Value + T.CreateTruncating(1e-6));
        if (norm.Scale < T.One)
        {
            // The norm is very large: the scaled gradients are about 1, and the 10⁻⁶ is negligible.
            double shrinkage = maximum / double.CreateTruncating(norm.Scaled);
            if (!(shrinkage * double.CreateTruncating(norm.Scale) >= 1))
            {
                TensorPrimitives.Multiply(gradients, norm.Scale, gradients);
                TensorPrimitives.Multiply(gradients, T.CreateTruncating(shrinkage), gradients);
            }
        }
        else if (!(factor >= T.One))
        {
            TensorPrimitives.Multiply(gradients, factor, gradients);
        }

        return norm.Value;
    }

    /// <summary>gᵢ = min(max(gᵢ, −maximum), maximum); NaN stays NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive.</exception>
    public static void ByValue<T>(Span<T> gradients, double maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(maximum);
        T bound = T.CreateTruncating(maximum);
        TensorPrimitives.Clamp(gradients, -bound, bound, gradients);
    }

    private static void Check(double maximum)
    {
        if (!(maximum > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(maximum), maximum, $"The maximum must be above 0; it is {maximum}.");
        }
    }
}
