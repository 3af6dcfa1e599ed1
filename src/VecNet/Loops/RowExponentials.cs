using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The maximum of a row and the sum of its exponentials, in the order of operations that <see cref="RowLoop"/> promises.</summary>
/// <remarks>
/// A row consists of whole vectors of x and its end: a separate vector that holds the remaining elements and is padded with −∞. If no
/// elements remain, all of the end is −∞.
/// </remarks>
internal static unsafe class RowExponentials
{
    /// <summary>The largest element other than NaN; −∞ if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static T Maximum<T, TVector>(T* x, nint whole, T* end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        // A NaN in the limit is ignored.
        TVector first = TVector.AtLeast(TVector.Broadcast(T.NegativeInfinity), TVector.Load(end));
        TVector second = first;
        TVector third = first;
        TVector fourth = first;
        nint i = 0;
        for (; i <= whole - (4 * TVector.Count); i += 4 * TVector.Count)
        {
            first = TVector.AtLeast(first, TVector.Load(x + i));
            second = TVector.AtLeast(second, TVector.Load(x + i + TVector.Count));
            third = TVector.AtLeast(third, TVector.Load(x + i + (2 * TVector.Count)));
            fourth = TVector.AtLeast(fourth, TVector.Load(x + i + (3 * TVector.Count)));
        }

        for (; i < whole; i += TVector.Count)
        {
            first = TVector.AtLeast(first, TVector.Load(x + i));
        }

        return TVector.Max(TVector.AtLeast(TVector.AtLeast(first, second), TVector.AtLeast(third, fourth)));
    }

    /// <summary>Σ e^(x − maximum); the exponentials are stored in y, and those of the end in the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static T Sum<T, TVector, TStoring>(T* x, T* y, nint whole, bool hasEnd, T* end, T maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TStoring : struct, IStoring
    {
        DoubledVector<TVector, T> center = DoubledVector<TVector, T>.Broadcast(maximum);
        DoubledVector<TVector, T> sum = DoubledVector<TVector, T>.Broadcast(T.Zero);
        nint i = 0;
        for (; i <= whole - DoubledVector<TVector, T>.Count; i += DoubledVector<TVector, T>.Count)
        {
            DoubledVector<TVector, T> power = Exponential.ExpUpToOverflow<T, DoubledVector<TVector, T>>(
                DoubledVector<TVector, T>.Subtract(DoubledVector<TVector, T>.Load(x + i), center));
            sum = DoubledVector<TVector, T>.Add(sum, power);
            if (TStoring.IsOn)
            {
                DoubledVector<TVector, T>.Store(power, y + i);
            }
        }

        T sumOfPairs = DoubledVector<TVector, T>.Sum(sum);
        return i < whole || hasEnd ? sumOfPairs + SumOfEnd<T, TVector, TStoring>(x, y, i, whole, hasEnd, end, maximum) : sumOfPairs;
    }

    /// <summary>Adds the last whole vector, if there is one, and the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T SumOfEnd<T, TVector, TStoring>(T* x, T* y, nint start, nint whole, bool hasEnd, T* end, T maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TStoring : struct, IStoring
    {
        TVector center = TVector.Broadcast(maximum);
        TVector sum = TVector.Broadcast(T.Zero);
        for (nint i = start; i < whole || (i == whole && hasEnd); i += TVector.Count)
        {
            bool isEnd = i == whole;
            TVector power = Exponential.ExpUpToOverflow<T, TVector>(TVector.Subtract(TVector.Load(isEnd ? end : x + i), center));
            sum = TVector.Add(sum, power);
            if (TStoring.IsOn)
            {
                TVector.Store(power, isEnd ? end : y + i);
            }
        }

        return TVector.Sum(sum);
    }

    /// <summary>Whether exponentials are kept: a constant of the loop.</summary>
    internal interface IStoring
    {
        static abstract bool IsOn { get; }
    }

    internal readonly struct Stored : IStoring
    {
        public static bool IsOn => true;
    }

    internal readonly struct Forgotten : IStoring
    {
        public static bool IsOn => false;
    }
}
