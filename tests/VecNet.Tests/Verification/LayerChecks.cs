namespace VecNet.Tests;

/// <summary>The layers of the catalog by name, and whether one depends on its input.</summary>
internal static class LayerChecks
{
    /// <summary>The layers of the library, by name.</summary>
    public static IReadOnlyDictionary<string, LayerEntry<double>> Layers { get; } =
        OperationCatalog<double>.Layers.ToDictionary(layer => layer.Name);

    /// <summary>
    /// Whether the result depends on nothing: that of an empty batch, of a function that
    /// is constant there, of a mask that has dropped everything.
    /// </summary>
    public static bool IsConstant(string name, GradientCase c)
    {
        if (name == "Dropout")
        {
            // The mask that the layer draws from the check's seed.
            var mask = new TensorBuffer<double>(c.Rows, c.Columns);
            Dropout.FillMask(((Dropout<double>)Layers[name].Sample(1, 1)).Probability, new SplitMix64(c.Seed), mask.View);
            return !mask.Span.ContainsAnyExcept(0.0);
        }

        return FunctionChecks.Functions.ContainsKey(name) ? FunctionChecks.IsConstant(name, c) : c.Rows == 0 && name != "BatchNorm";
    }
}
