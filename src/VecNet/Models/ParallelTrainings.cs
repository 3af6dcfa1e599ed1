using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace VecNet;

/// <summary>Runs independent trainings on several threads, the caller's included.</summary>
internal static class ParallelTrainings
{
    /// <summary>Runs trainings 0 … count − 1. The caller's thread begins with the first, and each thread takes the next one that is left.
    /// </summary>
    /// <param name="count">The number of trainings.</param>
    /// <param name="threads">The number of threads, which decides only when a training runs.</param>
    /// <param name="train">Runs a training, given its number.</param>
    /// <param name="finished">Called on the caller's thread, in the order in which trainings end.</param>
    /// <exception cref="OperationCanceledException">A training was canceled; those that had begun have ended.</exception>
    internal static void Run(int count, int threads, Action<int> train, Action<int> finished)
    {
        int next = 0;
        Exception? failure = null;
        var ended = new ConcurrentQueue<int>();
        Task[] helpers = [.. Enumerable.Range(1, int.Max(0, int.Min(threads, count) - 1)).Select(_ => Task.Run(() => Take(null)))];
        if (count > 0)
        {
            Take(0);
        }

        Task.WaitAll(helpers);
        Drain();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        // The first training is the caller's: the others begin with number 1.
        void Take(int? first)
        {
            for (int i = first ?? Interlocked.Increment(ref next);
                i < count && Volatile.Read(ref failure) is null;
                i = Interlocked.Increment(ref next))
            {
                try
                {
                    train(i);
                    ended.Enqueue(i);
                    if (first is not null)
                    {
                        Drain();
                    }
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref failure, error, null);
                }
            }
        }

        void Drain()
        {
            while (ended.TryDequeue(out int i))
            {
                finished(i);
            }
        }
    }
}
