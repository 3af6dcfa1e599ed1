namespace VecNet.Benchmarks.Comparing;

/// <summary>What a contender's figures mean for the verdict.</summary>
internal enum Standing
{
    /// <summary>VecNet itself.</summary>
    Judged,

    /// <summary>VecNet is judged by it, and a figure counts only where it is present.</summary>
    Required,

    /// <summary>It is only shown.</summary>
    Beside,
}

/// <summary>A library in the comparison: a process for each kind of kernels that may be its best, or why it is missing.</summary>
/// <remarks>What is left out is a line for each of the kernels that it takes part without, and why.</remarks>
internal sealed record Contender(
    string Name, Standing Standing, IReadOnlyList<PeerProcess> Processes, string? Missing, params IReadOnlyList<string> LeftOut)
    : IDisposable
{
    internal const string VecNet = "VecNet";
    internal const string Torch = "libtorch";
    internal const string NumPy = "NumPy";

    internal bool IsPresent => Processes.Count > 0;

    /// <summary>Whether it may be the best peer of a row.</summary>
    internal bool IsJudge => Standing == Standing.Required;

    internal string Description => string.Join(", ", Processes.Select(process => process.Description).Distinct());

    /// <summary>Starts the processes, and goes without those that are not there.</summary>
    internal static Contender Start(string name, Standing standing, params IReadOnlyList<PeerLaunch> launches)
    {
        var processes = new List<PeerProcess>();
        var absent = new List<(string? Kernels, string Reason)>();
        foreach (PeerLaunch launch in launches)
        {
            try
            {
                processes.Add(new PeerProcess(launch));
            }
            catch (PeerException problem)
            {
                absent.Add((launch.Kernels, problem.Message));
            }
        }

        return processes.Count == 0
            ? new Contender(name, standing, processes, absent[0].Reason)
            : new Contender(name, standing, processes, null, [.. absent.Select(launch => $"{launch.Kernels}: {launch.Reason}")]);
    }

    public void Dispose() => Processes.ToList().ForEach(process => process.Dispose());
}
