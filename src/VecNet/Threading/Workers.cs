using System.Runtime.ExceptionServices;

namespace VecNet;

/// <summary>The threads that help with a call, shared by the whole process.</summary>
/// <remarks>
/// <para>
/// The caller and its helpers take parts from one counter until none is left: a late helper finds fewer parts, and the caller does not wait
/// for a helper that has not started. Only one call at a time has helpers; a call that finds them busy runs all its parts itself.
/// </para>
/// <para>
/// After a call a helper looks for the next one for at most <see cref="SpinMicroseconds"/>, then sleeps until it is woken; sleeping helpers
/// cost nothing. They are background threads and do not keep a process alive.
/// </para>
/// <para>
/// The time for which a helper stays awake is the only use of the system clock in the library; no result depends on it.
/// </para>
/// <para>
/// The runtime's thread pool is slower: two parts of 20 µs take 20.4–21.4 µs here, 22.2–22.7 as a work item of the pool and 22.6–24.0
/// in Parallel.For, when one call follows another; 44–49, 68–72 and 69–91 µs after a millisecond of rest, when helpers come too late
/// (AMD Zen 5, 2 virtual cores, November 2026).
/// </para>
/// </remarks>
internal static class Workers
{
    /// <summary>The time for which a helper stays awake without work, in microseconds.</summary>
    private const int SpinMicroseconds = 100;

    /// <summary>Set in <see cref="entrance"/> while helpers may join; the bits below it count those inside.</summary>
    private const int Open = 1 << 30;

    /// <summary>The same in ticks of the clock.</summary>
    internal static readonly long SpinTicks = TimeProvider.System.TimestampFrequency * SpinMicroseconds / 1_000_000;
    private static readonly SemaphoreSlim Wake = new(0);

    private static int taken;
    private static int started;
    private static int awake;
    private static int sleepers;

    private static Work? work;
    private static int maxHelpers;
    private static int parts;
    private static int next;
    private static int entrance;
    private static int calls;
    private static ExceptionDispatchInfo? failure;

    /// <summary>Whether another call has the helpers.</summary>
    internal static bool AreTaken => Volatile.Read(ref taken) != 0;

    /// <summary>Whether a helper is awake; it then starts at once, otherwise after some tens of microseconds.</summary>
    internal static bool AreAwake => Volatile.Read(ref awake) > 0;

    /// <summary>
    /// Does parts 0 … count − 1 on at most <paramref name="threads"/> threads, the caller's included; returns when all are done.
    /// </summary>
    internal static void Run(Work job, int count, int threads)
    {
        int helpers = int.Min(threads, count) - 1;
        if (helpers <= 0 || Interlocked.CompareExchange(ref taken, 1, 0) != 0)
        {
            for (int part = 0; part < count; part++)
            {
                job.Run(part);
            }

            return;
        }

        try
        {
            Invite(job, count, helpers);
            RunParts(job);
        }
        finally
        {
            Dismiss();
            ExceptionDispatchInfo? thrown = failure;
            failure = null;
            work = null;
            Volatile.Write(ref taken, 0);
            thrown?.Throw();
        }
    }

    private static void Invite(Work job, int count, int helpers)
    {
        work = job;
        parts = count;
        maxHelpers = helpers;
        next = 0;
        Interlocked.Exchange(ref entrance, Open);

        // This is a full fence, like the one before a helper sleeps: either the helper sees this call, or this call sees it sleep.
        Interlocked.Increment(ref calls);
        for (; started < helpers; started++)
        {
            new Thread(Help, 256 * 1024) { IsBackground = true, Name = "VecNet helper" }.UnsafeStart();
        }

        for (int wanted = helpers - Volatile.Read(ref awake); wanted > 0 && TakeSleeper(); wanted--)
        {
            Wake.Release();
        }
    }

    /// <summary>Removes one helper from the count of sleepers, so that each gets exactly one permit to wake.</summary>
    private static bool TakeSleeper()
    {
        int seen = Volatile.Read(ref sleepers);
        while (seen > 0)
        {
            int found = Interlocked.CompareExchange(ref sleepers, seen - 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    private static void RunParts(Work job)
    {
        int part;
        while ((part = Interlocked.Increment(ref next) - 1) < parts)
        {
            job.Run(part);
        }
    }

    /// <summary>Closes the entrance and waits for the helpers inside.</summary>
    private static void Dismiss()
    {
        Interlocked.And(ref entrance, ~Open);
        SpinWait spin = default;
        while (Volatile.Read(ref entrance) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>The loop of a helper thread.</summary>
    private static void Help()
    {
        Interlocked.Increment(ref awake);
        int seen = 0;
        long idleSince = TimeProvider.System.GetTimestamp();
        while (true)
        {
            int current = Volatile.Read(ref calls);
            if (current != seen)
            {
                seen = current;
                if (TryEnter())
                {
                    HelpOut();
                    idleSince = TimeProvider.System.GetTimestamp();
                }
            }
            else if (TimeProvider.System.GetTimestamp() - idleSince < SpinTicks)
            {
                Thread.SpinWait(8);
            }
            else
            {
                Interlocked.Decrement(ref awake);
                Interlocked.Increment(ref sleepers);
                bool wasCalled = Volatile.Read(ref calls) != seen && TakeSleeper();
                if (!wasCalled)
                {
                    Wake.Wait();
                }

                Interlocked.Increment(ref awake);
                idleSince = TimeProvider.System.GetTimestamp();
            }
        }
    }

    private static bool TryEnter()
    {
        int seen = Volatile.Read(ref entrance);
        while ((seen & Open) != 0 && (seen & ~Open) < maxHelpers)
        {
            int found = Interlocked.CompareExchange(ref entrance, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    private static void HelpOut()
    {
        try
        {
            RunParts(work!);
        }
        catch (Exception thrown)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(thrown), null);
        }
        finally
        {
            Interlocked.Decrement(ref entrance);
        }
    }
}
