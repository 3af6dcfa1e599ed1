namespace VecNet.Tests;

/// <summary>Layers that need more than an ordinary input, or others inside: what properties and planted faults both check.</summary>
internal static class LayerChecks
{
    public const int Entries = 4;

    public static Sequential<double> Sequential(int outputs) =>
        new(new FullyConnectedLayer<double>(3, WeightInitialization.XavierNormal), new Tanh<double>(), new Dropout<double>(0.3), new FullyConnectedLayer<double>(outputs));

    public static Residual<double> Residual(int width) => new(new LayerNorm<double>(0.1), new FullyConnectedLayer<double>(4), new Sigmoid<double>(), new FullyConnectedLayer<double>(width));

    /// <summary>Three heads of different kinds, one of which has a residual connection inside.</summary>
    public static Parallel<double> Parallel(int outputs) => new(
        new FullyConnectedLayer<double>(outputs),
        new Sequential<double>(new FullyConnectedLayer<double>(3), new Residual<double>(new FullyConnectedLayer<double>(3), new SiLU<double>()), new FullyConnectedLayer<double>(2)),
        new Softmax<double>());

    /// <summary>With whole numbers, which a small step must not take from the layer.</summary>
    public static GradientCheckResult OfEmbedding(ILayer<double> embedding, GradientCase c)
    {
        TensorBuffer<double> indices = c.Values(c.Rows, c.Columns, 6);
        foreach (ref double index in indices.Span)
        {
            index = Math.Floor((index + 3) / 6.001 * Entries);
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
