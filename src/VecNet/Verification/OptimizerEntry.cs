using System.Numerics;

namespace VecNet;

/// <summary>An optimizer in the catalog, in one of the forms that have their own update kernel or coefficients.</summary>
internal sealed class OptimizerEntry<T>(
    string name, Func<double, OptionSource<T>, Optimizer<T>> make, GoldenValues golden, params IReadOnlyList<CatalogOption> options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of its class, and after a comma the form.</summary>
    internal readonly string Name = name;

    /// <summary>The factory of the optimizer from a learning rate and its options.</summary>
    internal readonly Func<double, OptionSource<T>, Optimizer<T>> Make = make;

    /// <summary>Its golden values, or the reason why there are none.</summary>
    internal readonly GoldenValues Golden = golden;

    /// <summary>Its numeric options in this form, besides the learning rate.</summary>
    internal readonly IReadOnlyList<CatalogOption> Options = options;

    /// <summary>The class.</summary>
    internal string Class => Name.Split(',')[0];

    /// <summary>The optimizer with its sample options, and steps of about 10⁻³.</summary>
    internal Optimizer<T> Sample => Made(option => option.Sample);

    /// <summary>The optimizer with the default options of the form, and steps of about 10⁻³.</summary>
    internal Optimizer<T> Default => Made(option => option.Default);

    /// <summary>The sample with another number for one of its options.</summary>
    internal Optimizer<T> SampleWith(string name, double number) => Made(option => option.Name == name ? number : option.Sample);

    public override string ToString() => Name;

    private Optimizer<T> Made(Func<CatalogOption, double> number) =>
        Make(1e-3, new GivenOptions<T>(Options.Select(option => KeyValuePair.Create(option.Name, number(option)))));
}
