using System.Numerics;
using System.Runtime.CompilerServices;
using static VecNet.Exponential;

namespace VecNet;

/// <summary>The standard normal distribution, which is the error function in another form: Φ(x) = ½ (1 + erf(x/√2)).</summary>
/// <remarks>
/// For a = |x|, the part of the distribution beyond a is Q(a) = ½ erfc(a/√2) = e^(−a²/2) · m(a). m falls slowly from ½ toward
/// 1/(a·√(2π)), so that with s = a/(a + k), which takes all a ≥ 0 to [0, 1), m = (1 − s)·(½ + s·R(s)) with a short polynomial: near 0 only
/// ½ matters, and far out the first factor falls as m does. R takes the values of (m/(1 − s) − ½)/s at the Chebyshev nodes of the range
/// below, computed with 60 decimal digits (m from erfc). k minimizes the error: for float degree 8 and k = 3.5 for a ≤ 14.6 (relative error
/// of m 4.0e-8), for double degree 20 and k = 5 for a ≤ 39 (5.0e-17). Q keeps its relative accuracy as far out as the rounding of a²
/// allows; Φ is Q or 1 − Q. The density is a by-product. x·Φ(x) in float is within 4 units in the last place, or 2⁻²⁴·max(1, |x|), over all
/// floats; where the machine has tables it takes <see cref="Piecewise.Beyond"/>.
/// </remarks>
internal static class NormalDistribution
{
    /// <summary>The coefficients of R for double, from the highest power to the lowest.</summary>
    private static ReadOnlySpan<double> TermsOfDouble =>
    [
        0.0009056556133101725, -0.007935504696300126, 0.03071342734842264, -0.06887882503079444, 0.10009075131812718,
        -0.10357667912592597, 0.08549793763920448, -0.05493186584371376, 0.016375078192997036, -0.005432413405211707,
        0.029785874591303416, 0.0016998888072907584, -0.08583938385052935, -0.013093499524030622, 0.3020820537576365,
        -0.15010267946871605, -0.9999822564035065, 2.5932743249371746, -3.3567292227459076, 2.7605771959856615, -1.4947114020071635,
    ];

    /// <summary>From here on Q is 0 and the density too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Farthest<T, TVector>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => Constant<T, TVector>(14.6, 39);

    /// <summary>Q(a), what lies beyond a, for a of [0, <see cref="Farthest"/>] or NaN, and e^(−a²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Beyond<T, TVector>(TVector a, out TVector exponential)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector half = Constant<T, TVector>(0.5, 0.5);
        TVector s = TVector.Divide(a, TVector.Add(a, Constant<T, TVector>(3.5, 5)));
        exponential = ExpUpToOverflow<T, TVector>(TVector.Multiply(TVector.Multiply(a, a), Constant<T, TVector>(-0.5, -0.5)));
        TVector falling = TVector.Multiply(exponential, TVector.Subtract(Constant<T, TVector>(1, 1), s));
        return TVector.Multiply(falling, TVector.MultiplyAdd(Polynomial<T, TVector>(s), s, half));
    }

    /// <summary>R(s), by its even and its odd powers, which do not wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Polynomial<T, TVector>(TVector s)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector square = TVector.Multiply(s, s);
        if (typeof(T) == typeof(float))
        {
            TVector even = Constant<T, TVector>(0.019037243021404394, 0);
            even = TVector.MultiplyAdd(even, square, Constant<T, TVector>(0.019527111640594924, 0));
            even = TVector.MultiplyAdd(even, square, Constant<T, TVector>(0.05589880294618087, 0));
            even = TVector.MultiplyAdd(even, square, Constant<T, TVector>(-0.20292379670725455, 0));
            even = TVector.MultiplyAdd(even, square, Constant<T, TVector>(-0.8962979786034002, 0));
            TVector odd = Constant<T, TVector>(-0.052234952810717, 0);
            odd = TVector.MultiplyAdd(odd, square, Constant<T, TVector>(0.038870957637303194, 0));
            odd = TVector.MultiplyAdd(odd, square, Constant<T, TVector>(-0.13777576710676154, 0));
            odd = TVector.MultiplyAdd(odd, square, Constant<T, TVector>(0.7699034663415155, 0));
            return TVector.MultiplyAdd(odd, s, even);
        }
        else
        {
            // In a loop: 21 terms in a row are more than the compiler inlines for two vectors at once.
            ReadOnlySpan<double> terms = TermsOfDouble;
            TVector even = Constant<T, TVector>(0, terms[0]), odd = Constant<T, TVector>(0, terms[1]);
            for (int i = 2; i < terms.Length - 1; i += 2)
            {
                even = TVector.MultiplyAdd(even, square, Constant<T, TVector>(0, terms[i]));
                odd = TVector.MultiplyAdd(odd, square, Constant<T, TVector>(0, terms[i + 1]));
            }

            even = TVector.MultiplyAdd(even, square, Constant<T, TVector>(0, terms[^1]));
            return TVector.MultiplyAdd(odd, s, even);
        }
    }
}
