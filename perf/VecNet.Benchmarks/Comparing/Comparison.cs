using System.Diagnostics;

namespace VecNet.Benchmarks.Comparing;

/// <summary>Measures row after row; in each, the peers take turns, so that a slow moment of the machine affects none of them
/// alone.</summary>
internal sealed class Comparison(Subject subject, IReadOnlyList<Contender> contenders, Pace pace) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vecnet-compare-");

    internal HighestPeaks Peaks { get; } = new(subject.Precisions);

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Measures the rows in their order.</summary>
    /// <param name="rows">All of them: together they have the pace's budget.</param>
    /// <param name="report">Told after each row: its result, how many are done, and the time that the rest will take.</param>
    internal IReadOnlyList<RowVerdict> Run(IReadOnlyList<ComparedRow> rows, Action<RowResult, int, TimeSpan> report)
    {
        var results = new List<RowResult>();
        long start = Stopwatch.GetTimestamp();
        double weightLeft = rows.Sum(pace.Weight);
        foreach (ComparedRow row in rows)
        {
            TimeSpan left = pace.Budget - Stopwatch.GetElapsedTime(start);
            RowResult result = Measure(row, left * (pace.Weight(row) / weightLeft));
            weightLeft -= pace.Weight(row);
            results.Add(result);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            report(result, results.Count, elapsed < pace.Budget ? pace.Budget - elapsed : TimeSpan.Zero);
        }

        return [.. results.Select(result => new RowVerdict(result, Peaks.Of(result.Row.Precision, result.Row.Threads), Of(result.Row)))];
    }

    private IReadOnlyList<Contender> Of(ComparedRow row) => [.. contenders.Where(contender => subject.TakesPart(contender, row, pace))];

    private RowResult Measure(ComparedRow row, TimeSpan allowance)
    {
        long start = Stopwatch.GetTimestamp();
        var failures = new List<string>();
        List<Participant> participants = Prepare(row, failures);
        Peaks.ObserveBefore(row);
        var figures = new Dictionary<string, Figure>();
        int rounds = 0;
        TimeSpan round;
        do
        {
            long roundStart = Stopwatch.GetTimestamp();
            participants.RemoveAll(participant => !Try(participant, failures, process =>
            {
                double seconds = process.Run(pace.Slice);
                if (!figures.TryGetValue(participant.Contender.Name, out Figure best) || seconds < best.Seconds)
                {
                    figures[participant.Contender.Name] = new Figure(seconds, process.Kernels);
                }
            }));
            rounds++;
            round = Stopwatch.GetElapsedTime(roundStart);
        }
        while (rounds < pace.FewestRounds || (rounds < pace.MostRounds && Stopwatch.GetElapsedTime(start) + round <= allowance));
        return new RowResult(row, figures, failures, rounds);
    }

    /// <summary>Those who have computed it once with the right result and are warm. VecNet is the first: the others are compared with
    /// its results.</summary>
    private List<Participant> Prepare(ComparedRow row, List<string> failures)
    {
        string result = Path.Combine(folder.FullName, "result");
        return
        [
            .. from contender in Of(row)
               from process in contender.Processes
               where !process.HasEnded
               let participant = new Participant(contender, process)
               where Try(participant, failures, peer => peer.Prepare(row, result, keeps: contender.Name == Contender.VecNet, pace.Slice))
               select participant,
        ];
    }

    /// <summary>Whether the action succeeded. A peer that fails leaves the row; VecNet's failure ends the comparison.</summary>
    private static bool Try(Participant participant, List<string> failures, Action<PeerProcess> action)
    {
        try
        {
            action(participant.Process);
            return true;
        }
        catch (PeerException problem) when (participant.Contender.Name != Contender.VecNet)
        {
            failures.Add($"{participant.Contender.Name} {participant.Process.Kernels}".TrimEnd() + $" {problem.Message}");
            return false;
        }
    }

    private sealed record Participant(Contender Contender, PeerProcess Process);
}
