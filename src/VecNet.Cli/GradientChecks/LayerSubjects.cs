namespace VecNet.Cli.GradientChecks;

/// <summary>All layers of the library, with respect to their input and every parameter.</summary>
internal static class LayerSubjects
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientCheckSubject> All { get; } =
        [.. OperationCatalog<double>.Layers.Select(layer => new GradientCheckSubject("layer", layer.Name, c => layer.Check(c)))];

    /// <summary>A layer and its name.</summary>
    internal static GradientCheckSubject Of(string name, Func<GradientCheckSample, ILayer<double>> layer) =>
        new("layer", name, c =>
        {
            ILayer<double> made = layer(c);
            return GradientCheck.Layer(made, c.Input(made.Kinks).View, seed: c.Seed);
        });
}
