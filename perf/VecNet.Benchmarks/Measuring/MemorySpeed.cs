using System.Numerics.Tensors;

namespace VecNet.Benchmarks.Measuring;

/// <summary>How fast one core moves a working set of a given size, wherever in the caches it lies: measured, never looked up.</summary>
/// <remarks>
/// The best of many passes, each of which goes through all of the memory from one end to the other, like a network's pass through its
/// parameters: a sum, and an addition in place, of TensorPrimitives, which keep several vectors in flight and wait for nothing but memory.
/// </remarks>
internal static class MemorySpeed
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    /// <summary>Bytes per second of reading so many floats.</summary>
    internal static double Reading(int floats)
    {
        float sum = 0;
        double speed = Best(floats, memory => sum += TensorPrimitives.Sum<float>(memory));
        return sum > 0 ? speed : throw new InvalidOperationException("Not everything was read.");
    }

    /// <summary>Bytes per second, those read and those written, of changing so many floats in place.</summary>
    internal static double Updating(int floats) => 2 * Best(floats, memory => TensorPrimitives.Add(memory, 0f, memory));

    private static double Best(int floats, Action<Span<float>> pass)
    {
        // Written once: pages that were only read would all be the same page of zeros.
        var memory = new TensorBuffer<float>(1, floats);
        memory.Span.Fill(1);
        var clock = new CallClock(PreparedRow.Repeated(() => pass(memory.Span)));
        return sizeof(float) * floats / clock.Best(Slice);
    }
}
