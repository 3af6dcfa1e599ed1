namespace VecNet.Tests;

/// <summary>Whether long tests run in full (VECNET_LONG=1) or in the reduced form of every day.</summary>
internal static class LongRun
{
    public const string Variable = "VECNET_LONG";

    public static bool IsOn { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "0" => false,
        "1" => true,
        string other => throw new InvalidOperationException($"{Variable} must be 0 or 1; it is '{other}'."),
    };

    /// <summary>The reduced figure, or the full one.</summary>
    public static int Of(int reduced, int full) => IsOn ? full : reduced;
}
