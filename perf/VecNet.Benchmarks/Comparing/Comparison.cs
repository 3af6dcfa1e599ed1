using System.Diagnostics;

namespace VecNet.Benchmarks.Comparing;

/// <summary>Measures row after row; in each, the peers take turns, so that a slow moment of the machine affects all of them.</summary>
/// <remarks>The error writer is told who is missing, and the progress.</remarks>
internal sealed class Comparison(Subject subject, bool quick, TextWriter error, DateTimeOffset date) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vecnet-compare-");
    private readonly Pace pace = quick ? subject.Paces.Quick : subject.Paces.Full;
    private readonly long start = Stopwatch.GetTimestamp();
    private IReadOnlyList<Contender> contenders = [];

    public void Dispose()
    {
        contenders.ToList().ForEach(contender => contender.Dispose());
        folder.Delete(recursive: true);
    }

    /// <summary>Starts the contenders and measures the rows in their order; together they have the pace's budget.</summary>
    /// <exception cref="PeerException">VecNet itself has failed.</exception>
    internal CompareReport Run(IReadOnlyList<RowGroup> groups)
    {
        StartContenders();
        var peaks = new HighestPeaks(subject.Precisions);
        ComparedRow[] rows = [.. groups.SelectMany(group => group.Rows)];
        var results = new Queue<RowResult>();
        long firstRow = Stopwatch.GetTimestamp();
        double weightLeft = rows.Sum(pace.Weight);
        foreach (ComparedRow row in rows)
        {
            TimeSpan left = pace.Budget - Stopwatch.GetElapsedTime(firstRow);
            RowResult result = Measure(row, left * (pace.Weight(row) / weightLeft), peaks);
            weightLeft -= pace.Weight(row);
            results.Enqueue(result);
            left = pace.Budget - Stopwatch.GetElapsedTime(firstRow);
            string time = $"{(left < TimeSpan.Zero ? TimeSpan.Zero : left):m\\:ss} left";
            error.WriteLine($"{results.Count} of {rows.Length}, {time}: {result.Text}");
        }

        RowVerdict Verdict(ComparedRow row) => new(results.Dequeue(), peaks.Of(row.Precision, row.Threads), Of(row));
        GroupVerdict[] verdicts = [.. groups.Select(group => new GroupVerdict(group, [.. group.Rows.Select(Verdict)]))];
        var machine = MachineDescription.Read();
        return new CompareReport(subject, machine, date, quick, Stopwatch.GetElapsedTime(start), peaks, contenders, verdicts);
    }

    private void StartContenders()
    {
        error.WriteLine("starting the peers …");
        contenders = Contenders.Start(subject.Contenders);
        foreach (Contender contender in contenders)
        {
            if (contender.IsPresent)
            {
                contender.LeftOut.ToList().ForEach(line => error.WriteLine($"{contender.Name} goes without {line}"));
                continue;
            }

            error.WriteLine($"{contender.Name} is missing: {contender.Missing}");
            if (contender.Name == Contender.VecNet)
            {
                throw new PeerException(contender.Missing!);
            }
        }
    }

    private IReadOnlyList<Contender> Of(ComparedRow row) => [.. contenders.Where(contender => subject.TakesPart(contender, row, pace))];

    private RowResult Measure(ComparedRow row, TimeSpan allowance, HighestPeaks peaks)
    {
        long rowStart = Stopwatch.GetTimestamp();
        var failures = new List<string>();
        List<(Contender Contender, PeerProcess Process)> participants = Prepare(row, failures);
        peaks.ObserveBefore(row);
        var seconds = new Dictionary<(string Name, string? Kernels), List<double>>();
        int rounds = 0;
        TimeSpan round;
        do
        {
            long roundStart = Stopwatch.GetTimestamp();
            participants.RemoveAll(participant => !Try(participant.Contender, participant.Process, failures, process =>
            {
                (string, string?) key = (participant.Contender.Name, process.Kernels);
                double best = process.Run(pace.Slice);
                seconds.TryAdd(key, []);
                seconds[key].Add(best);
            }));
            rounds++;
            round = Stopwatch.GetElapsedTime(roundStart);
        }
        while (rounds < pace.FewestRounds || (rounds < pace.MostRounds && Stopwatch.GetElapsedTime(rowStart) + round <= allowance));
        return new RowResult(row, BestOf(seconds), failures, rounds);
    }

    /// <summary>The figure of each contender: that of its kernels with the best round.</summary>
    private static Dictionary<string, Figure> BestOf(Dictionary<(string Name, string? Kernels), List<double>> seconds) => seconds
        .GroupBy(entry => entry.Key.Name)
        .Select(entries => entries.MinBy(entry => entry.Value.Min()))
        .ToDictionary(
            entry => entry.Key.Name, entry => new Figure(entry.Value.Min(), Verdict.MedianOf(entry.Value), entry.Key.Kernels));

    /// <summary>Those who have computed the row once with VecNet's results and are warm. VecNet comes first and keeps its own.</summary>
    private List<(Contender Contender, PeerProcess Process)> Prepare(ComparedRow row, List<string> failures)
    {
        string path = Path.Combine(folder.FullName, "result");
        return
        [
            .. from contender in Of(row)
               from process in contender.Processes
               where !process.HasEnded
               where Try(contender, process, failures, peer => peer.Prepare(row, path, contender.Name == Contender.VecNet, pace.Slice))
               select (contender, process),
        ];
    }

    /// <summary>Whether the action succeeded. A peer that fails leaves the row; VecNet's failure ends the comparison.</summary>
    private static bool Try(Contender contender, PeerProcess process, List<string> failures, Action<PeerProcess> action)
    {
        try
        {
            action(process);
            return true;
        }
        catch (PeerException problem) when (contender.Name != Contender.VecNet)
        {
            failures.Add($"{contender.Name} {process.Kernels}".TrimEnd() + $" {problem.Message}");
            return false;
        }
    }
}
