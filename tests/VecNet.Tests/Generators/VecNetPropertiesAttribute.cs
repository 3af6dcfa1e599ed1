using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FsCheck.Xunit;

[assembly: VecNet.Tests.VecNetProperties]

namespace VecNet.Tests;

/// <summary>The settings of every property: our own generators, and 200 cases unless VECNET_PROPERTY_CASES says otherwise.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
[SuppressMessage(
    "Extensibility", "xUnit3003", Justification = "It marks no test; PropertiesAttribute takes no source location to pass on.")]
public sealed class VecNetPropertiesAttribute : PropertiesAttribute
{
    internal const int DefaultCases = 200;

    public VecNetPropertiesAttribute()
    {
        Arbitrary = [typeof(VecNetArbitraries)];
        MaxTest = CasesFrom(Environment.GetEnvironmentVariable("VECNET_PROPERTY_CASES"));
        QuietOnSuccess = true;
    }

    /// <summary>The number of cases that the variable's text asks for.</summary>
    internal static int CasesFrom(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return DefaultCases;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int cases) && cases > 0
            ? cases
            : throw new InvalidOperationException($"VECNET_PROPERTY_CASES must be a positive number; it is '{text}'.");
    }
}
