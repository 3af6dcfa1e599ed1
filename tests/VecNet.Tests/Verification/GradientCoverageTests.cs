using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Nothing that has a backward pass is without its entry in the catalog and its planted faults.</summary>
public sealed class GradientCoverageTests
{
    public static TheoryData<string> WithBackward => [.. typeof(MatMul).Assembly.GetExportedTypes()
        .Where(type => type is { IsAbstract: true, IsSealed: true }
            && type != typeof(LossExtensions)
            && type.GetMethods().Any(method => method.Name == "Backward"))
        .Select(type => type.Name).Concat(EveryLoss<double>.All.Values.Select(loss => loss.Class).Distinct())];

    public static TheoryData<string> Layers => [.. typeof(MatMul).Assembly.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.GetInterfaces().Any(part => part.Name == "ILayer`1"))
            .Select(type => type.Name.Split('`')[0])];

    [Theory]
    [MemberData(nameof(WithBackward))]
    public void A_function_or_loss_has_its_property_and_its_faults(string name)
    {
        Assert.True(
            FunctionChecks.Functions.ContainsKey(name)
            || LossChecks.All.Values.Any(check => check.Entry.Class == name)
            || FunctionChecks.Multivariate.ContainsKey(name),
            $"{name} has no entry in the catalog.");
        Assert.Contains(
            FunctionFaults.All.Concat(LossFaults.All), fault => fault.Fault == "all zero" && fault.Pass.Split(' ', ',')[0] == name);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_has_its_entry_and_its_faults(string name)
    {
        Assert.True(LayerChecks.Layers.TryGetValue(name, out LayerEntry<double>? entry), $"The layer {name} has no entry in the catalog.");
        Assert.Contains(LayerFaults.All, fault => fault.Pass == $"{entry.StoredName} layer");
    }

    /// <summary>
    /// Every function of one tensor has a class with a forward and a backward pass, and nothing stands in the catalog that is not public.
    /// </summary>
    [Fact]
    public void The_catalog_has_what_is_publishedand_nothing_else()
    {
        string[] published = [.. typeof(MatMul).Assembly.GetExportedTypes().Select(type => type.Name.Split('`')[0])];
        Assert.Empty(FunctionChecks.Functions.Keys
            .Concat(LayerChecks.Layers.Keys)
            .Concat(EveryLoss<double>.All.Values.Select(loss => loss.Class))
            .Except(published));
    }

    [Fact]
    public void There_are_as_many_as_there_should_be_at_least() =>
        Assert.True(WithBackward.Count >= 9 && Layers.Count >= 6, $"{WithBackward.Count} and {Layers.Count}");

    /// <summary>The number of cases is an attribute's, which could silently not be heeded: this property counts its own.</summary>
    [Fact]
    public async Task Each_property_runs_a_thousand_cases()
    {
        ChildRun child = await ChildRun.Of(typeof(CountedProperty), nameof(CountedProperty.Fails_at_the_last_of_a_thousand_cases));
        Assert.Contains($"after {GradientPropertiesAttribute.Cases} tests", child.Output, StringComparison.Ordinal);
    }

    /// <summary>The cases of a theory's row are counted by this library's own code.</summary>
    [Fact]
    public void Each_row_of_a_theory_runs_a_thousand_cases()
    {
        int count = 0;
        GradientPropertiesAttribute.ForAll(_ => count++);
        Assert.True(count >= GradientPropertiesAttribute.Cases, $"{count}");
    }
}

[GradientProperties]
public sealed class CountedProperty
{
    private static int cases;

    /// <summary>Explicit: what it proves is how far it comes.</summary>
    [Property(Explicit = true)]
    public bool Fails_at_the_last_of_a_thousand_cases(GradientCase c) => ++cases < GradientPropertiesAttribute.Cases || c.Rows < 0;
}
