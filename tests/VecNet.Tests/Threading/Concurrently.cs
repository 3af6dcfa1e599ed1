using System.Collections.Concurrent;

namespace VecNet.Tests;

/// <summary>Several threads at once.</summary>
internal static class Concurrently
{
    /// <summary>
    /// Runs <paramref name="body"/> on as many threads of their own, which start together and are numbered from 0; none may fail.
    /// </summary>
    public static void Run(int threads, Action<int> body)
    {
        using var start = new Barrier(threads);
        var failures = new ConcurrentQueue<Exception>();
        Thread[] running =
        [
            .. Enumerable.Range(0, threads).Select(number => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    body(number);
                }
                catch (Exception exception)
                {
                    failures.Enqueue(exception);
                }
            })),
        ];
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
        Assert.Empty(failures);
    }
}
