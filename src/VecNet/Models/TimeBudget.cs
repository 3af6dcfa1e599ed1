namespace VecNet;

/// <summary>A time limit for a search and the trainings after it.</summary>
/// <param name="limit">The limit.</param>
/// <param name="time">The clock.</param>
internal sealed class TimeBudget(TimeSpan limit, TimeProvider time)
{
    /// <summary>The longest time that a timer can wait for.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    private readonly long begin = time.GetTimestamp();
    private double work;
    private double seconds;

    /// <summary>The budget of a limit that may be missing, which begins now.</summary>
    internal static TimeBudget? Of(TimeSpan? limit, TimeProvider? time = null) =>
        limit is { } some ? new(some, time ?? TimeProvider.System) : null;

    /// <summary>The clock.</summary>
    internal TimeProvider Time => time;

    /// <summary>The remaining time, which may be negative.</summary>
    internal TimeSpan Left => limit - time.GetElapsedTime(begin);

    /// <summary>A token that is canceled after a share of the remaining time.</summary>
    internal CancellationTokenSource Timer(double share = 1) =>
        new(TimeSpan.FromTicks((long)Math.Clamp(share * Left.Ticks, 0, LongestWait.Ticks)), time);

    /// <summary>Records how long some work took.</summary>
    internal void Learn(double done, TimeSpan took)
    {
        work += done;
        seconds += took.TotalSeconds;
    }

    /// <summary>The fraction of some work that fits into the remaining time, at the speed so far.</summary>
    internal double ShareOf(double amount) => work == 0 || seconds == 0 ? 1 : Math.Max(0, Left.TotalSeconds * work / seconds / amount);

    /// <summary>Whether there is enough time for some work and the reserved work.</summary>
    internal bool Allows(double amount, double reserved) => Left > TimeSpan.Zero && ShareOf(amount + reserved) >= 1;
}
