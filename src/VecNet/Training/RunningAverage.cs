using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The coefficients of a running average, average ← β · average + (1 − β) · value, as an optimizer's kernel needs them in T.
/// </summary>
/// <remarks>
/// <para>
/// β close to 1 does not survive its rounding to T: 1 − (float)0.9999999 is 1.19 · 10⁻⁷ instead of 10⁻⁷, and (float)0.99999999 is 1.
/// Therefore both β and 1 − β are formed in double and rounded once each, and the rounding error of β is a separate coefficient: average ←
/// β_T · average + (δ · average + (1 − β)_T · value) with δ = β − β_T. Where T is double, δ is 0 and left out.
/// </para>
/// <para>
/// Nothing is subtracted from a value, so an average of squares is never negative. A square beyond the range of T makes the average
/// infinite, and it stays so, as in PyTorch: β_T is the largest number of T below β, so that δ is above 0 and neither ∞ − ∞ nor 0 · ∞ makes
/// NaN of it. Where β is 0, an infinite average is discarded.
/// </para>
/// </remarks>
internal readonly struct RunningAverage<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T kept;
    private readonly T lost;
    private readonly T newcomer;

    /// <summary>What an average of squares counts as at most: ∞, or 0 where nothing of it is kept.</summary>
    private readonly T limit;

    /// <param name="beta">β in [0, 1].</param>
    internal RunningAverage(double beta)
    {
        kept = T.CreateTruncating(beta);
        if (typeof(T) != typeof(double) && double.CreateTruncating(kept) >= beta)
        {
            kept = T.Max(T.Zero, T.BitDecrement(kept));
        }

        lost = T.CreateTruncating(beta - double.CreateTruncating(kept));
        newcomer = T.CreateTruncating(1 - beta);
        limit = T.IsZero(kept) && T.IsZero(lost) ? T.Zero : T.PositiveInfinity;
    }

    /// <summary>Adds a value to the average.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector With<TVector>(TVector average, TVector value)
        where TVector : struct, IVector<TVector, T> => Sum(average, TVector.Broadcast(newcomer), value);

    /// <summary>Adds the square of a value to an average of squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector WithSquare<TVector>(TVector average, TVector value)
        where TVector : struct, IVector<TVector, T> => Sum(
            TVector.AtMost(average, TVector.Broadcast(limit)), TVector.Multiply(TVector.Broadcast(newcomer), value), value);

    /// <summary>β · average + factor · value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Sum<TVector>(TVector average, TVector factor, TVector value)
        where TVector : struct, IVector<TVector, T>
    {
        TVector rest = typeof(T) == typeof(double)
            ? TVector.Multiply(factor, value)
            : TVector.MultiplyAdd(factor, value, TVector.Multiply(TVector.Broadcast(lost), average));
        return TVector.MultiplyAdd(TVector.Broadcast(kept), average, rest);
    }
}
