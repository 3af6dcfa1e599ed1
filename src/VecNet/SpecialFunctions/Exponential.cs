using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>e^x and functions of it, written once for every vector width and both element types.</summary>
/// <remarks>
/// <para>
/// With n = x / ln 2 rounded and r = x − n·ln 2, |r| ≤ ½ ln 2: e^x = 2ⁿ·e^r. ln 2 is subtracted in two parts (Cody and Waite, 1980), of
/// which the upper has so few bits that n times it, and the difference, are exact. e^r = 1 + r + r²·q(r), where q is the polynomial that
/// takes the values of (e^r − 1 − r)/r² at the Chebyshev nodes of |r| ≤ ½ ln 2, computed with 60 decimal digits: degree 4 for float (error
/// of e^r 1.0e-8, a sixth of 2⁻²⁴) and 9 for double (1.7e-17, a sixth of 2⁻⁵³).
/// </para>
/// <para>
/// A quotient u/d whose d = 1 + z was rounded may be off by a unit in the last place for that reason alone, because the last place of a
/// result just below a power of two is half as large, measured by its size, as that of a d just above one. So the rounding error of the
/// sum, δ = z − (d − 1), which is exact, is applied afterwards: u/(d + δ) = y − y·δ/(d + δ).
/// </para>
/// <para>
/// The worst errors, in units of the last place: in float, over all floats, e^x 1.11, sigmoid 1.98, tanh 1.43 (1.36 by
/// <see cref="Piecewise"/>); in double, over half a million numbers of every size compared with 106-bit arithmetic, e^x 1.09, sigmoid 1.91,
/// tanh 1.89 (2.07 without fused multiply-add).
/// </para>
/// <para>
/// TensorPrimitives' functions take other paths for short spans and after the last whole vector, so that an element's bits depend on
/// its position, and its tanh is wrong near 0 (tanh 0 = −6e-8). Here every element goes through the same operations.
/// </para>
/// </remarks>
internal static class Exponential
{
    /// <summary>e^x: 0 below the range of T, ∞ above, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Exp<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        ExpUpToOverflow<T, TVector>(TVector.AtMost(x, Constant<T, TVector>(89, 710)));

    /// <summary>e^x for x up to the first integer whose power is infinite, or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector ExpUpToOverflow<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        // Below this the result is 0 anyway.
        TVector r = Reduce<T, TVector>(TVector.AtLeast(x, Constant<T, TVector>(-104, -746)), out TVector n);
        return TVector.Ldexp(TVector.Add(Constant<T, TVector>(1, 1), ReducedMinusOne<T, TVector>(r)), n);
    }

    /// <summary>1 / (1 + e^−x).</summary>
    /// <remarks>
    /// With z = e^−|x|, never above 1: 1/(1 + z) for x ≥ 0 and, multiplying both sides of the fraction by e^x, z/(1 + z) below. Nothing
    /// cancels. δ is not divided by d: where z is not small compared with 1, and d not near 1, the error of that is half of a small one.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Sigmoid<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector zero = Constant<T, TVector>(0, 0);
        TVector one = Constant<T, TVector>(1, 1);
        TVector z = ExpUpToOverflow<T, TVector>(TVector.NegativeAbs(x));
        TVector divisor = TVector.Add(one, z);
        TVector lost = TVector.Subtract(TVector.Subtract(divisor, one), z);
        TVector y = TVector.Divide(TVector.SelectGreater(zero, x, z, one), divisor);
        return TVector.MultiplyAdd(y, lost, y);
    }

    /// <summary>(e^x − e^−x) / (e^x + e^−x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Tanh<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        TVector.CopySign(
            TVector.HasTables ? Piecewise.Tanh<T, TVector>(TVector.Abs(x))
            : typeof(T) == typeof(float) ? TanhInTwoParts<T, TVector>(TVector.Abs(x))
            : TanhByQuotient<T, TVector>(TVector.NegativeAbs(x)),
            x);

    /// <summary>tanh of a ≥ 0, for float on machines without tables.</summary>
    /// <remarks>
    /// Up to 0.57 a + a³·P(a²), where P takes the values of (tanh a/a − 1)/a² at the Chebyshev nodes of [0, 0.57²] (60 decimal digits;
    /// relative error of the result 5.9e-9). Beyond, 1 − 2/(e^(2a) + 1): the quotient is below a half there, and so are its errors. For the
    /// same reason one subtraction of n·ln 2 is enough: the error of the rounded ln 2, 1.9e-9·n, is negligible beside e^(2a). From 10 on
    /// tanh is 1.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TanhInTwoParts<T, TVector>(TVector a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector one = Constant<T, TVector>(1, 1);
        TVector near = TVector.AtMost(a, Constant<T, TVector>(10, 20));
        TVector n = TVector.Round(TVector.Multiply(near, Constant<T, TVector>(2.8853900817779268, 2.8853900817779268)));
        TVector r = TVector.MultiplyAdd(n, Constant<T, TVector>(-0.6931471805599453, -0.6931471805599453), TVector.Add(near, near));
        TVector power = TVector.Ldexp(TVector.Add(one, ReducedMinusOne<T, TVector>(r)), n);
        TVector large = TVector.Subtract(one, TVector.Divide(Constant<T, TVector>(2, 2), TVector.Add(power, one)));

        TVector square = TVector.Multiply(a, a);
        TVector p = TVector.MultiplyAdd(
            Constant<T, TVector>(-0.006474555075332248, 0), square, Constant<T, TVector>(0.021234601325122063, 0));
        p = TVector.MultiplyAdd(p, square, Constant<T, TVector>(-0.05389678507937413, 0));
        p = TVector.MultiplyAdd(p, square, Constant<T, TVector>(0.1333304704059581, 0));
        p = TVector.MultiplyAdd(p, square, Constant<T, TVector>(-0.3333333147788951, 0));
        TVector small = TVector.MultiplyAdd(TVector.Multiply(a, square), p, a);
        return TVector.SelectGreater(a, Constant<T, TVector>(0.57, 0.57), large, small);
    }

    /// <summary>tanh |x| of −|x|, for double, where a polynomial for small arguments would be long.</summary>
    /// <remarks>
    /// With z = e^(−2|x|) and u = 1 − z: tanh |x| = u / (2 − u). u = (1 − 2ⁿ) − 2ⁿ·(e^r − 1) is accurate where x is small: there n = 0 and
    /// u is the reduced polynomial alone; the rounding error of the reduction is computed and added. Here the correction includes the
    /// error of the division: y + (u − y·d − y·δ)/d, and 1/d = (1 + y)/2, since 1 + y = 2/(2 − u). From 20 on tanh is 1 to the last bit.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TanhByQuotient<T, TVector>(TVector minusMagnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector one = Constant<T, TVector>(1, 1);
        TVector two = Constant<T, TVector>(2, 2);
        TVector half = Constant<T, TVector>(0.5, 0.5);
        minusMagnitude = TVector.AtLeast(minusMagnitude, Constant<T, TVector>(-10, -20));
        TVector n = WholePowers<T, TVector>(TVector.Add(minusMagnitude, minusMagnitude), out TVector exact);
        TVector r = TVector.MultiplyAdd(n, LowerLogOfTwo<T, TVector>(), exact);
        TVector lostByReduction = TVector.MultiplyAdd(n, LowerLogOfTwo<T, TVector>(), TVector.Subtract(exact, r));
        TVector reduced = TVector.Add(r, TVector.MultiplyAdd(Q<T, TVector>(r, out TVector square), square, lostByReduction));
        TVector minusPower = TVector.Ldexp(Constant<T, TVector>(-1, -1), n);
        TVector u = TVector.MultiplyAdd(minusPower, reduced, TVector.Add(one, minusPower));
        TVector divisor = TVector.Subtract(two, u);
        TVector lost = TVector.Add(TVector.Subtract(divisor, two), u);
        TVector y = TVector.Divide(u, divisor);
        TVector rest = TVector.MultiplyAdd(y, lost, TVector.MultiplyAddNegated(y, divisor, u));
        return TVector.MultiplyAdd(rest, TVector.MultiplyAdd(half, y, half), y);
    }

    /// <summary>
    /// e^x − 1 for x ≤ 0 or NaN, accurate also where x is small: (2ⁿ − 1) + 2ⁿ·(e^r − 1), where n = 0 leaves the polynomial alone.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector MinusOne<T, TVector>(TVector x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        // Below these the result is −1 to the last bit.
        TVector r = Reduce<T, TVector>(TVector.AtLeast(x, Constant<T, TVector>(-20, -40)), out TVector n);
        TVector one = Constant<T, TVector>(1, 1);
        TVector power = TVector.Ldexp(one, n);
        return TVector.MultiplyAdd(power, ReducedMinusOne<T, TVector>(r), TVector.Subtract(power, one));
    }

    /// <summary>x − n·ln 2 for the integer n that leaves at most half of ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce<T, TVector>(TVector x, out TVector n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        n = WholePowers<T, TVector>(x, out TVector exact);
        return TVector.MultiplyAdd(n, LowerLogOfTwo<T, TVector>(), exact);
    }

    /// <summary>n, and x minus the upper part of n·ln 2, without error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector WholePowers<T, TVector>(TVector x, out TVector exact)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector n = TVector.Round(TVector.Multiply(x, Constant<T, TVector>(1.4426950408889634, 1.4426950408889634)));
        exact = TVector.MultiplyAdd(n, Constant<T, TVector>(-0.693359375, -6.93145751953125e-1), x);
        return n;
    }

    /// <summary>The upper part of ln 2 minus ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LowerLogOfTwo<T, TVector>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => Constant<T, TVector>(2.12194440054690583e-4, -1.42860682030941723212e-6);

    /// <summary>e^r − 1 for reduced r: r + r²·q(r).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReducedMinusOne<T, TVector>(TVector r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        TVector.MultiplyAdd(Q<T, TVector>(r, out TVector square), square, r);

    /// <summary>q(r), and r²; the polynomial is computed in two independent halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Q<T, TVector>(TVector r, out TVector square)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        square = TVector.Multiply(r, r);
        if (typeof(T) == typeof(float))
        {
            TVector low = TVector.MultiplyAdd(Constant<T, TVector>(0.16666576989698775, 0), r, Constant<T, TVector>(0.5, 0));
            TVector high = TVector.MultiplyAdd(
                Constant<T, TVector>(0.0083631790527225781, 0), r, Constant<T, TVector>(0.041666554617204574, 0));
            high = TVector.MultiplyAdd(Constant<T, TVector>(0.0013926183587713494, 0), square, high);
            return TVector.MultiplyAdd(high, square, low);
        }
        else
        {
            TVector fourth = TVector.Multiply(square, square);
            TVector q01 = TVector.MultiplyAdd(Constant<T, TVector>(0, 0.16666666666666669), r, Constant<T, TVector>(0, 0.5));
            TVector q23 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 0.0083333333333300615), r, Constant<T, TVector>(0, 0.041666666666624129));
            TVector q45 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 0.00019841269863053618), r, Constant<T, TVector>(0, 0.0013888888917213717));
            TVector q67 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 2.7557268459997064e-06), r, Constant<T, TVector>(0, 2.4801521295954376e-05));
            TVector q89 = TVector.MultiplyAdd(
                Constant<T, TVector>(0, 2.510038549551032e-08), r, Constant<T, TVector>(0, 2.7620088445409746e-07));
            TVector low = TVector.MultiplyAdd(q23, square, q01);
            TVector high = TVector.MultiplyAdd(q89, fourth, TVector.MultiplyAdd(q67, square, q45));
            return TVector.MultiplyAdd(high, fourth, low);
        }
    }

    /// <summary>A constant that depends on the element type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Constant<T, TVector>(double ofFloat, double ofDouble)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        TVector.Broadcast(typeof(T) == typeof(float) ? (T)(object)(float)ofFloat : (T)(object)ofDouble);
}
