using System.Reflection;
using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>The page on the mathematics derives every backward pass that is public, and checks it.</summary>
public sealed partial class MathematicsPageTests
{
    private const string Page = "src/VecNet/docs/mathematics.md";

    public static TheoryData<string> BackwardPasses =>
    [
        .. typeof(GradientCheck).Assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: true, IsSealed: true } && type != typeof(LossExtensions)
                && type.GetMember("Backward", BindingFlags.Public | BindingFlags.Static).Length > 0)
            .Select(type => type.Name)
            .Concat(EveryLoss<double>.All.Values.Select(loss => loss.Class).Distinct())
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(BackwardPasses))]
    public void A_backward_pass_is_derived_and_checked(string name)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, Page));
        string section = Assert.Single(Section().Matches(text), section => section.Groups[1].Value == name).Value;

        Assert.True(section.Contains("∂L/∂", StringComparison.Ordinal), $"The section on {name} says no gradient.");
        Assert.Contains($"Check(\"{name}\"", section, StringComparison.Ordinal);
        Assert.Contains($"\n{name}: holds\n", "\n" + Assert.Single(MarkdownProgram.Of(Page)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_and_losses_are_among_them() =>
        Assert.Superset(
            new HashSet<string> { "Sigmoid", "FullyConnected", "SoftmaxCrossEntropy" }, BackwardPasses.Select(row => row.Data).ToHashSet());

    [GeneratedRegex("^## (\\w+)\n.*?(?=^## )", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Section();
}
