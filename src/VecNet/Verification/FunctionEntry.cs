using System.Numerics;

namespace VecNet;

/// <summary>A function of one tensor, with a result of the same shape, in the catalog.</summary>
/// <param name="Name">The name of its class.</param>
/// <param name="Make">The factory of its layer, which provides the forward and backward pass and the kinks.</param>
/// <param name="Golden">Its golden values, or the reason why there are none.</param>
/// <param name="Precision">Its precision, or the reason why that is not measured in units in the last place.</param>
/// <param name="Options">Its numeric options.</param>
internal sealed record FunctionEntry<T>(
    string Name, Func<OptionSource<T>, ActivationLayer<T>> Make, GoldenValues Golden, PrecisionPromise Precision,
    params IReadOnlyList<CatalogOption> Options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether an element of the result depends on its whole row.</summary>
    internal bool IsOfRows { get; init; }

    /// <summary>Finite inputs below this have finite results and derivatives.</summary>
    internal double FiniteBelow { get; init; } = double.PositiveInfinity;

    /// <summary>The layer with its sample options, none of which is a default.</summary>
    internal ActivationLayer<T> Sample =>
        Make(new GivenOptions<T>(Options.Select(option => KeyValuePair.Create(option.Name, option.Sample))));

    /// <summary>The layer with its default options.</summary>
    internal ActivationLayer<T> Default =>
        Make(new GivenOptions<T>(Options.Select(option => KeyValuePair.Create(option.Name, option.Default))));

    /// <summary>Whether the function has a public layer.</summary>
    internal bool IsLayer => Default.GetType().IsPublic;

    /// <summary>The function as a layer of the catalog.</summary>
    internal LayerEntry<T> Layer => new(Name, Make, (_, _) => Sample);
}
