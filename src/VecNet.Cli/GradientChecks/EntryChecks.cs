namespace VecNet.Cli;

/// <summary>The one gradient check of each function of one tensor and of each layer of the catalog.</summary>
internal static class EntryChecks
{
    /// <summary>Checks a function, made with its sample options, by its input, with its own backward pass or another.</summary>
    internal static GradientCheckResult Check(this FunctionEntry<double> entry, IGradientSample sample, BackwardFunction? backward = null)
    {
        ActivationLayer<double> function = entry.Sample;
        TensorBuffer<double> input = sample.Input(function.Kinks);
        return GradientCheck.Function(
            function.Forward, backward ?? function.Backward, input.View, sample.Rows, sample.Columns, seed: sample.Seed);
    }

    /// <summary>Checks the sample of a layer, or what <paramref name="change"/> makes of it, by its input and its parameters.</summary>
    /// <remarks>
    /// Batches that are normalized have two rows at least. The vectors of a table have nine elements at least: the gradient of a single one
    /// is the upstream one, of whose numbers some are 0.
    /// </remarks>
    internal static GradientCheckResult Check(
        this LayerEntry<double> entry, IGradientSample sample, Func<ILayer<double>, ILayer<double>>? change = null)
    {
        IGradientSample c = entry.Type == typeof(BatchNorm<double>) ? sample.OfShape(Math.Max(2, sample.Rows), sample.Columns) : sample;
        ILayer<double> made = entry.Sample(c.Columns, entry.IsOfIndices ? Math.Max(9, c.Outputs) : c.Outputs);
        ILayer<double> layer = change is null ? made : change(made);
        return entry.IsOfIndices
            ? OfIndices(layer, c)
            : GradientCheck.Layer(
                layer, c.Input(made.Kinks).View, entry.CheckOptions, c.Seed, new(SampleSequences.Offsets(c.Rows)));
    }

    /// <summary>Checks a layer whose input is whole numbers, which the steps of the check do not change.</summary>
    internal static GradientCheckResult OfIndices(ILayer<double> layer, IGradientSample c)
    {
        var network = new NeuralNetwork<double>(c.Columns, [new Rounding(), layer], c.Seed);
        int[] offsets = SampleSequences.Offsets(c.Rows);
        TensorBuffer<double> upstream = c.Values(Math.Max(c.Rows, offsets.Length), network.OutputSize, 7);
        TensorBuffer<double> indices = c.Indices(c.Rows, c.Columns, OperationCatalog<double>.Entries, 6);
        return GradientCheck.Network(network, indices.View, (prediction, gradient) =>
        {
            double sum = 0;
            for (int row = 0; row < prediction.Rows; row++)
            {
                sum += Reductions.Dot(prediction.Row(row), upstream.View.Row(row));
            }

            if (!gradient.IsEmpty)
            {
                upstream.View.SliceRows(0, gradient.Rows).CopyTo(gradient);
            }

            return sum;
        }, sequences: new(offsets));
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
