using System.Numerics;
using System.Runtime.CompilerServices;
using static VecNet.Exponential;

namespace VecNet;

/// <summary>log x and log(1 + z), written once for every vector width and both element types.</summary>
/// <remarks>
/// With s = z/(2 + z), log(1 + z) = log((1 + s)/(1 − s)) = 2s + s·R(s²), R(u) = ⅔u + ⅖u² + …; and 2s = z − s·z, so that
/// log(1 + z) = z − s·(z − R). z, which is exact, is most of the result; the rounding error of s counts for less than half. For z in [0,
/// 1], u is in [0, 1/9], and R = u·P(u), where P interpolates the series at the Chebyshev nodes, computed with 60 decimal digits: degree 4
/// for float (error of the logarithm 3.9e-10) and 9 for double (4.8e-18). Source: fdlibm's log1p, Sun Microsystems, 1993, for the form.
/// </remarks>
internal static class Logarithm
{
    /// <summary>log x: −∞ for 0, NaN below.</summary>
    /// <remarks>
    /// x = m·2ⁿ with m in (√½, √2], so that n is 0 around 1 and nothing cancels: log x = n·ln 2 + log(1 + (m − 1)), where m − 1 is exact
    /// and in (−0.3, 0.42], as small for the series below as z = 1. ln 2 comes in two parts, of which the upper times n is exact. The error
    /// is below 1.5 units of the last place.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Log<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector zero = TVector.Broadcast(T.Zero);
        TVector one = TVector.Broadcast(T.One);
        TVector infinity = TVector.Broadcast(T.PositiveInfinity);
        TVector root = Constant<T, TVector>(1.4142135623730951, 1.4142135623730951);
        TVector m = TVector.Frexp(x, out TVector n);
        n = TVector.SelectGreater(m, root, TVector.Add(n, one), n);
        m = TVector.SelectGreater(m, root, TVector.Multiply(m, Constant<T, TVector>(0.5, 0.5)), m);
        TVector low = TVector.MultiplyAdd(
            n, Constant<T, TVector>(-2.1219444005469058e-4, 1.9082149292705877e-10), OfOnePlus<T, TVector>(TVector.Subtract(m, one)));
        TVector y = TVector.MultiplyAdd(n, Constant<T, TVector>(0.693359375, 0.69314718036912382), low);
        TVector atMostZero = TVector.SelectGreater(zero, x, TVector.Broadcast(T.NaN), TVector.Subtract(x, infinity));
        return TVector.SelectGreater(x, zero, TVector.SelectGreater(infinity, x, y, x), atMostZero);
    }

    /// <summary>log(1 + z) for z in [−0.3, 1] or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector OfOnePlus<T, TVector>(TVector z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector s = TVector.Divide(z, TVector.Add(z, Constant<T, TVector>(2, 2)));
        TVector u = TVector.Multiply(s, s);
        TVector rest = TVector.MultiplyAddNegated(u, Polynomial<T, TVector>(u), z);
        return TVector.MultiplyAddNegated(s, rest, z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Polynomial<T, TVector>(TVector u)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector square = TVector.Multiply(u, u);
        if (typeof(T) == typeof(float))
        {
            TVector p01 = TVector.MultiplyAdd(
                Constant<T, TVector>(0.399997063319297174, 0), u, Constant<T, TVector>(0.666666673205274125, 0));
            TVector p23 = TVector.MultiplyAdd(
                Constant<T, TVector>(0.217065758008803726, 0), u, Constant<T, TVector>(0.285923579943028377, 0));
            p23 = TVector.MultiplyAdd(Constant<T, TVector>(0.232243292240233488, 0), square, p23);
            return TVector.MultiplyAdd(p23, square, p01);
        }
        else
        {
            TVector fourth = TVector.Multiply(square, square);
            TVector p01 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 0.400000000000145827), u, Constant<T, TVector>(0, 0.666666666666666586));
            TVector p23 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 0.22222222717427863), u, Constant<T, TVector>(0, 0.285714285671087572));
            TVector p45 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 0.153855700649586231), u, Constant<T, TVector>(0, 0.181817894361328582));
            TVector p67 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 0.120010728095907125), u, Constant<T, TVector>(0, 0.133141442096549362));
            TVector p89 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 0.161640456119435322), u, Constant<T, TVector>(0, 0.0880073848614467388));
            TVector low = TVector.MultiplyAdd(p23, square, p01);
            TVector high = TVector.MultiplyAdd(p89, fourth, TVector.MultiplyAdd(p67, square, p45));
            return TVector.MultiplyAdd(high, fourth, low);
        }
    }
}
