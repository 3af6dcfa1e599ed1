using System.Diagnostics;
using System.Globalization;

namespace VecNet.Mpi;

/// <summary>The longest time to wait for another rank.</summary>
internal readonly struct TimeLimit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly TimeSpan limit;
    private readonly long begin;

    private TimeLimit(TimeSpan limit)
    {
        this.limit = limit;
        begin = Stopwatch.GetTimestamp();
    }

    /// <summary>The time limit if none is given: an evaluation or a checkpoint of another rank may take minutes.</summary>
    internal static TimeSpan Default => TimeSpan.FromMinutes(10);

    /// <summary>The time that is left.</summary>
    internal TimeSpan Left => limit - Stopwatch.GetElapsedTime(begin);

    /// <summary>Whether the wait is so long that the other rank has more to do than to send: waking up late costs little then.</summary>
    internal bool IsLongWait => Stopwatch.GetElapsedTime(begin) > Short;

    /// <summary>Whether there is no time left.</summary>
    internal bool IsOver => Left <= TimeSpan.Zero;

    /// <summary>Begins to wait.</summary>
    internal static TimeLimit Begin(TimeSpan limit) => new(limit);

    /// <summary>The given limit, or the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not positive, or more than 24 days.</exception>
    internal static TimeSpan Checked(TimeSpan? timeLimit)
    {
        TimeSpan limit = timeLimit ?? Default;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeLimit));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, TimeSpan.FromMilliseconds(int.MaxValue), nameof(timeLimit));
        return limit;
    }

    /// <summary>
    /// The rank at the end of a chain of waiting ranks, which does not wait; the first one if they wait in a circle.
    /// </summary>
    /// <param name="waitsFor">The rank that each rank waits for; −1 if it does not wait.</param>
    /// <param name="first">The first rank of the chain.</param>
    internal static int FindSilent(ReadOnlySpan<int> waitsFor, int first)
    {
        int silent = first;
        for (int i = 0; i < waitsFor.Length && waitsFor[silent] >= 0; i++)
        {
            silent = waitsFor[silent];
        }

        return waitsFor[silent] < 0 ? silent : first;
    }

    /// <summary>The exception for a rank that has not answered in time.</summary>
    internal static CommunicationException Exceeded(int waiting, int silent, TimeSpan limit) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Rank {silent} has not answered rank {waiting} for {limit.TotalSeconds:0.###} {(limit == OneSecond ? "second" : "seconds")}."),
        silent);
}
