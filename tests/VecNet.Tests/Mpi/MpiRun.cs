using System.Diagnostics;
using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>What became of ranks that an MPI launcher started, each of which ran a program of this assembly.</summary>
internal sealed record MpiRun(int ExitCode, string Output, TimeSpan Time)
{
    /// <summary>The names of the implementations, and what the version of their launchers says.</summary>
    private static readonly (string Name, string Version)[] Implementations = [("openmpi", "Open MPI"), ("mpich", "HYDRA")];

    public static TheoryData<string, int> Cases => new(
        Implementations.SelectMany(implementation => new[] { 2, 4 }.Select(ranks => (implementation.Name, ranks))));

    public static TheoryData<string> Names => new(Implementations.Select(implementation => implementation.Name));

    /// <summary>Runs a program on all ranks; skips the calling test where the implementation is not installed.</summary>
    /// <param name="name">The name of the implementation.</param>
    /// <param name="ranks">The number of ranks.</param>
    /// <param name="program">The program: a static method.</param>
    /// <param name="environment">Variables, in addition to those of this process.</param>
    public static async Task<MpiRun> Of(string name, int ranks, Action program, params (string Name, string Value)[] environment)
    {
        string launcher = FindLauncher(name) ?? throw Skipped(name);
        using var scratch = new ScratchDirectory();
        string[] options = name == "openmpi" ? ["--allow-run-as-root", "--oversubscribe"] : [];
        ProcessStartInfo start = RankProgram.StartOf(program, scratch.Path, environment);
        string[] command = [start.FileName, .. start.ArgumentList];
        start.FileName = launcher;
        start.ArgumentList.Clear();
        foreach (string argument in (string[])[.. options, "-n", $"{ranks}", .. command])
        {
            start.ArgumentList.Add(argument);
        }

        return await Of(start);
    }

    /// <summary>Starts a process and waits for its end.</summary>
    public static async Task<MpiRun> Of(ProcessStartInfo start)
    {
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string[]> reading = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} has not ended: {string.Concat(await reading)}");
        }

        return new(process.ExitCode, string.Concat(await reading), Stopwatch.GetElapsedTime(begin));
    }

    /// <summary>The program of a rank of these tests: a failure ends all ranks.</summary>
    public static void Rank(Action<ICommunicator> program, TimeSpan? timeLimit = null)
    {
        Assert.True(MpiCommunicator.IsLaunched);
        MpiCommunicator.Run(program, timeLimit ?? TimeSpan.FromMinutes(1));
    }

    /// <summary>The path of the launcher of an implementation: by its name in Debian, or by what it says of itself.</summary>
    private static string? FindLauncher(string name)
    {
        string[] folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        string? Find(string file) => folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        if (Find($"mpirun.{name}") is { } named)
        {
            return named;
        }

        if (Find("mpirun") is not { } unnamed)
        {
            return null;
        }

        using Process process = Process.Start(new ProcessStartInfo(unnamed, "--version") { RedirectStandardOutput = true })!;
        string version = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return version.Contains(Implementations.Single(known => known.Name == name).Version, StringComparison.Ordinal) ? unnamed : null;
    }

    private static InvalidOperationException Skipped(string name)
    {
        Assert.Skip($"The MPI '{name}' is not installed: there is no mpirun.{name}, and mpirun is not its.");
        return new();
    }
}
