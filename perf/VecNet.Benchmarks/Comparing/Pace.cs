namespace VecNet.Benchmarks.Comparing;

/// <summary>How a run spends its time.</summary>
/// <param name="Slice">How long a contender computes in one round, and before the first: at least once.</param>
/// <param name="FewestRounds">So many rounds has every row.</param>
/// <param name="MostRounds">So many rounds has a row if there is time.</param>
/// <param name="Budget">For all rows together.</param>
/// <param name="LongestSlowCall">A contender that is known to be slow is left out where one call would take longer.</param>
internal sealed record Pace(TimeSpan Slice, int FewestRounds, int MostRounds, TimeSpan Budget, TimeSpan LongestSlowCall)
{
    internal static readonly Pace Quick = new(
        TimeSpan.FromMilliseconds(5), FewestRounds: 2, MostRounds: 6, TimeSpan.FromSeconds(45), TimeSpan.FromMilliseconds(10));

    internal static readonly Pace Full = new(
        TimeSpan.FromMilliseconds(20), FewestRounds: 3, MostRounds: 30, TimeSpan.FromMinutes(15), TimeSpan.FromMilliseconds(600));

    /// <summary>The row's part of the budget, in no unit: two slices, and a call of it at 100 GFLOP/s.</summary>
    internal double Weight(ComparedRow row) => (2 * Slice.TotalSeconds) + (row.FloatingPointOperations / 100e9);
}
