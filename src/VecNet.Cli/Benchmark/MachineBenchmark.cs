using System.Diagnostics;
using VecNet.Measuring;

namespace VecNet.Cli.Benchmark;

/// <summary>The figures of this machine: its multiply-add peaks, and what the library makes of them.</summary>
/// <param name="Machine">What was measured.</param>
/// <param name="Date">When.</param>
/// <param name="Peaks">Operations per second: the highest seen before any round.</param>
/// <param name="Rows">What was timed.</param>
/// <param name="Rounds">How often each was.</param>
/// <param name="Time">All in all.</param>
internal sealed record MachineBenchmark(
    MachineDescription Machine,
    DateOnly Date,
    IReadOnlyDictionary<(Type ElementType, int Threads), double> Peaks,
    IReadOnlyList<MeasuredRow> Rows,
    int Rounds,
    TimeSpan Time)
{
    private const int MostThreads = 2;
    private const int PeakRounds = 8;

    /// <summary>In the median a few of them are enough; in each there are many calls.</summary>
    private static readonly TimeSpan LongestSlice = TimeSpan.FromMilliseconds(60);

    private static readonly Type[] ElementTypes = [typeof(float), typeof(double)];

    /// <summary>The numbers of threads that are measured: one, and two where there are two processors.</summary>
    internal IReadOnlyList<int> Threads => [.. Peaks.Keys.Select(key => key.Threads).Distinct().Order()];

    /// <summary>Measures in rounds, each of which takes everything in turn: slower minutes of the machine do not single anything out.</summary>
    /// <param name="duration">How long, about; two rounds are the least.</param>
    /// <param name="progress">Told after each round how much of it is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Takes effect between two rows.</param>
    internal static MachineBenchmark Run(TimeSpan duration, Action<double> progress, CancellationToken cancellationToken)
    {
        const int FewestRounds = 2;
        int[] threads = [.. Enumerable.Range(1, int.Min(MostThreads, Environment.ProcessorCount))];
        MeasuredRow[] rows = [.. threads.SelectMany(Measured)];
        var slice = TimeSpan.FromTicks(long.Min(LongestSlice.Ticks, duration.Ticks / (rows.Length * (FewestRounds + 2))));
        var peaks = new Dictionary<(Type, int), double>();
        long start = Stopwatch.GetTimestamp();
        int rounds = 0;
        while (rounds < FewestRounds || Stopwatch.GetElapsedTime(start) < duration)
        {
            foreach ((Type type, int count) in ElementTypes.SelectMany(type => threads.Select(count => (type, count))))
            {
                peaks[(type, count)] = Math.Max(peaks.GetValueOrDefault((type, count)), FmaPeak.Sample(type, count, PeakRounds));
            }

            foreach (MeasuredRow row in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                row.Measure(slice);
            }

            rounds++;
            progress(Math.Min(1, Stopwatch.GetElapsedTime(start) / duration));
        }

        return new(MachineDescription.Read(), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), peaks, rows, rounds, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>The part of the peak of as many threads that a row reaches.</summary>
    internal double ShareOfPeak(MeasuredRow row) => row.Speed / Peaks[(row.ElementType, row.Threads)];

    private static IEnumerable<MeasuredRow> Measured(int threads) =>
    [
        MeasuredRow.Product<float>(128, threads),
        MeasuredRow.Product<float>(512, threads),
        MeasuredRow.Product<float>(1024, threads),
        MeasuredRow.Product<double>(512, threads),
        MeasuredRow.Step(1, threads),
        MeasuredRow.Step(32, threads),
        MeasuredRow.Step(128, threads),
    ];
}
