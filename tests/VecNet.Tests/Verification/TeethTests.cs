namespace VecNet.Tests;

/// <summary>
/// The gradient checks bite: each fault that is planted in a backward pass is caught by the check that its property runs.
/// </summary>
public sealed class TeethTests
{
    private static readonly Dictionary<string, PlantedFault> Faults =
        new IEnumerable<PlantedFault>[] { FunctionFaults.All, LossFaults.All, LayerFaults.All }
            .SelectMany(faults => faults)
            .ToDictionary(fault => fault.ToString());

    /// <summary>More rows than one, no shape square, sizes of a vector and one more.</summary>
    private static readonly GradientCase[] Shapes = [new(5, 7, 3, 11), new(2, 9, 17, 23), new(6, 4, 5, 40)];

    private static readonly GradientCase[] SquareShapes = [new(5, 6, 6, 11), new(4, 9, 9, 23)];

    /// <summary>With a display name of their own: xunit would cut the argument off.</summary>
    public static IEnumerable<TheoryDataRow<string>> Names =>
        Faults.Keys.Select(name => new TheoryDataRow<string>(name) { TestDisplayName = name });

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_fault_is_caught(string faultAndCheck)
    {
        PlantedFault fault = Faults[faultAndCheck];
        foreach (GradientCase c in fault.Square ? SquareShapes : Shapes)
        {
            GradientAssert.Proves(fault.Check(c, false));
            GradientCheckResult result = fault.Check(c, true);
            Assert.False(result.Passed, $"Not caught with {c}: {result}");
        }
    }

    [Fact]
    public void Every_catching_check_is_a_property()
    {
        string[] properties =
        [
            .. new[] { typeof(FunctionGradientTests), typeof(LossGradientTests), typeof(LayerGradientTests), typeof(NetworkGradientTests) }
                .SelectMany(type => type.GetMethods()).Select(method => method.Name),
        ];
        Assert.All(Faults.Values, fault => Assert.Contains(fault.CaughtBy, properties));
    }
}
