namespace VecNet.Tests;

/// <summary>The gradient checks of losses by name.</summary>
internal static class LossChecks
{
    public static IReadOnlyDictionary<string, LossCheck> All { get; } = LossCheck.All.ToDictionary(check => check.Name);
}
