using System.Collections.Concurrent;
using System.Diagnostics;

namespace VecNet.Tests;

/// <summary>A process of its own that runs one explicit test for as long as this object lives, or until it ends by itself.</summary>
internal sealed class BackgroundChild : IDisposable
{
    /// <summary>The variable that tells the child which file to create once it is at work.</summary>
    private const string Variable = "VECNET_CHILD_SIGNAL";

    private readonly ScratchDirectory scratch = new();
    private readonly Process process;

    /// <summary>Starts it, and returns when it is at work.</summary>
    public BackgroundChild(Type type, string test, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = ChildRun.StartOf(type, test, scratch.Path, [.. environment, (Variable, scratch["at-work"])]);
        process = Process.Start(start)!;
        var output = new ConcurrentQueue<string?>();
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data);
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!File.Exists(scratch["at-work"]))
        {
            Assert.False(process.HasExited, $"{test} ended before it was at work: {string.Join('\n', output)}");
            Thread.Sleep(5);
        }
    }

    public bool IsAlive => !process.HasExited;

    /// <summary>Called by the child: it is at work now.</summary>
    public static void IsAtWork() => File.WriteAllText(
        Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException("This process is nobody's child."), "");

    /// <summary>Ends it as the system ends a process: without a word.</summary>
    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        scratch.Dispose();
    }
}
