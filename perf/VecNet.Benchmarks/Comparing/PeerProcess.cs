using System.ComponentModel;
using System.Diagnostics;

namespace VecNet.Benchmarks.Comparing;

/// <summary>A peer in a process of its own; see <see cref="PeerServer"/> for what is said.</summary>
internal sealed class PeerProcess : IDisposable
{
    /// <summary>A peer that answers later is stuck: the longest row takes some seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Threads that still work then are left to it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    private readonly Process process;

    /// <summary>Starts a peer and waits until it is ready.</summary>
    /// <exception cref="PeerException">It is not there.</exception>
    internal PeerProcess(PeerLaunch launch)
    {
        Kernels = launch.Kernels;
        process = new Process { StartInfo = launch.ToStartInfo() };
        try
        {
            process.Start();
            process.BeginErrorReadLine();
            Description = Expect("hello");
        }
        catch (Win32Exception problem)
        {
            throw new PeerException($"cannot be started: {problem.Message}");
        }
        catch (PeerException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The kernels that it was told to use.</summary>
    internal string? Kernels { get; }

    /// <summary>What it has loaded.</summary>
    internal string Description { get; }

    /// <summary>Whether the process has ended: it can answer no further row.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Prepares a row, writes its results into a file or compares them with the file, and warms up.</summary>
    internal void Prepare(ComparedRow row, string path, bool keeps, TimeSpan slice)
    {
        Ask($"prepare {row.ToWords()}", "ready");
        Ask(keeps ? $"keep {path}" : $"check {path}", keeps ? "kept" : "right");
        Run(slice);
    }

    /// <summary>The seconds of the fastest call within a slice of time.</summary>
    internal double Run(TimeSpan slice) => double.Parse(
        Ask(string.Create(CultureInfo.InvariantCulture, $"run {slice.TotalMilliseconds:R}"), "best"), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(TimeSpan.FromSeconds(2)))
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception problem) when (problem is IOException or InvalidOperationException)
        {
            // It has ended by itself.
        }

        process.Dispose();
    }

    private string Ask(string command, string expected)
    {
        try
        {
            process.StandardInput.WriteLine(command);
        }
        catch (IOException)
        {
            throw Ended();
        }

        string answer = Expect(expected);
        long start = Stopwatch.GetTimestamp();
        while (IsWorking() && Stopwatch.GetElapsedTime(start) < LongestWait)
        {
            Thread.Sleep(1);
        }

        return answer;
    }

    /// <summary>Whether a thread of the process is running or ready to run, and would take time from whoever is measured next.</summary>
    /// <remarks>
    /// Libraries let their threads spin for some milliseconds after a product, and the .NET runtime compiles in the background. To forbid
    /// them that would slow them down: so they are waited for.
    /// </remarks>
    private bool IsWorking()
    {
        try
        {
            process.Refresh();
            return process.Threads.Cast<ProcessThread>().Any(thread => thread.ThreadState == System.Diagnostics.ThreadState.Running);
        }
        catch (InvalidOperationException)
        {
            // The process has ended.
            return false;
        }
    }

    private PeerException Ended()
    {
        HasEnded = true;
        string how = process.WaitForExit(TimeSpan.FromSeconds(2)) ? $" with exit code {process.ExitCode}" : "";
        return new PeerException($"has ended unexpectedly{how}, and takes no further part");
    }

    /// <summary>What follows the expected word.</summary>
    private string Expect(string word)
    {
        Task<string?> reading = process.StandardOutput.ReadLineAsync();
        if (!reading.Wait(Patience))
        {
            process.Kill(entireProcessTree: true);
            HasEnded = true;
            throw new PeerException("has not answered, and takes no further part");
        }

        string line = reading.Result ?? throw Ended();
        string[] parts = [.. line.Split(' ', 2), ""];
        return parts[0] == word ? parts[1]
            : throw new PeerException(parts[0] is "absent" or "failed" ? parts[1] : $"has answered '{line}'");
    }
}

/// <summary>A peer is not there, or cannot do something; the message says why in a few words.</summary>
internal sealed class PeerException(string message) : Exception(message);
