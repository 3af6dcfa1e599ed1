namespace VecNet.Benchmarks.Comparing;

/// <summary>Where libtorch's process comes from: a project of its own, which only those build who want to download 600 MB.</summary>
internal static class TorchProject
{
    internal const string BuildCommand = "dotnet build -c Release perf/VecNet.Benchmarks.Torch";

    /// <summary>The built program, or null.</summary>
    internal static string? Program => RepositoryFile.Find("perf/VecNet.Benchmarks.Torch/bin/Release/net10.0/VecNet.Benchmarks.Torch.dll");

    /// <summary>What starts it where the system's libstdc++ is too old for it (before 13), or null.</summary>
    internal static string? Launcher => RepositoryFile.Find("../shared/tools/torchsharp-on-debian12");
}
