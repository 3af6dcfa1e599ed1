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
        long least = long.MaxValue;
        for (int i = 0; i < 8 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
