namespace VecNet.Tests;

/// <summary>Layers that need more than an ordinary input, or others inside: what properties and planted faults both check.</summary>
internal static class LayerChecks
{
    /// <summary>The layers of the library, by name.</summary>
    public static IReadOnlyDictionary<string, LayerEntry<double>> Layers { get; } =
        OperationCatalog<double>.Layers.ToDictionary(layer => layer.Name);

    /// <summary>The sample of a layer, or what <paramref name="change"/> makes of it.</summary>
    /// <remarks>
    /// Batches that are normalized have two rows at least. The vectors of a table have nine elements at least: the gradient of a single one
    /// is the upstream one, of whose numbers some are 0.
    /// </remarks>
    public static GradientCheckResult Of(LayerEntry<double> entry, GradientCase c, Func<ILayer<double>, ILayer<double>>? change = null)
    {
        c = entry.Type == typeof(BatchNorm<double>) ? c with { Rows = Math.Max(2, c.Rows) } : c;
        ILayer<double> sample = entry.Sample(c.Columns, entry.IsOfIndices ? Math.Max(9, c.Outputs) : c.Outputs);
        ILayer<double> layer = change is null ? sample : change(sample);
        return entry.IsOfIndices ? OfIndices(layer, c) : GradientCheck.Layer(layer, c.Input(sample.Kinks).View, seed: c.Seed);
    }

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

    /// <summary>With whole numbers, which a small step must not take from the layer.</summary>
    public static GradientCheckResult OfIndices(ILayer<double> embedding, GradientCase c)
    {
        TensorBuffer<double> indices = c.Values(c.Rows, c.Columns, 6);
        foreach (ref double index in indices.Span)
        {
            index = Math.Floor((index + 3) / 6.001 * OperationCatalog<double>.Entries);
        }

        var network = new NeuralNetwork<double>(c.Columns, [new Rounding(), embedding], c.Seed);
        TensorBuffer<double> upstream = c.Values(c.Rows, network.OutputSize, 7);
        return GradientCheck.Network(network, indices.View, (prediction, gradient) =>
        {
            double sum = 0;
            for (int i = 0; i < upstream.Length; i++)
            {
                sum += upstream.Span[i] * prediction[i / prediction.Columns, i % prediction.Columns];
            }

            if (!gradient.IsEmpty)
            {
                upstream.View.CopyTo(gradient);
            }

            return sum;
        });
    }

    /// <summary>y = x, rounded: constant almost everywhere.</summary>
    private sealed class Rounding : ILayer<double>
    {
        public string Name => "rounding";

        public void Configure(LayerDeclaration declaration)
        {
        }

        public void Forward(in ForwardPass<double> pass)
        {
            for (int row = 0; row < pass.Input.Rows; row++)
            {
                for (int column = 0; column < pass.Input.Columns; column++)
                {
                    pass.Output[row, column] = Math.Round(pass.Input[row, column]);
                }
            }
        }

        public void Backward(in BackwardPass<double> pass) => pass.GradInput.Clear();
    }
}
