using System.Diagnostics;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing;

/// <summary>Measures row after row; in each, the peers take turns, so that a slow moment of the machine strikes none of them alone.</summary>
internal sealed class Comparison : IDisposable
{
    private readonly Subject subject;
    private readonly IReadOnlyList<Contender> contenders;
    private readonly HighestPeaks peaks;
    private readonly Pace pace;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vecnet-compare-");

    internal Comparison(Subject subject, IReadOnlyList<Contender> contenders, HighestPeaks peaks, Pace pace)
    {
        this.subject = subject;
        this.contenders = contenders;
        this.peaks = peaks;
        this.pace = pace;
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Measures the rows in their order.</summary>
    /// <param name="rows">All of them: together they have the pace's budget.</param>
    /// <param name="report">Told after each row: its result, how many are done, and the time that the rest will take.</param>
    internal IReadOnlyList<RowResult> Run(IReadOnlyList<ComparedRow> rows, Action<RowResult, int, TimeSpan> report)
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

        return results;
    }

    private RowResult Measure(ComparedRow row, TimeSpan allowance)
    {
        long start = Stopwatch.GetTimestamp();
        var failures = new List<string>();
        List<Participant> participants = Prepare(row, failures);
        peaks.ObserveBefore(row);
        var figures = new Dictionary<string, Figure>();
        int rounds = 0;
        TimeSpan round;
        do
        {
            long roundStart = Stopwatch.GetTimestamp();
            foreach (Participant participant in participants.ToArray())
            {
                if (!Try(participant, failures, process => Keep(figures, participant, process.Run(pace.Slice))))
                {
                    participants.Remove(participant);
                }
            }

            rounds++;
            round = Stopwatch.GetElapsedTime(roundStart);
        }
        while (rounds < pace.FewestRounds || (rounds < pace.MostRounds && Stopwatch.GetElapsedTime(start) + round <= allowance));
        return new RowResult(row, figures, failures, rounds);
    }

    private static void Keep(Dictionary<string, Figure> figures, Participant participant, double seconds)
    {
        if (!figures.TryGetValue(participant.Contender.Name, out Figure best) || seconds < best.Seconds)
        {
            figures[participant.Contender.Name] = new Figure(seconds, participant.Process.Kernels);
        }
    }

    /// <summary>Those who have computed it once with the right result and are warm. VecNet is the first, and the others' results are held against its own.</summary>
    private List<Participant> Prepare(ComparedRow row, List<string> failures)
    {
        string result = Path.Combine(folder.FullName, "result");
        var ready = new List<Participant>();
        foreach (Contender contender in contenders.Where(contender => subject.TakesPart(contender, row, pace)))
        {
            foreach (PeerProcess peer in contender.Processes.Where(process => !process.HasEnded))
            {
                var participant = new Participant(contender, peer);
                bool isReady = Try(participant, failures, process =>
                {
                    process.Prepare(row);
                    if (contender.Name == Contender.VecNet)
                    {
                        process.Keep(result);
                    }
                    else
                    {
                        process.Check(result);
                    }

                    process.Run(pace.Slice);
                });
                if (isReady)
                {
                    ready.Add(participant);
                }
            }
        }

        return ready;
    }

    /// <summary>Whether it went well; whoever fails is noted and leaves the row, but without VecNet there is nothing to compare.</summary>
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
