namespace VecNet.Tests;

/// <summary>
/// Tests that build and start whole programs, for minutes: they run where the environment asks for them, as continuous integration does.
/// </summary>
internal static class OnRequest
{
    /// <summary>Set to anything, it asks for these tests.</summary>
    internal const string Variable = "VECNET_PACKAGE_TESTS";

    /// <summary>Skips the test where nobody has asked for it.</summary>
    internal static void Only() =>
        Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)), $"Runs for minutes: only with {Variable}=1.");
}
