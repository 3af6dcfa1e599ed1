namespace VecNet.Cli.GradientChecks;

/// <summary>Every layer of the library, by its input and every parameter.</summary>
internal static class LayerSubjects
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
        [.. OperationCatalog<double>.Layers.Select(layer => new GradientSubject("layer", layer.Name, c => layer.Check(c)))];

    /// <summary>A layer under its name.</summary>
    internal static GradientSubject Of(string name, Func<GradientSample, ILayer<double>> layer) =>
        new("layer", name, c =>
        {
            ILayer<double> made = layer(c);
            return GradientCheck.Layer(made, c.Input(made.Kinks).View, seed: c.Seed);
        });
}
