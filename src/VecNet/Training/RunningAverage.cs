using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The coefficients of a running average, average ← β · average + (1 − β) · value, as an optimizer's kernel needs them in T.
/// </summary>
/// <remarks>
/// <para>
/// A β close to 1 loses its precision when it is rounded to T: 1 − (float)0.9999999 is 1.19 · 10⁻⁷ instead of 10⁻⁷, and (float)0.99999999
/// is 1. Therefore both β and 1 − β are formed in double and rounded once each, and the rounding error of β is a third coefficient:
/// average ← β_T · average + (δ · average + (1 − β)_T · value) with δ = β − β_T.
/// </para>
/// <para>
/// δ may be negative, so an infinite average would become ∞ − ∞; δ therefore multiplies at most the largest finite number. Nothing is
/// subtracted from a value: an average of squares is never negative. Where β = 0, the average is exactly the value, even if it was infinite
/// or NaN before, although 0 times that is NaN.
/// </para>
/// </remarks>
internal readonly struct RunningAverage<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T kept;
    private readonly T lost;
    private readonly T newcomer;
    private readonly T largest;

    /// <param name="beta">β in [0, 1].</param>
    internal RunningAverage(double beta)
    {
        kept = T.CreateTruncating(beta);
        lost = T.CreateTruncating(beta - double.CreateTruncating(kept));
        newcomer = T.CreateTruncating(1 - beta);
        largest = T.BitDecrement(T.PositiveInfinity);
    }

    /// <summary>Adds a value to the average.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector With<TVector>(TVector average, TVector value)
        where TVector : struct, IVector<TVector, T> =>
        Sum(average, TVector.MultiplyAdd(TVector.Broadcast(newcomer), value, Lost(average)));

    /// <summary>Adds the square of a value to an average of squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector WithSquare<TVector>(TVector average, TVector value)
        where TVector : struct, IVector<TVector, T> =>
        Sum(average, TVector.MultiplyAdd(TVector.Multiply(TVector.Broadcast(newcomer), value), value, Lost(average)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Sum<TVector>(TVector average, TVector rest)
        where TVector : struct, IVector<TVector, T> =>
        T.IsZero(kept) ? rest : TVector.MultiplyAdd(TVector.Broadcast(kept), average, rest);

    /// <summary>δ · average; β is a double already where T is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Lost<TVector>(TVector average)
        where TVector : struct, IVector<TVector, T>
    {
        if (typeof(T) == typeof(double) || T.IsZero(kept))
        {
            return TVector.Broadcast(T.Zero);
        }

        TVector finite = TVector.AtMost(TVector.AtLeast(average, TVector.Broadcast(-largest)), TVector.Broadcast(largest));
        return TVector.Multiply(TVector.Broadcast(lost), finite);
    }
}
