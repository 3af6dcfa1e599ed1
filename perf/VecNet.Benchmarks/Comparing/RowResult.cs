namespace VecNet.Benchmarks.Comparing;

/// <summary>The best time of a contender in a row.</summary>
/// <param name="Seconds">The time of one call.</param>
/// <param name="Kernels">The kernels that had it, where there is a choice.</param>
internal readonly record struct Figure(double Seconds, string? Kernels);

/// <summary>What was measured in a row.</summary>
/// <param name="Row">What every contender computed.</param>
/// <param name="Figures">By the contender's name; one that is missing here is not installed, too slow, or has failed.</param>
/// <param name="Failures">Which contenders failed, and how.</param>
/// <param name="Rounds">How often each had its turn.</param>
internal sealed record RowResult(
    ComparedRow Row, IReadOnlyDictionary<string, Figure> Figures, IReadOnlyList<string> Failures, int Rounds)
{
    /// <summary>One line that tells the progress.</summary>
    internal string Text =>
        $"{Row.Name}: {string.Join(", ", Figures.Select(figure => $"{figure.Key} {1e6 * figure.Value.Seconds:G4} µs"))}";
}
