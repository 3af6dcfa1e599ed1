using System.Numerics;

namespace VecNet.Tests;

/// <summary>The parameters of a golden case as options of the catalog.</summary>
/// <param name="case">The case.</param>
/// <param name="options">
/// Options whose parameters have other names in golden files, and their defaults where a case does not have them.
/// </param>
internal sealed class GoldenOptions<T>(GoldenCase @case, IReadOnlyList<CatalogOption>? options = null) : OptionSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal override bool Has(string name) => !double.IsNaN(@case.Number(GetName(name), double.NaN));

    internal override double Number(string name) =>
        !Has(name) && OptionOf(name) is { } option ? option.Default : @case.Number(GetName(name));

    internal override int WholeNumber(string name) => @case.WholeNumber(GetName(name));

    internal override bool Flag(string name) => OptionOf(name) is { } option ? option.Default != 0 : @case.Flag(name);

    internal override T[] Numbers(string name) =>
        @case.Inputs.TryGetValue(name, out GoldenTensor? tensor) ? tensor.ToBuffer<T>().Span.ToArray() : [];

    private CatalogOption? OptionOf(string name) => options?.FirstOrDefault(option => option.Name == name);

    private string GetName(string name) => OptionOf(name)?.GoldenName ?? name;
}
