namespace VecNet.Tests;

/// <summary>Faults of layers, by themselves and in the middle of a network.</summary>
internal static class LayerFaults
{
    private delegate void SpoilPass(in BackwardPass<double> pass);

    public static IEnumerable<PlantedFault> All =>
    [
        .. Everywhere("gradInput scaled by 1.01", "Fully_connected", Full, (in pass) => Elementwise.Scale(pass.GradInput, 1.01, pass.GradInput)),
        .. Everywhere("weights' gradient scaled by 1.01", "Fully_connected", Full, (in pass) => Elementwise.Scale(pass.Gradient(0), 1.01, pass.Gradient(0))),
        .. Everywhere("bias of the first row only", "Fully_connected", Full, (in pass) => pass.GradOutput.SliceRows(0, 1).CopyTo(pass.Gradient(1))),
        .. Everywhere("bias not written", "Fully_connected", Full, (in pass) => pass.Gradient(1).Clear()),
        .. Everywhere("ignores Accumulates", "Fully_connected", Full, (in pass) =>
            FullyConnected.Backward(pass.Input, pass.Parameter(0), pass.GradOutput, pass.GradInput, pass.Gradient(0), pass.Gradient(1))),
        .. Everywhere("always accumulates", "Fully_connected", Full, (in pass) =>
            FullyConnected.Backward(pass.Input, pass.Parameter(0), pass.GradOutput, pass.GradInput, pass.Gradient(0), pass.Gradient(1), accumulate: true)),
        .. Everywhere("derivative forgotten", "Sigmoid_layer", () => new Sigmoid<double>(), (in pass) => pass.GradOutput.CopyTo(pass.GradInput)),
        .. Everywhere("derivative forgotten", "Tanh_layer", () => new Tanh<double>(), (in pass) => pass.GradOutput.CopyTo(pass.GradInput)),
        .. Everywhere("derivative forgotten", "ReLU_layer", () => new ReLU<double>(), (in pass) => pass.GradOutput.CopyTo(pass.GradInput)),
        .. Everywhere("a fresh mask", "Dropout_layer", () => new Dropout<double>(0.4), FreshMask),
        .. Everywhere("wrong sign", "Softmax_layer", () => new Softmax<double>(), (in pass) => Elementwise.Scale(pass.GradInput, -1, pass.GradInput)),
        .. Everywhere("wrong sign", "LogSoftmax_layer", () => new LogSoftmax<double>(), (in pass) => Elementwise.Scale(pass.GradInput, -1, pass.GradInput)),
        .. Everywhere("of the output instead of the input", "Gelu_layer", () => new Gelu<double>(), (in pass) => Gelu.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere("of the output instead of the input", "GeluTanh_layer", () => new GeluTanh<double>(), (in pass) => GeluTanh.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere("of the output instead of the input", "SiLU_layer", () => new SiLU<double>(), (in pass) => SiLU.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere("slope forgotten", "LeakyReLU_layer", () => new LeakyReLU<double>(0.2), (in pass) => LeakyReLU.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere("alpha forgotten", "Elu_layer", () => new Elu<double>(0.7), (in pass) => Elu.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere("beta forgotten", "Softplus_layer", () => new Softplus<double>(1.5), (in pass) => Softplus.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere("scale's gradient scaled by 1.01", "LayerNorm_layer", () => new LayerNorm<double>(0.1), (in pass) => Elementwise.Scale(pass.Gradient(0), 1.01, pass.Gradient(0))),
        .. Everywhere("ignores Accumulates", "BatchNorm_layer", () => new BatchNorm<double>(epsilon: 0.1), (in pass) =>
            BatchNorm.Backward(pass.Input, pass.Parameter(0), new(pass.Saved(0).AsSpan(), 2, pass.Input.Columns), pass.GradOutput, default, pass.Gradient(0), pass.Gradient(1))),
        .. Inside("Residual_layer", (width, layer) => new Residual<double>(layer, new FullyConnectedLayer<double>(width))),
        .. Inside("Sequential_layer", (_, layer) => new Sequential<double>(new Tanh<double>(), layer, new Softmax<double>())),
        .. Inside("Parallel_layer", (_, layer) => new Parallel<double>(new Sigmoid<double>(), layer)),
        new("embedding layer", "of the first row only", "Embedding_layer", (c, planted) =>
        {
            var embedding = new Embedding<double>(LayerChecks.Entries, c.Outputs);
            return LayerChecks.OfEmbedding(planted ? new Spoilt(embedding, (in pass) =>
                Embedding.Backward(pass.Input.SliceRows(0, 1), pass.GradOutput.SliceRows(0, 1), pass.Gradient(0), accumulate: pass.Accumulates)) : embedding, c);
        }),
        .. Everywhere("a parameter forgotten", "A_layer_of_a_user_with_parameters", () => new ScaleAndShift(), (in pass) => pass.Gradient(0).Clear()),
    ];

    private static FullyConnectedLayer<double> Full() => new(4);

    /// <summary>A fault of a layer inside a composite one: in the gradient of its parameters, and in that of its input. Faults of the plan itself are planted in its source.</summary>
    private static IEnumerable<PlantedFault> Inside(string property, Func<int, ILayer<double>, ILayer<double>> composite)
    {
        foreach ((string fault, SpoilPass spoil) in new (string, SpoilPass)[]
        {
            ("an inner parameter forgotten", (in pass) => pass.Gradient(0).Clear()),
            ("an inner gradient twice too large", (in pass) => Elementwise.Scale(pass.GradInput, 2, pass.GradInput)),
        })
        {
            ILayer<double> Make(int width, bool planted) => composite(width, planted ? new Spoilt(Full(), spoil) : Full());
            yield return new($"{Make(1, false).Name} layer", fault, property, (c, planted) => GradientCheck.Layer(Make(c.Columns, planted), c.Input().View, seed: c.Seed));
        }
    }

    private static void FreshMask(in BackwardPass<double> pass)
    {
        var mask = new TensorBuffer<double>(pass.GradOutput.Rows, pass.GradOutput.Columns);
        Dropout.FillMask(0.4, new SplitMix64(987), mask.View);
        Dropout.Backward(mask.View, pass.GradOutput, pass.GradInput);
    }

    /// <param name="fault">What is wrong.</param>
    /// <param name="property">The property of the right layer.</param>
    /// <param name="layer">The layer; in the network it stands behind five features.</param>
    /// <param name="spoil">Plants the fault.</param>
    /// <param name="ofWidth">The layer for an input of another width, where it depends on that.</param>
    private static IEnumerable<PlantedFault> Everywhere(
        string fault, string property, Func<ILayer<double>> layer, SpoilPass spoil, Func<int, ILayer<double>>? ofWidth = null)
    {
        ILayer<double> Make(bool planted) => planted ? new Spoilt(layer(), spoil) : layer();
        ILayer<double> MakeFor(int width, bool planted)
        {
            ILayer<double> right = ofWidth is null ? layer() : ofWidth(width);
            return planted ? new Spoilt(right, spoil) : right;
        }

        yield return new($"{layer().Name} layer", fault, property, (c, planted) => GradientCheck.Layer(MakeFor(c.Columns, planted), c.Input().View, seed: c.Seed));
        yield return new($"{layer().Name} layer in a network", fault, nameof(NetworkGradientTests.Random_networks_with_their_losses), (c, planted) =>
        {
            var network = new NeuralNetwork<double>(
                c.Columns, [new FullyConnectedLayer<double>(5, WeightInitialization.XavierNormal), Make(planted), new FullyConnectedLayer<double>(3)], c.Seed);
            int[] classes = c.Classes(3);
            return GradientCheck.Network(network, c.Input().View, (p, g) => new SoftmaxCrossEntropy<double>().ForwardBackward(p, classes, g));
        });
    }

    private sealed class Spoilt(ILayer<double> inner, SpoilPass spoil) : FaultyLayer(inner)
    {
        protected override void Spoil(in BackwardPass<double> pass) => spoil(pass);
    }
}
