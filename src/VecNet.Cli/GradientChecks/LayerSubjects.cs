namespace VecNet.Cli.GradientChecks;

/// <summary>Every layer of the library, by its input and every parameter.</summary>
internal static class LayerSubjects
{
    private const double Epsilon = 0.1;
    private const int Entries = 4;

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<GradientSubject> All { get; } =
    [
        Of("FullyConnectedLayer", c => new FullyConnectedLayer<double>(c.Outputs)),
        Of("Sigmoid", _ => new Sigmoid<double>()),
        Of("Tanh", _ => new Tanh<double>()),
        Of("ReLU", _ => new ReLU<double>()),
        Of("LeakyReLU", _ => new LeakyReLU<double>(0.2)),
        Of("Elu", _ => new Elu<double>(0.7)),
        Of("Gelu", _ => new Gelu<double>()),
        Of("GeluTanh", _ => new GeluTanh<double>()),
        Of("SiLU", _ => new SiLU<double>()),
        Of("Softplus", _ => new Softplus<double>(1.5)),
        Of("Softmax", _ => new Softmax<double>()),
        Of("LogSoftmax", _ => new LogSoftmax<double>()),
        Of("Dropout", _ => new Dropout<double>(0.4)),
        Of("LayerNorm", _ => new LayerNorm<double>(Epsilon)),
        Of("BatchNorm", _ => new BatchNorm<double>(epsilon: Epsilon)),
        new("layer", "Embedding", OfEmbedding),
        Of("Sequential", c => new Sequential<double>(
            new FullyConnectedLayer<double>(3, WeightInitialization.XavierNormal), new Tanh<double>(), new Dropout<double>(0.3), new FullyConnectedLayer<double>(c.Outputs))),
        Of("Residual", c => new Residual<double>(
            new LayerNorm<double>(Epsilon), new FullyConnectedLayer<double>(4), new Sigmoid<double>(), new FullyConnectedLayer<double>(c.Columns))),
        Of("Parallel", c => new Parallel<double>(
            new FullyConnectedLayer<double>(c.Outputs), new Sequential<double>(new FullyConnectedLayer<double>(3), new SiLU<double>()), new Softmax<double>())),
    ];

    /// <summary>A layer under its name.</summary>
    internal static GradientSubject Of(string name, Func<GradientSample, ILayer<double>> layer) =>
        new("layer", name, c => GradientCheck.Layer(layer(c), c.Input().View, seed: c.Seed));

    /// <summary>With whole numbers, which the steps of the check must not change.</summary>
    private static GradientCheckResult OfEmbedding(GradientSample c)
    {
        var network = new NeuralNetwork<double>(c.Columns, [new Rounding(), new Embedding<double>(Entries, Math.Max(3, c.Outputs))], c.Seed);
        TensorBuffer<double> upstream = c.Values(c.Rows, network.OutputSize, 3);
        return GradientCheck.Network(network, c.Indices(c.Rows, c.Columns, Entries, 2).View, (prediction, gradient) =>
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
