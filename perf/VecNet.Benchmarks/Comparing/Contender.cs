namespace VecNet.Benchmarks.Comparing;

/// <summary>A library in the comparison: a process for each kind of kernels that it may be at its best with, or the reason why it is missing.</summary>
/// <param name="Name">As tables name it.</param>
/// <param name="Counts">Whether VecNet is judged by it: a figure counts only where all of these are present.</param>
/// <param name="Processes">None if it is missing.</param>
/// <param name="Missing">Why, and what to do about it.</param>
internal sealed record Contender(string Name, bool Counts, IReadOnlyList<PeerProcess> Processes, string? Missing) : IDisposable
{
    internal const string VecNet = "VecNet";
    internal const string MathNet = "Math.NET";

    internal bool IsPresent => Processes.Count > 0;

    internal string Description => string.Join(", ", Processes.Select(process => process.Description));

    /// <summary>Starts the processes, and goes without those that are not there.</summary>
    internal static Contender Start(string name, bool counts, params IReadOnlyList<PeerLaunch> launches)
    {
        var processes = new List<PeerProcess>();
        string? missing = null;
        foreach (PeerLaunch launch in launches)
        {
            try
            {
                processes.Add(PeerProcess.Start(launch));
            }
            catch (PeerException problem)
            {
                missing ??= problem.Message;
            }
        }

        return new Contender(name, counts, processes, processes.Count == 0 ? missing : null);
    }

    public void Dispose()
    {
        foreach (PeerProcess process in Processes)
        {
            process.Dispose();
        }
    }
}
