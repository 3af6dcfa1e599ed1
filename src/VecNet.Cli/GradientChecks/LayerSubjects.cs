namespace VecNet.Cli.GradientChecks;

/// <summary>All layers of the library, with respect to their input and every parameter.</summary>
internal static class LayerSubjects
{
    /// <summary>The subjects.</summary>
    internal static IReadOnlyList<GradientCheckSubject> All { get; } =
    [
        .. OperationCatalog<double>.Layers.Select(layer => layer.IsOfIndices
            ? new("layer", layer.Name, c => OfIndices(layer, c))
            : Of(layer.Name, c => layer.Sample(c.Columns, c.Outputs))),
    ];

    /// <summary>A layer and its name.</summary>
    internal static GradientCheckSubject Of(string name, Func<GradientCheckSample, ILayer<double>> layer) =>
        new("layer", name, c =>
        {
            ILayer<double> made = layer(c);
            return GradientCheck.Layer(made, c.Input(made.Kinks).View, seed: c.Seed);
        });

    /// <summary>Checks a layer of indices, which are rounded, so that the steps of the check do not change them.</summary>
    private static GradientCheckResult OfIndices(LayerEntry<double> layer, GradientCheckSample c)
    {
        var network = new NeuralNetwork<double>(c.Columns, [new Rounding(), layer.Sample(c.Columns, Math.Max(3, c.Outputs))], c.Seed);
        TensorBuffer<double> upstream = c.Values(c.Rows, network.OutputSize, 3);
        TensorBuffer<double> indices = c.Indices(c.Rows, c.Columns, OperationCatalog<double>.Entries, 2);
        return GradientCheck.Network(network, indices.View, (prediction, gradient) =>
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

    /// <summary>y = x, rounded to an integer: its gradient is 0 almost everywhere.</summary>
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
