using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Measuring;

/// <summary>The floating-point operations per second that one core can do at most: measured, never looked up.</summary>
/// <remarks>
/// Twelve independent chains of multiply-adds that touch no memory. A core that starts two per cycle with a latency of four
/// needs eight; twelve leave room, and with their two operands still fit sixteen registers. A multiply-add counts as two operations.
/// </remarks>
internal static class FmaPeak
{
    private const int Chains = 12;
    private const int Steps = 200_000;
    private const int Rounds = 1000;

    private static readonly Lazy<double> Single = new(Measure<float>);
    private static readonly Lazy<double> Double = new(Measure<double>);

    /// <summary>The peak for <paramref name="elementType"/>, in operations per second: the best of many short rounds, taken at the first call.</summary>
    internal static double Of(Type elementType) => elementType == typeof(float) ? Single.Value
        : elementType == typeof(double) ? Double.Value
        : throw new NotSupportedException($"There is no peak for {elementType.Name}.");

    private static double Measure<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Machine.Has512 ? Best<T, Wide512<T>>() : Machine.HasVectors ? Best<T, Portable<T>>() : Best<T, Scalar<T>>();

    private static double Best<T, TVector>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TimeSpan best = TimeSpan.MaxValue;
        T sink = T.Zero;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            sink += RunChains<T, TVector>(T.CreateTruncating(0.5), T.CreateTruncating(1));
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
        }

        // Each chain converges to 1 / (1 - 0.5).
        Debug.Assert(sink == T.CreateTruncating(2 * Chains * TVector.Count * Rounds), "The chains were computed.");
        GC.KeepAlive(sink);
        return 2.0 * Chains * TVector.Count * Steps / best.TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T RunChains<T, TVector>(T factor, T addend)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector m = TVector.Broadcast(factor);
        TVector a = TVector.Broadcast(addend);
        TVector c0 = m, c1 = m, c2 = m, c3 = m, c4 = m, c5 = m, c6 = m, c7 = m, c8 = m, c9 = m, c10 = m, c11 = m;
        for (int step = 0; step < Steps; step++)
        {
            c0 = TVector.MultiplyAdd(c0, m, a);
            c1 = TVector.MultiplyAdd(c1, m, a);
            c2 = TVector.MultiplyAdd(c2, m, a);
            c3 = TVector.MultiplyAdd(c3, m, a);
            c4 = TVector.MultiplyAdd(c4, m, a);
            c5 = TVector.MultiplyAdd(c5, m, a);
            c6 = TVector.MultiplyAdd(c6, m, a);
            c7 = TVector.MultiplyAdd(c7, m, a);
            c8 = TVector.MultiplyAdd(c8, m, a);
            c9 = TVector.MultiplyAdd(c9, m, a);
            c10 = TVector.MultiplyAdd(c10, m, a);
            c11 = TVector.MultiplyAdd(c11, m, a);
        }

        TVector sum = TVector.Add(
            TVector.Add(TVector.Add(TVector.Add(c0, c1), TVector.Add(c2, c3)), TVector.Add(c4, c5)),
            TVector.Add(TVector.Add(TVector.Add(c6, c7), TVector.Add(c8, c9)), TVector.Add(c10, c11)));
        return TVector.Sum(sum);
    }
}
