using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Keeps gradients from growing without bounds, in place, over the flat buffer of a network.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients by min(1, maximum / (‖g‖ + 10⁻⁶)), so that their Euclidean norm is at most <paramref name="maximum"/>.</summary>
    /// <remarks>Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, in PyTorch's form: a norm that is not finite makes the gradients 0 or NaN.</remarks>
    /// <returns>The norm before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive.</exception>
    public static T ByNorm<T>(Span<T> gradients, double maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(maximum);
        T norm = T.Sqrt(Reductions.SumOfProducts<T>(gradients, gradients));
        T factor = T.CreateTruncating(maximum) / (norm + T.CreateTruncating(1e-6));
        if (!(factor >= T.One))
        {
            TensorPrimitives.Multiply(gradients, factor, gradients);
        }

        return norm;
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
