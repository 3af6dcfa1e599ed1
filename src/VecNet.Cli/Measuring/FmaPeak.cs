using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Measuring;

/// <summary>The measured peak of floating-point operations per second, on one core or several.</summary>
/// <remarks>
/// The loop has twelve independent chains of multiply-adds without memory access. A core that starts two per cycle with a latency of four
/// needs eight; twelve leave a margin, and with their two operands still fit into sixteen registers. A multiply-add counts as two
/// operations.
/// </remarks>
internal static class FmaPeak
{
    private const int Chains = 12;
    private const int Steps = 200_000;
    private const int Rounds = 1000;

    private static readonly ConcurrentDictionary<(Type ElementType, int Threads), double> Known = new();

    /// <summary>
    /// The peak for <paramref name="elementType"/>, in operations per second: the best of many short rounds, taken at the first call.
    /// </summary>
    /// <param name="elementType">float or double.</param>
    /// <param name="threads">The number of threads.</param>
    internal static double Of(Type elementType, int threads = 1) =>
        Known.GetOrAdd((elementType, threads), key => Sample(key.ElementType, key.Threads, Rounds));

    /// <summary>Measures the best of several rounds.</summary>
    internal static double Sample(Type elementType, int threads, int rounds) =>
        elementType == typeof(float) ? Sample<float>(threads, rounds)
        : elementType == typeof(double) ? Sample<double>(threads, rounds)
        : throw new NotSupportedException($"There is no peak for {elementType.Name}.");

    private static double Sample<T>(int threads, int rounds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Machine.Has512 ? Best<T, Wide512<T>>(threads, rounds)
        : Machine.HasVectors ? Best<T, Portable<T>>(threads, rounds)
        : Best<T, Scalar<T>>(threads, rounds);

    /// <summary>All threads begin each round together; it lasts until the last of them is done.</summary>
    private static double Best<T, TVector>(int threads, int rounds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        var starts = new long[threads, rounds];
        var ends = new long[threads, rounds];
        int arrived = 0;
        void Work(int thread)
        {
            for (int round = 0; round < rounds; round++)
            {
                Interlocked.Increment(ref arrived);
                while (Volatile.Read(ref arrived) < threads * (round + 1))
                {
                    Thread.SpinWait(1);
                }

                starts[thread, round] = Stopwatch.GetTimestamp();
                T sum = RunChains<T, TVector>(T.CreateTruncating(0.5), T.CreateTruncating(1));
                ends[thread, round] = Stopwatch.GetTimestamp();

                // Each chain converges to 1 / (1 - 0.5).
                Debug.Assert(sum == T.CreateTruncating(2 * Chains * TVector.Count), "The chains were computed.");
                GC.KeepAlive(sum);
            }
        }

        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(thread => new Thread(() => Work(thread)))];
        foreach (Thread other in others)
        {
            other.Start();
        }

        Work(0);
        foreach (Thread other in others)
        {
            other.Join();
        }

        TimeSpan best = Enumerable.Range(0, rounds).Min(round => Stopwatch.GetElapsedTime(
            Enumerable.Range(0, threads).Min(thread => starts[thread, round]),
            Enumerable.Range(0, threads).Max(thread => ends[thread, round])));
        return 2.0 * Chains * TVector.Count * Steps * threads / best.TotalSeconds;
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
