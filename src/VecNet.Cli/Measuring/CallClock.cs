using System.Diagnostics;

namespace VecNet.Measuring;

/// <summary>
/// Measures the time of a computation in batches that are long compared with the resolution of the clock and short compared with the time
/// slices of other processes.
/// </summary>
/// <param name="run">
/// Runs the computation a given number of times, in its own loop, so that the cost of calling a delegate is not measured.
/// </param>
internal sealed class CallClock(Action<int> run)
{
    /// <summary>A thousand times the cost of reading the clock, and a fraction of the time slice of another process.</summary>
    private static readonly TimeSpan ShortestBatch = TimeSpan.FromMicroseconds(50);

    private int calls = 1;

    /// <summary>Runs the computation for some time, at least once, and returns the seconds per call of the fastest batch.</summary>
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
