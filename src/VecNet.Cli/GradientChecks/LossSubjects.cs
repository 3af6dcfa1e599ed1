namespace VecNet.Cli.GradientChecks;

/// <summary>Every loss of the library, with each kind of targets.</summary>
internal static class LossSubjects
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
        [.. LossCheck.All.Select(check => new GradientSubject("loss", $"{check.Entry.Name}, {check.Kind}", c => check.Check(c)))];
}
