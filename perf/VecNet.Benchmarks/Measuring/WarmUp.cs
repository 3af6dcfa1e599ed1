namespace VecNet.Benchmarks.Measuring;

/// <summary>Lets the runtime compile what is to be measured for good: that happens in the background, after instrumented calls.</summary>
/// <remarks>The iterations are too short to leave it to BenchmarkDotNet's own warm-up (see <see cref="HouseConfig"/>).</remarks>
internal static class WarmUp
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(300);

    internal static void Run(params IReadOnlyList<Action> actions) =>
        actions.ToList().ForEach(action => new CallClock(PreparedRow.Repeated(action)).Best(Duration));
}
