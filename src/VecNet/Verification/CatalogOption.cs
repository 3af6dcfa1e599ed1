namespace VecNet;

/// <summary>A numeric option of a function of the catalog.</summary>
/// <param name="Name">The name of the option, as in files.</param>
/// <param name="Sample">A value that is not the default, for checks.</param>
/// <param name="Default">The default.</param>
/// <param name="GoldenName">The name of the parameter in golden files.</param>
internal sealed record CatalogOption(string Name, double Sample, double Default, string GoldenName);
