namespace VecNet.Benchmarks.Comparing;

/// <summary>Starts what several subjects are compared with, each as it is at its best.</summary>
internal static class Contenders
{
    private const string NumPyPackage = "apt install python3-numpy";

    /// <summary>A project of its own, which only those build who want to download 600 MB.</summary>
    private const string TorchProgram = "perf/VecNet.Benchmarks.Torch/bin/Release/net10.0/VecNet.Benchmarks.Torch.dll";

    /// <summary>
    /// The environment variable with the path of a program that starts it where the system's libstdc++ is older than 13. The program is
    /// called with the folder of the peer, <c>--</c>, and the command to run.
    /// </summary>
    private const string TorchLauncher = "VECNET_TORCH_LAUNCHER";

    /// <summary>All at once, in the order that is given.</summary>
    internal static IReadOnlyList<Contender> Start(IReadOnlyList<Func<Contender>> starts) =>
        Task.WhenAll(starts.Select(start => Task.Factory.StartNew(start, TaskCreationOptions.LongRunning))).Result;

    /// <summary>A contender with a process for each of OpenBLAS's kernels that this processor can run.</summary>
    /// <remarks>Its threads spin for 2²⁰ cycles after a product, and not for 2²⁶: longer than from one call to the next, shorter than a
    /// turn.</remarks>
    internal static Contender WithOpenBlas(
        string name, Func<string?, IReadOnlyList<(string Name, string Value)>, PeerLaunch> launch) => Contender.Start(
        name,
        Standing.Required,
        KernelChoice.Of(KernelChoice.OfOpenBlas, Processor.Features),
        core => launch(core, [
            .. core is null ? Array.Empty<(string, string)>() : [("OPENBLAS_CORETYPE", core)],
            ("OPENBLAS_NUM_THREADS", Subject.MostThreads.ToString(CultureInfo.InvariantCulture)),
            ("OPENBLAS_THREAD_TIMEOUT", "20"),
        ]));

    /// <summary>libtorch's process, for a subject.</summary>
    internal static Contender Torch(string subject)
    {
        if (RepositoryFile.Find(TorchProgram) is not { } program)
        {
            return new(Contender.Torch, Standing.Required, [], "not built (dotnet build -c Release perf/VecNet.Benchmarks.Torch)");
        }

        string[] command = [PeerLaunch.DotnetHost, program, subject];
        Contender asItIs = Contender.Start(Contender.Torch, Standing.Required, new PeerLaunch(null, command));
        return asItIs.IsPresent || Environment.GetEnvironmentVariable(TorchLauncher) is not { Length: > 0 } launcher
            ? asItIs
            : Contender.Start(
                Contender.Torch, Standing.Required, new PeerLaunch(null, [launcher, Path.GetDirectoryName(program)!, "--", .. command]));
    }

    /// <summary>NumPy's processes, for a subject: the script of that name beside perf/numpy/peer.py.</summary>
    internal static Contender NumPy(string subject)
    {
        if (RepositoryFile.Find("perf/numpy/peer.py") is not { } script)
        {
            return new Contender(Contender.NumPy, Standing.Required, [], "perf/numpy/peer.py is not there");
        }

        // Debian's own, which has Debian's NumPy, even where another stands first in the search path.
        const string Debian = "/usr/bin/python3";
        string python = File.Exists(Debian) ? Debian : "python3";
        Contender started = WithOpenBlas(
            Contender.NumPy, (core, environment) => new PeerLaunch(core, [python, script, subject], environment));
        return started.IsPresent ? started : started with { Missing = $"{started.Missing} (Debian: {NumPyPackage})" };
    }
}
