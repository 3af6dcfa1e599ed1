namespace VecNet.Tests;

/// <summary>What a warm call allocates on its thread.</summary>
internal static class Allocations
{
    /// <summary>The bytes that each call of <paramref name="action"/> allocates, after one call to warm up.</summary>
    /// <remarks>
    /// A garbage collection, whichever thread caused it, books what is left of the thread's allocation quantum (up to 8 KB) as
    /// allocated. So this is the least of several measurements: what a call allocates itself is in each of them.
    /// </remarks>
    public static long PerCall(Action action)
    {
        action();
        return Least(action, GC.GetAllocatedBytesForCurrentThread);
    }

    /// <summary>
    /// The bytes that all threads together allocate during each ten calls of <paramref name="action"/>, once what it starts has started.
    /// </summary>
    /// <remarks>Of use only to tests that run <see cref="Alone"/>.</remarks>
    public static long OfTheProcess(Action action)
    {
        void TenTimes()
        {
            for (int i = 0; i < 10; i++)
            {
                action();
            }
        }

        TenTimes();
        return Least(TenTimes, () => GC.GetTotalAllocatedBytes(precise: true));
    }

    private static long Least(Action action, Func<long> allocated)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 8 && least > 0; i++)
        {
            long before = allocated();
            action();
            least = Math.Min(least, allocated() - before);
        }

        return least;
    }
}

/// <summary>Tests of what the whole process does: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    public const string Name = "alone";
}
