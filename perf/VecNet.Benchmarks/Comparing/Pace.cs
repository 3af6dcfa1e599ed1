using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing;

/// <summary>How a run spends its time.</summary>
/// <param name="Slice">How long a peer multiplies in one round, and before the first: at least one product.</param>
/// <param name="FewestRounds">So many rounds has every row.</param>
/// <param name="MostRounds">So many rounds has a row if there is time.</param>
/// <param name="Budget">For all rows together.</param>
/// <param name="LongestSlowProduct">Math.NET is left out where one product would take longer.</param>
internal sealed record Pace(TimeSpan Slice, int FewestRounds, int MostRounds, TimeSpan Budget, TimeSpan LongestSlowProduct)
{
    internal static readonly Pace Quick = new(
        TimeSpan.FromMilliseconds(5), FewestRounds: 2, MostRounds: 6, TimeSpan.FromSeconds(45), TimeSpan.FromMilliseconds(10));

    internal static readonly Pace Full = new(
        TimeSpan.FromMilliseconds(20), FewestRounds: 3, MostRounds: 30, TimeSpan.FromMinutes(15), TimeSpan.FromMilliseconds(600));

    /// <summary>The row's part of the budget, in no unit: two slices, and a product of it at 100 GFLOP/s.</summary>
    internal double Weight(ProductRow row) => (2 * Slice.TotalSeconds) + (row.Operations / 100e9);

    /// <summary>Whether Math.NET, at the 4 GFLOP/s that it reaches, leaves the row out.</summary>
    internal bool IsTooSlow(ProductRow row) => row.Operations / 4e9 > LongestSlowProduct.TotalSeconds;
}
