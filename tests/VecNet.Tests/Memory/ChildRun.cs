using System.Diagnostics;

namespace VecNet.Tests;

/// <summary>What became of a process of its own that ran one test of this assembly.</summary>
internal sealed record ChildRun(int ExitCode, string Output)
{
    /// <summary>
    /// Runs one test in a child process, in an empty directory; explicit tests, which no other run starts, are run as well.
    /// </summary>
    /// <param name="type">The class.</param>
    /// <param name="test">The name of the method.</param>
    /// <param name="environment">Variables, in addition to those of this process.</param>
    public static async Task<ChildRun> Of(Type type, string test, params (string Name, string Value)[] environment)
    {
        using var scratch = new ScratchDirectory();
        ProcessStartInfo start = StartOf(type, test, scratch.Path, environment);
        using Process process = Process.Start(start)!;
        string[] output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, string.Concat(output));
    }

    /// <summary>How such a process is started.</summary>
    public static ProcessStartInfo StartOf(Type type, string test, string directory, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            "dotnet", [type.Assembly.Location, "-explicit", "on", "-method", $"{type.FullName}.{test}", "-noColor"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
