using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>A Euclidean norm that may be out of the range of T: it is kept as the norm of the numbers times <see cref="Scale"/>.</summary>
internal readonly struct Norm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Norm(T scaled, T scale)
    {
        Scaled = scaled;
        Scale = scale;
    }

    /// <summary>√ Σ (scale · x)².</summary>
    internal readonly T Scaled;

    /// <summary>A power of two; 1 unless the squares of the numbers are out of the range of T.</summary>
    internal readonly T Scale;

    /// <summary>The norm; ∞ where it is above the largest T.</summary>
    internal T Value => Scaled / Scale;

    /// <summary>
    /// √ Σ x²: without overflow or underflow on the way; NaN if there is a NaN among the numbers, else ∞ if there is an infinity.
    /// </summary>
    internal static Norm<T> Compute(ReadOnlySpan<T> x)
    {
        T sum = Reductions.Dot(x, x);
        if (x.IsEmpty || SquareRange.Holds(sum, x.Length))
        {
            return new(T.Sqrt(sum), T.One);
        }

        T largest = T.Abs(TensorPrimitives.MaxMagnitude(x));
        if (T.IsZero(largest) || !T.IsFinite(largest))
        {
            return new(largest, T.One);
        }

        T scale = SquareRange.GetScale(largest);
        return new(T.Sqrt(Reductions.SumOfScaledSquares(x, scale)), scale);
    }
}
