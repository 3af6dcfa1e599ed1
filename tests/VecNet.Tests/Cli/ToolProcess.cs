using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace VecNet.Tests;

/// <summary>The vecnet command in a separate process, which can be sent signals.</summary>
internal sealed partial class ToolProcess : IDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> error = new();

    /// <summary>Starts the command in a directory.</summary>
    public ToolProcess(string directory, params string[] arguments)
        : this(directory, new ProcessStartInfo("dotnet", [typeof(Cli.Tool).Assembly.Location, .. arguments]))
    {
    }

    private ToolProcess(string directory, ProcessStartInfo start)
    {
        process = Process.Start(new ProcessStartInfo(start.FileName, start.ArgumentList)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a script of the shell, in which <c>"$@"</c> is the command with its arguments.</summary>
    public static ToolProcess InShell(string directory, string script, params string[] arguments) =>
        new(directory, new ProcessStartInfo("/bin/sh", ["-c", script, "sh", "dotnet", typeof(Cli.Tool).Assembly.Location, .. arguments]));

    public bool IsAlive => !process.HasExited;

    public string Output => string.Join('\n', output);

    public string Error => string.Join('\n', error);

    /// <summary>Waits until the process has written a line with the given words.</summary>
    public void WaitFor(string words)
    {
        while (!output.Any(line => line.Contains(words, StringComparison.Ordinal)))
        {
            Assert.True(IsAlive, $"It ended before it wrote '{words}': {Output} {Error}");
            Thread.Sleep(1);
        }
    }

    public void Send(int signal) => Assert.Equal(0, Kill(process.Id, signal));

    /// <summary>Sends a signal to a process that may have ended.</summary>
    public void SendIfAlive(int signal) => Kill(process.Id, signal);

    /// <summary>Waits until the process ends, and returns its exit code.</summary>
    public int WaitForExit()
    {
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    /// <summary>Creates a named pipe.</summary>
    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakePipe(string path, uint mode);

    /// <summary>Skips the test if the signal is ignored in all child processes.</summary>
    public static void SkipWhereIgnored(int signal) =>
        Assert.SkipWhen(
            IsIgnored(signal), "The tests run under nohup or the like: the signal is ignored in every process that they start.");

    /// <summary>Whether the signal is ignored in this process, and so in its children; this is known on Linux only.</summary>
    private static bool IsIgnored(int signal)
    {
        const string Field = "SigIgn:";
        string? mask = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal))
            : null;
        return mask is not null
            && (
                (
                    ulong.Parse(
                        mask.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1)) & 1) != 0;
    }
}
