namespace VecNet;

/// <summary>A limit of the time for a search and the trainings after it.</summary>
/// <param name="limit">The limit.</param>
/// <param name="time">The clock.</param>
internal sealed class TimeBudget(TimeSpan limit, TimeProvider time)
{
    private readonly long begin = time.GetTimestamp();
    private double work;
    private double seconds;

    /// <summary>The budget of a limit that may be missing, which begins now.</summary>
    internal static TimeBudget? Of(TimeSpan? limit, TimeProvider? time = null) =>
        limit is { } some ? new(some, time ?? TimeProvider.System) : null;

    /// <summary>The clock.</summary>
    internal TimeProvider Time => time;

    /// <summary>The time that is left, which may be negative.</summary>
    internal TimeSpan Left => limit - time.GetElapsedTime(begin);

    /// <summary>Notes how long some work took.</summary>
    internal void Learn(double done, TimeSpan took)
    {
        work += done;
        seconds += took.TotalSeconds;
    }

    /// <summary>The share of an amount of work that fits into the time that is left, at the speed so far.</summary>
    internal double ShareOf(double amount) => work == 0 || seconds == 0 ? 1 : Math.Max(0, Left.TotalSeconds * work / seconds / amount);

    /// <summary>Whether the time suffices for some work and for that which is reserved.</summary>
    internal bool Allows(double amount, double reserved) => Left > TimeSpan.Zero && ShareOf(amount + reserved) >= 1;
}
