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
        .. Everywhere("a parameter forgotten", "A_layer_of_a_user_with_parameters", () => new ScaleAndShift(), (in pass) => pass.Gradient(0).Clear()),
    ];

    private static FullyConnectedLayer<double> Full() => new(4);

    private static void FreshMask(in BackwardPass<double> pass)
    {
        var mask = new TensorBuffer<double>(pass.GradOutput.Rows, pass.GradOutput.Columns);
        Dropout.FillMask(0.4, new SplitMix64(987), mask.View);
        Dropout.Backward(mask.View, pass.GradOutput, pass.GradInput);
    }

    private static IEnumerable<PlantedFault> Everywhere(string fault, string property, Func<ILayer<double>> layer, SpoilPass spoil)
    {
        ILayer<double> Make(bool planted) => planted ? new Spoilt(layer(), spoil) : layer();
        yield return new($"{layer().Name} layer", fault, property, (c, planted) => GradientCheck.Layer(Make(planted), c.Input().View, seed: c.Seed));
        yield return new($"{layer().Name} layer in a network", fault, nameof(NetworkGradientTests.Random_networks_with_their_losses), (c, planted) =>
        {
            var network = new NeuralNetwork<double>(
                c.Columns, [new FullyConnectedLayer<double>(5, WeightInitialization.XavierNormal), Make(planted), new FullyConnectedLayer<double>(3)], c.Seed);
            int[] classes = c.Classes(3);
            return GradientCheck.Network(network, c.Input().View, (p, g) => SoftmaxCrossEntropy.ForwardBackward(p, classes, g));
        });
    }

    private sealed class Spoilt(ILayer<double> inner, SpoilPass spoil) : FaultyLayer(inner)
    {
        protected override void Spoil(in BackwardPass<double> pass) => spoil(pass);
    }
}
