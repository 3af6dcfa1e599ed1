using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Measuring;

/// <summary>How fast one core moves a working set of a given size, wherever in the caches it lies: measured, never looked up.</summary>
/// <remarks>
/// The best of many passes, each of which goes through all of the memory from one end to the other, like a network's pass through its
/// parameters. Eight vectors at a time, each added to a sum of its own: nothing but the memory can be what is waited for.
/// </remarks>
internal static unsafe class MemorySpeed
{
    private const int Passes = 2000;
    private const int Vectors = 8;

    /// <summary>Bytes per second of reading so many floats.</summary>
    internal static double Reading(int floats) => Best(floats, updates: false);

    /// <summary>Bytes per second, those read and those written, of changing so many floats in place.</summary>
    internal static double Updating(int floats) => 2 * Best(floats, updates: true);

    private static double Best(int floats, bool updates) =>
        Machine.Has512 ? Best<Wide512<float>>(floats, updates)
        : Machine.HasVectors ? Best<Portable<float>>(floats, updates)
        : Best<Scalar<float>>(floats, updates);

    private static double Best<TVector>(int floats, bool updates)
        where TVector : struct, IVector<TVector, float>
    {
        int step = Vectors * TVector.Count;
        var memory = new TensorBuffer<float>(1, (floats + step - 1) / step * step);

        // Written once: pages that were only read would all be the same page of zeros.
        memory.Span.Fill(1);
        float* start = (float*)Unsafe.AsPointer(ref memory.Span[0]);
        double best = double.PositiveInfinity;
        float sum = 0;
        for (int pass = 0; pass < Passes; pass++)
        {
            long before = Stopwatch.GetTimestamp();
            if (updates)
            {
                Update<TVector>(start, start + memory.Span.Length);
            }
            else
            {
                sum += Read<TVector>(start, start + memory.Span.Length);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        GC.KeepAlive(memory);
        Debug.Assert(updates || sum > 0, "Everything was read.");
        GC.KeepAlive(sum);
        return sizeof(float) * memory.Span.Length / best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Read<TVector>(float* start, float* end)
        where TVector : struct, IVector<TVector, float>
    {
        TVector s0 = TVector.Broadcast(0);
        TVector s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (float* x = start; x < end; x += Vectors * TVector.Count)
        {
            s0 = TVector.Add(s0, TVector.Load(x));
            s1 = TVector.Add(s1, TVector.Load(x + TVector.Count));
            s2 = TVector.Add(s2, TVector.Load(x + (2 * TVector.Count)));
            s3 = TVector.Add(s3, TVector.Load(x + (3 * TVector.Count)));
            s4 = TVector.Add(s4, TVector.Load(x + (4 * TVector.Count)));
            s5 = TVector.Add(s5, TVector.Load(x + (5 * TVector.Count)));
            s6 = TVector.Add(s6, TVector.Load(x + (6 * TVector.Count)));
            s7 = TVector.Add(s7, TVector.Load(x + (7 * TVector.Count)));
        }

        return TVector.Sum(TVector.Add(
            TVector.Add(TVector.Add(s0, s1), TVector.Add(s2, s3)), TVector.Add(TVector.Add(s4, s5), TVector.Add(s6, s7))));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Update<TVector>(float* start, float* end)
        where TVector : struct, IVector<TVector, float>
    {
        TVector addend = TVector.Broadcast(0);
        for (float* x = start; x < end; x += Vectors * TVector.Count)
        {
            for (int vector = 0; vector < Vectors; vector++)
            {
                float* place = x + (vector * TVector.Count);
                TVector.Store(TVector.Add(TVector.Load(place), addend), place);
            }
        }
    }
}
