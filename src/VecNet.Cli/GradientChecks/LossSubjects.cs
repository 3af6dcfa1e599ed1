namespace VecNet.Cli.GradientChecks;

/// <summary>All losses of the library, with each kind of targets.</summary>
internal static class LossSubjects
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientCheckSubject> All { get; } =
        [.. LossCheck.All.Select(check => new GradientCheckSubject("loss", $"{check.Entry.Name}, {check.Kind}", c => check.Check(c)))];
}
