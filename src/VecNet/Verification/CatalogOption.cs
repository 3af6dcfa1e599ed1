namespace VecNet;

/// <summary>A numeric option of a function of the catalog.</summary>
internal sealed class CatalogOption(string name, double sample, double @default, string goldenName)
{
    /// <summary>The name of the option, as in files.</summary>
    internal readonly string Name = name;

    /// <summary>A value that is not the default, for checks.</summary>
    internal readonly double Sample = sample;

    /// <summary>The default.</summary>
    internal readonly double Default = @default;

    /// <summary>The name of the parameter in golden files.</summary>
    internal readonly string GoldenName = goldenName;
}
