using System.Numerics;

namespace VecNet.Tests;

/// <summary>A loss with some of its choices, as every suite about losses takes it.</summary>
/// <param name="Name">The class, and behind a comma the choices.</param>
/// <param name="Make">For so many outputs.</param>
/// <param name="OfClasses">Whether targets may be classes.</param>
/// <param name="OfValues">Whether targets may be values.</param>
/// <param name="InPlace">Whether the gradient may lie over prediction or targets.</param>
/// <param name="OfProbabilities">Whether the prediction must be above 0.</param>
internal sealed record LossCase<T>(
    string Name, Func<int, Reduction, ILoss<T>> Make, bool OfClasses = false, bool OfValues = true, bool InPlace = true, bool OfProbabilities = false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The class index that loss and network do not know.</summary>
    public const int Ignored = -100;

    /// <summary>The class.</summary>
    public string Class => Name.Split(',')[0];

    public override string ToString() => Name;
}

/// <summary>Every loss of the library with each of its choices: a new one is to be named here, or <see cref="EveryLossTests"/> fail.</summary>
internal static class EveryLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IReadOnlyDictionary<string, LossCase<T>> All { get; } = new LossCase<T>[]
    {
        new("MeanSquaredError", (_, reduction) => new MeanSquaredError<T>(reduction)),
        new("MeanAbsoluteError", (_, reduction) => new MeanAbsoluteError<T>(reduction)),
        new("Huber", (_, reduction) => new Huber<T>(0.7, reduction)),
        new("BinaryCrossEntropyWithLogits", (_, reduction) => new BinaryCrossEntropyWithLogits<T>(default, reduction)),
        new("BinaryCrossEntropyWithLogits, weights", (outputs, reduction) => new BinaryCrossEntropyWithLogits<T>(Weights(outputs), reduction)),
        new("KullbackLeibler", (_, reduction) => new KullbackLeibler<T>(reduction: reduction)),
        new("KullbackLeibler, log targets", (_, reduction) => new KullbackLeibler<T>(logTargets: true, reduction)),
        new("CategoricalCrossEntropy", (_, reduction) => new CategoricalCrossEntropy<T>(reduction), OfClasses: true, OfProbabilities: true),
        Fused("", (_, reduction) => new SoftmaxCrossEntropy<T>(reduction: reduction)),
        Fused(", ignored", (_, reduction) => new SoftmaxCrossEntropy<T>(ignoredClass: LossCase<T>.Ignored, reduction: reduction)),
        Fused(", weights", (outputs, reduction) => new SoftmaxCrossEntropy<T>(Weights(outputs), reduction: reduction)),
        Fused(", smoothing", (_, reduction) => new SoftmaxCrossEntropy<T>(labelSmoothing: 0.2, reduction: reduction)),
        Fused(", all choices", (outputs, reduction) => new SoftmaxCrossEntropy<T>(Weights(outputs), 0.3, LossCase<T>.Ignored, reduction)),
        Fused(", no weight", (outputs, reduction) => new SoftmaxCrossEntropy<T>(new T[outputs], 0.3, LossCase<T>.Ignored, reduction)),
    }.ToDictionary(loss => loss.Name);

    /// <summary>Of which the second is 0 and the others differ.</summary>
    private static T[] Weights(int count) => [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(i == 1 ? 0 : 0.5 + (i % 4 * 0.75)))];

    private static LossCase<T> Fused(string choices, Func<int, Reduction, ILoss<T>> make) => new($"SoftmaxCrossEntropy{choices}", make, OfClasses: true, InPlace: false);
}

public sealed class EveryLossTests
{
    /// <summary>Nothing of the library that is a loss can be forgotten.</summary>
    [Fact]
    public void Every_loss_of_the_library_is_listed()
    {
        string[] losses = [.. typeof(ILoss<>).Assembly.GetTypes()
            .Where(type => type.IsClass && type.GetInterfaces().Any(part => part.IsGenericType && part.GetGenericTypeDefinition() == typeof(ILoss<>)))
            .Select(type => type.Name.Split('`')[0])];
        Assert.NotEmpty(losses);
        Assert.Equal(losses.Order(), EveryLoss<double>.All.Values.Select(loss => loss.Class).Distinct().Order());
        Assert.All(EveryLoss<double>.All.Values, loss => Assert.Equal(loss.Class, loss.Make(3, Reduction.Sum).Name));
        Assert.All(EveryLoss<double>.All.Values, loss => Assert.Equal(Reduction.Sum, loss.Make(3, Reduction.Sum).Reduction));
    }
}
