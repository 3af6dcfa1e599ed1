using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The range in which squares of T are accurate, and the powers of two that scale numbers into it.</summary>
/// <remarks>
/// Squares leave the range of T long before their root or their quotient does: 3·10¹⁹ and 3·10⁻³⁰ are ordinary floats whose squares are
/// ∞ and 0. The plain sum is therefore computed first, and only if it is out of range are the numbers scaled, squared and summed
/// again. Scaling by a power of two is exact. Source: Blue, "A Portable Fortran Program to Find the Euclidean Norm of a Vector", 1978,
/// as in the BLAS function nrm2.
/// </remarks>
internal static class SquareRange
{
    /// <summary>
    /// Whether a sum of the given number of squares is accurate: it is finite, and subnormal squares, each with an error of half a unit at
    /// most, are negligible in it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Holds<T>(T sum, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => sum >= T.CreateTruncating(count) * Smallest<T>() && sum < T.PositiveInfinity;

    /// <summary>
    /// The power of two that scales a number of this magnitude, finite and above 0, to about 1; subnormal numbers and the largest are
    /// scaled as near to 1 as T allows.
    /// </summary>
    internal static T GetScale<T>(T magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int limit = typeof(T) == typeof(float) ? 126 : 1022;
        return T.ScaleB(T.One, int.Clamp(-T.ILogB(magnitude), -limit, limit));
    }

    /// <summary>The smallest normal number over the unit of 1: 2⁻¹⁰³ for float and 2⁻⁹⁷⁰ for double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Smallest<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(typeof(T) == typeof(float) ? 9.860761315262648e-32 : 1.0020841800044864e-292);
}
