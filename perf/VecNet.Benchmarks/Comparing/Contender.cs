namespace VecNet.Benchmarks.Comparing;

/// <summary>What a contender's figures mean for the verdict.</summary>
internal enum Standing
{
    /// <summary>VecNet itself.</summary>
    Judged,

    /// <summary>VecNet is judged by it, and a figure counts only where it is present.</summary>
    Required,

    /// <summary>VecNet is judged by it where it takes part.</summary>
    Judge,

    /// <summary>It is only shown.</summary>
    Beside,
}

/// <summary>A library in the comparison: a process for each kind of kernels that it may be at its best with, or the reason why it is
/// missing.</summary>
/// <param name="Name">As tables name it.</param>
/// <param name="Standing">What its figures mean.</param>
/// <param name="Processes">None if it is missing.</param>
/// <param name="Missing">Why, and what to do about it.</param>
/// <param name="LeftOut">Kernels that it takes part without, and why; a line for each.</param>
internal sealed record Contender(
    string Name, Standing Standing, IReadOnlyList<PeerProcess> Processes, string? Missing, params IReadOnlyList<string> LeftOut)
    : IDisposable
{
    internal const string VecNet = "VecNet";
    internal const string Torch = "libtorch";
    internal const string NumPy = "NumPy";

    internal bool IsPresent => Processes.Count > 0;

    /// <summary>Whether it may be the best peer of a row.</summary>
    internal bool IsJudge => Standing is Standing.Required or Standing.Judge;

    internal string Description => string.Join(", ", Processes.Select(process => process.Description).Distinct());

    /// <summary>Starts a process for each of the kernels that were chosen.</summary>
    internal static Contender Start(string name, Standing standing, KernelChoice choice, Func<string?, PeerLaunch> launch)
    {
        Contender started = Start(name, standing, [.. choice.Kernels.Select(launch)]);
        return started with { LeftOut = [.. choice.LeftOut, .. started.LeftOut] };
    }

    /// <summary>Starts the processes, and goes without those that are not there.</summary>
    internal static Contender Start(string name, Standing standing, params IReadOnlyList<PeerLaunch> launches)
    {
        var processes = new List<PeerProcess>();
        var leftOut = new List<string>();
        string? missing = null;
        foreach (PeerLaunch launch in launches)
        {
            try
            {
                processes.Add(new PeerProcess(launch));
            }
            catch (PeerException problem)
            {
                missing ??= problem.Message;
                leftOut.Add($"{launch.Kernels}: {problem.Message}");
            }
        }

        return processes.Count == 0
            ? new Contender(name, standing, processes, missing)
            : new Contender(name, standing, processes, null, leftOut);
    }

    public void Dispose()
    {
        foreach (PeerProcess process in Processes)
        {
            process.Dispose();
        }
    }
}
