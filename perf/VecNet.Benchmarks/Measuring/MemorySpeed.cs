using System.Diagnostics;
using System.Numerics.Tensors;

namespace VecNet.Benchmarks.Measuring;

/// <summary>How fast one core moves a working set of a given size, wherever in the caches it lies: measured, never looked up.</summary>
/// <remarks>The best of many passes, each of which goes through all of the memory, like a network's pass through its parameters.</remarks>
internal static class MemorySpeed
{
    private const int Passes = 400;

    /// <summary>Bytes per second of reading so many floats: their sum of magnitudes.</summary>
    internal static double Reading(int floats)
    {
        float[] values = Filled(floats);
        return sizeof(float) * floats / Best(() => TensorPrimitives.MaxMagnitude<float>(values) + TensorPrimitives.SumOfMagnitudes<float>(values)) * 2;
    }

    /// <summary>Bytes per second, read and written, of changing so many floats in place.</summary>
    internal static double Updating(int floats)
    {
        float[] values = Filled(floats);
        return 2 * sizeof(float) * floats / Best(() =>
        {
            TensorPrimitives.Multiply(values, 1f, values);
            return values[0];
        });
    }

    private static float[] Filled(int floats)
    {
        float[] values = GC.AllocateUninitializedArray<float>(floats, pinned: true);
        values.AsSpan().Fill(1);
        return values;
    }

    private static double Best(Func<float> pass)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < Passes; i++)
        {
            long start = Stopwatch.GetTimestamp();
            float result = pass();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            GC.KeepAlive(result);
        }

        return best;
    }
}
