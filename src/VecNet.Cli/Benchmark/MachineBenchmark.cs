using System.Diagnostics;
using VecNet.Measuring;

namespace VecNet.Cli.Benchmark;

/// <summary>The results of a benchmark: the multiply-add peaks of a machine, and the speed of the library.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Date">The date of the measurement.</param>
/// <param name="Peaks">The highest numbers of operations per second, which are measured before each round.</param>
/// <param name="Rows">The measurements.</param>
/// <param name="Rounds">The number of rounds of each measurement.</param>
/// <param name="Time">The total time.</param>
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

    /// <summary>The longest time of one measurement in a round, which is long enough for many calls.</summary>
    private static readonly TimeSpan LongestSlice = TimeSpan.FromMilliseconds(60);

    private static readonly Type[] ElementTypes = [typeof(float), typeof(double)];

    /// <summary>The numbers of threads that are measured: one, and two if there are two processors.</summary>
    internal IReadOnlyList<int> Threads => [.. Peaks.Keys.Select(key => key.Threads).Distinct().Order()];

    /// <summary>
    /// Measures in rounds, each of which takes all measurements in turn, so that a slow phase of the machine affects all of them.
    /// </summary>
    /// <param name="duration">The approximate duration; there are at least two rounds.</param>
    /// <param name="progress">Receives the progress after each round, from 0 to 1.</param>
    /// <param name="cancellationToken">The token that cancels the benchmark between two measurements.</param>
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

        var date = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return new(MachineDescription.Read(), date, peaks, rows, rounds, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>The speed of a measurement as a share of the peak of as many threads.</summary>
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
