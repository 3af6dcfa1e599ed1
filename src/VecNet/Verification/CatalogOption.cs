namespace VecNet;

/// <summary>A number that a function of the catalog is made with.</summary>
/// <param name="Name">The name of the option, as in files.</param>
/// <param name="Sample">A value that is not the default, for checks.</param>
/// <param name="Default">The default.</param>
/// <param name="GoldenName">The name of the parameter in golden files.</param>
internal sealed record CatalogOption(string Name, double Sample, double Default, string GoldenName);
