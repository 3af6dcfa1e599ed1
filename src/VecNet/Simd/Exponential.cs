using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>e^x and what is made of it, written once for every vector width and both element types.</summary>
/// <remarks>
/// <para>
/// With n = x / ln 2 rounded and r = x − n·ln 2, |r| ≤ ½ ln 2: e^x = 2ⁿ·e^r. ln 2 is subtracted in two parts (Cody and Waite, 1980), of
/// which the upper has so few bits that n times it is exact. e^r = 1 + r + r²·q(r), where q is the polynomial that takes the values of
/// (e^r − 1 − r)/r² at the Chebyshev nodes of |r| ≤ ½ ln 2, computed with 60 decimal digits: degree 4 for float (error of e^r
/// 7.8e-9, an eighth of 2⁻²³) and 9 for double (1.3e-17, a sixteenth of 2⁻⁵²).
/// </para>
/// <para>
/// TensorPrimitives' functions take other paths for short spans and behind the last whole vector, so that an element's bits depend on
/// its place, and its tanh is wrong near 0 (tanh 0 = −6e-8). Here every element goes through the same operations.
/// </para>
/// </remarks>
internal static class Exponential
{
    /// <summary>e^x: 0 below the range of T, ∞ above, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Exp<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        // Beyond these the result is 0 or ∞ anyway; a NaN passes both comparisons unchanged.
        TVector highest = Constant<T, TVector>(89, 710);
        TVector lowest = Constant<T, TVector>(-104, -746);
        x = TVector.SelectGreater(x, highest, highest, x);
        x = TVector.SelectGreater(lowest, x, lowest, x);
        TVector r = Reduce<T, TVector>(x, out TVector n);
        return TVector.Scale(TVector.Add(Constant<T, TVector>(1, 1), ReducedMinusOne<T, TVector>(r)), n);
    }

    /// <summary>1 / (1 + e^−x).</summary>
    /// <remarks>With z = e^−|x|, never above 1: 1/(1 + z) for x ≥ 0 and, multiplying both sides of the fraction by e^x, z/(1 + z) below. Nothing cancels.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Sigmoid<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector zero = Constant<T, TVector>(0, 0);
        TVector one = Constant<T, TVector>(1, 1);
        TVector z = Exp<T, TVector>(TVector.Subtract(zero, TVector.Abs(x)));
        return TVector.Divide(TVector.SelectGreater(zero, x, z, one), TVector.Add(one, z));
    }

    /// <summary>(e^x − e^−x) / (e^x + e^−x).</summary>
    /// <remarks>
    /// With u = e^(2|x|) − 1, tanh |x| = u / (u + 2). u = 2ⁿ·(e^r − 1) + (2ⁿ − 1) keeps its digits where x is small: there n = 0 and u is
    /// the reduced polynomial alone. From 10 (float) and 20 (double) on tanh is 1 to the last bit.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Tanh<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector one = Constant<T, TVector>(1, 1);
        TVector two = Constant<T, TVector>(2, 2);
        TVector largest = Constant<T, TVector>(10, 20);
        TVector magnitude = TVector.Abs(x);
        magnitude = TVector.SelectGreater(magnitude, largest, largest, magnitude);
        TVector r = Reduce<T, TVector>(TVector.Add(magnitude, magnitude), out TVector n);
        TVector power = TVector.Scale(one, n);
        TVector u = TVector.MultiplyAdd(power, ReducedMinusOne<T, TVector>(r), TVector.Subtract(power, one));
        return TVector.CopySign(TVector.Divide(u, TVector.Add(u, two)), x);
    }

    /// <summary>x − n·ln 2, n whole, at most half of ln 2 from 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce<T, TVector>(TVector x, out TVector n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        n = TVector.Round(TVector.Multiply(x, Constant<T, TVector>(1.4426950408889634, 1.4426950408889634)));
        TVector r = TVector.MultiplyAdd(n, Constant<T, TVector>(-0.693359375, -6.93145751953125e-1), x);
        return TVector.MultiplyAdd(n, Constant<T, TVector>(2.12194440054690583e-4, -1.42860682030941723212e-6), r);
    }

    /// <summary>e^r − 1 for reduced r: r + r²·q(r).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReducedMinusOne<T, TVector>(TVector r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector q;
        if (typeof(T) == typeof(float))
        {
            q = Constant<T, TVector>(0.0013926183587713494, 0);
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0.0083631790527225781, 0));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0.041666554617204574, 0));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0.16666576989698775, 0));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0.5, 0));
        }
        else
        {
            q = Constant<T, TVector>(0, 2.510038549551032e-08);
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 2.7620088445409746e-07));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 2.7557268459997064e-06));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 2.4801521295954376e-05));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 0.00019841269863053618));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 0.0013888888917213717));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 0.0083333333333300615));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 0.041666666666624129));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 0.16666666666666669));
            q = TVector.MultiplyAdd(q, r, Constant<T, TVector>(0, 0.5));
        }

        return TVector.MultiplyAdd(TVector.Multiply(r, r), q, r);
    }

    /// <summary>A number that differs by the element type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant<T, TVector>(double ofFloat, double ofDouble)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        TVector.Broadcast(T.CreateTruncating(typeof(T) == typeof(float) ? ofFloat : ofDouble));
}
