using System.Numerics;

namespace VecNet.Tests;

/// <summary>Every loss of the catalog, by its name and its choices.</summary>
internal static class EveryLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IReadOnlyDictionary<string, LossEntry<T>> All { get; } = OperationCatalog<T>.Losses.ToDictionary(loss => loss.Name);
}

public sealed class EveryLossTests
{
    /// <summary>Nothing of the library that is a loss can be forgotten.</summary>
    [Fact]
    public void Every_loss_of_the_library_is_listed()
    {
        string[] losses = [.. typeof(ILoss<>).Assembly.GetTypes()
            .Where(type =>
                type.IsClass && type.GetInterfaces().Any(part => part.IsGenericType && part.GetGenericTypeDefinition() == typeof(ILoss<>)))
            .Select(type => type.Name.Split('`')[0])];
        Assert.NotEmpty(losses);
        Assert.Equal(losses.Order(), EveryLoss<double>.All.Values.Select(loss => loss.Class).Distinct().Order());
        Assert.All(EveryLoss<double>.All.Values, loss => Assert.Equal(loss.Class, loss.Make(3, Reduction.Sum).Name));
        Assert.All(EveryLoss<double>.All.Values, loss => Assert.Equal(Reduction.Sum, loss.Make(3, Reduction.Sum).Reduction));
    }
}
