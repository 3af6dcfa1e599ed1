using System.Numerics;

namespace VecNet;

/// <summary>A function of one tensor, with a result of the same shape, in the catalog.</summary>
internal sealed class FunctionEntry<T>(
    string name, Func<OptionSource<T>, ActivationLayer<T>> make, GoldenValues golden, PrecisionPromise precision,
    params IReadOnlyList<CatalogOption> options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of its class.</summary>
    internal readonly string Name = name;

    /// <summary>The factory of its layer, which provides the forward and backward pass and the kinks.</summary>
    internal readonly Func<OptionSource<T>, ActivationLayer<T>> Make = make;

    /// <summary>Its golden values, or the reason why there are none.</summary>
    internal readonly GoldenValues Golden = golden;

    /// <summary>Its precision, or the reason why that is not measured in units in the last place.</summary>
    internal readonly PrecisionPromise Precision = precision;

    /// <summary>Its numeric options.</summary>
    internal readonly IReadOnlyList<CatalogOption> Options = options;

    /// <summary>Whether an element of the result depends on its whole row.</summary>
    internal bool IsOfRows;

    /// <summary>The limit below which finite inputs have finite results and derivatives.</summary>
    internal double FiniteBelow = double.PositiveInfinity;

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
