using System.Diagnostics;

namespace VecNet.Measuring;

/// <summary>Times what a row computes in batches that are long for the clock and short for whatever else runs on the machine.</summary>
/// <param name="run">Computes so many times, in a loop of its own: what is small is measured without a call through a delegate.</param>
internal sealed class CallClock(Action<int> run)
{
    /// <summary>A thousand times what reading the clock costs, and a fraction of the time slice of another process.</summary>
    private static readonly TimeSpan ShortestBatch = TimeSpan.FromMicroseconds(50);

    private int calls = 1;

    /// <summary>Computes for a slice of time, at least once, and returns the seconds of one call in the fastest batch.</summary>
    internal double Best(TimeSpan slice)
    {
        double best = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        do
        {
            long batchStart = Stopwatch.GetTimestamp();
            run(calls);
            TimeSpan batch = Stopwatch.GetElapsedTime(batchStart);
            best = Math.Min(best, batch.TotalSeconds / calls);
            if (batch < ShortestBatch)
            {
                calls *= 2;
            }
        }
        while (Stopwatch.GetElapsedTime(start) < slice);
        return best;
    }
}
