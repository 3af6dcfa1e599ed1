namespace VecNet.Cli.GradientChecks;

/// <summary>Every layer of the library, by its input and every parameter.</summary>
internal static class LayerSubjects
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
    [
        .. OperationCatalog<double>.Layers.Select(layer => layer.IsOfIndices ? new("layer", layer.Name, c => OfIndices(layer, c)) : Of(layer.Name, c => layer.Sample(c.Columns, c.Outputs))),
    ];

    /// <summary>A layer under its name.</summary>
    internal static GradientSubject Of(string name, Func<GradientSample, ILayer<double>> layer) =>
        new("layer", name, c =>
        {
            ILayer<double> made = layer(c);
            return GradientCheck.Layer(made, c.Input(made.Kinks).View, seed: c.Seed);
        });

    /// <summary>With whole numbers, which the steps of the check must not change.</summary>
    private static GradientCheckResult OfIndices(LayerEntry<double> layer, GradientSample c)
    {
        var network = new NeuralNetwork<double>(c.Columns, [new Rounding(), layer.Sample(c.Columns, Math.Max(3, c.Outputs))], c.Seed);
        TensorBuffer<double> upstream = c.Values(c.Rows, network.OutputSize, 3);
        return GradientCheck.Network(network, c.Indices(c.Rows, c.Columns, OperationCatalog<double>.Entries, 2).View, (prediction, gradient) =>
        {
            double sum = 0;
            for (int row = 0; row < prediction.Rows; row++)
            {
                for (int column = 0; column < prediction.Columns; column++)
                {
                    sum += prediction[row, column] * upstream.View[row, column];
                }
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
