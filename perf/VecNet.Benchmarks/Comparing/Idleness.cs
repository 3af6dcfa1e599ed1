using System.Diagnostics;

namespace VecNet.Benchmarks.Comparing;

/// <summary>Waits until a process has stopped working, so that it takes no time from the one that is measured next.</summary>
/// <remarks>
/// Libraries let their threads spin for some milliseconds after a product, and the .NET runtime compiles in the background. To forbid them
/// that would slow them down: so they are waited for, which is over as soon as no thread of the process is running or ready to run.
/// </remarks>
internal static class Idleness
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WithoutKnowledge = TimeSpan.FromMilliseconds(30);

    internal static void WaitFor(int processId)
    {
        string threads = $"/proc/{processId}/task";
        if (!Directory.Exists(threads))
        {
            Thread.Sleep(WithoutKnowledge);
            return;
        }

        long start = Stopwatch.GetTimestamp();
        while (IsWorking(threads) && Stopwatch.GetElapsedTime(start) < Longest)
        {
            Thread.Sleep(1);
        }
    }

    private static bool IsWorking(string threads)
    {
        try
        {
            return Directory.EnumerateDirectories(threads).Any(thread => IsRunning(File.ReadAllText(Path.Combine(thread, "stat"))));
        }
        catch (IOException)
        {
            // A thread or the process has ended between the listing and the reading.
            return false;
        }
    }

    /// <summary>The state is the letter behind the name, which stands in parentheses and may hold any character.</summary>
    private static bool IsRunning(string stat) => stat.AsSpan(stat.LastIndexOf(')') + 2).StartsWith("R", StringComparison.Ordinal);
}
