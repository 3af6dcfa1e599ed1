using System.Numerics;

namespace VecNet.Tests;

/// <summary>Every optimizer of the catalog, by its name and its form.</summary>
internal static class EveryOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IReadOnlyDictionary<string, OptimizerEntry<T>> All { get; } =
        OperationCatalog<T>.Optimizers.ToDictionary(entry => entry.Name);

    public static TheoryData<string> Names => [.. All.Keys];
}

public sealed class EveryOptimizerTests
{
    /// <summary>Nothing of the library that is an optimizer can be forgotten.</summary>
    [Fact]
    public void Every_optimizer_of_the_library_is_listed()
    {
        string[] optimizers = [.. typeof(IOptimizer<>).Assembly.GetTypes()
            .Where(type => type.IsClass && !type.IsAbstract && type.GetInterfaces().Any(part => part.Name == typeof(IOptimizer<>).Name))
            .Select(type => type.Name.Split('`')[0])];
        Assert.NotEmpty(optimizers);
        Assert.Equal(optimizers.Order(), EveryOptimizer<double>.All.Values.Select(entry => entry.Class).Distinct().Order());
        Assert.All(EveryOptimizer<double>.All.Values, entry => Assert.Equal(entry.Class, ((IOptimizer<double>)entry.Sample).Name));
    }
}
