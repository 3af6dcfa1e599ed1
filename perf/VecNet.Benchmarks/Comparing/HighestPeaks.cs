namespace VecNet.Benchmarks.Comparing;

/// <summary>The highest multiply-add peaks of a run, observed before every row: the machine has faster and slower minutes.</summary>
internal sealed class HighestPeaks
{
    private const int RoundsAtFirst = 200;
    private const int RoundsBeforeRow = 8;

    private readonly Dictionary<(Precision Precision, int Threads), double> highest = [];

    internal HighestPeaks(IReadOnlyList<Precision> precisions)
    {
        foreach (Precision precision in precisions)
        {
            for (int threads = 1; threads <= Math.Min(Subject.MostThreads, Environment.ProcessorCount); threads++)
            {
                Observe(precision, threads, RoundsAtFirst);
            }
        }
    }

    /// <summary>The element types for which there are peaks.</summary>
    internal IEnumerable<Precision> Precisions => highest.Keys.Select(key => key.Precision).Distinct();

    /// <summary>The threads for which there are peaks: no more than the machine has processors.</summary>
    internal IEnumerable<int> Threads => highest.Keys.Select(key => key.Threads).Distinct();

    /// <summary>Operations per second.</summary>
    internal double Of(Precision precision, int threads) => highest[(precision, threads)];

    internal void ObserveBefore(ComparedRow row) => Observe(row.Precision, row.Threads, RoundsBeforeRow);

    private void Observe(Precision precision, int threads, int rounds)
    {
        double seen = FmaPeak.Sample(precision == Precision.Float32 ? typeof(float) : typeof(double), threads, rounds);
        highest[(precision, threads)] = Math.Max(seen, highest.GetValueOrDefault((precision, threads)));
    }
}
