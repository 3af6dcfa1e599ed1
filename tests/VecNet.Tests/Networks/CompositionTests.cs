namespace VecNet.Tests;

/// <summary>Networks that are more than a stack: a residual connection, two heads, and layers inside layers.</summary>
public sealed class CompositionTests
{
    /// <summary>A classifier of three classes and a regressor on one trunk: each head has its columns, its loss and its gradient.</summary>
    [Fact]
    public void A_network_with_two_heads_learns_both_and_has_the_gradient_of_the_sum_of_its_losses()
    {
        var network = new NeuralNetwork<double>(
            2,
            [
                new FullyConnectedLayer<double>(16, WeightInitialization.XavierNormal), new Tanh<double>(),
                new Parallel<double>(
                    new Sequential<double>(
                        new FullyConnectedLayer<double>(8, WeightInitialization.XavierNormal), new Tanh<double>(),
                        new FullyConnectedLayer<double>(3, WeightInitialization.XavierNormal)),
                    new FullyConnectedLayer<double>(1, WeightInitialization.XavierNormal)),
            ],
            seed: 3);
        Assert.Equal(4, network.OutputSize);
        var input = new TensorBuffer<double>(40, 2);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        int[] classes = [.. Enumerable.Range(0, 40).Select(row => input.View[row, 0] > 1 ? 2 : input.View[row, 1] > 0 ? 1 : 0)];
        var numbers = new TensorBuffer<double>(40, 1);
        for (int row = 0; row < 40; row++)
        {
            numbers.View[row, 0] = Math.Sin(input.View[row, 0]) + (0.5 * input.View[row, 1]);
        }

        double Loss(ReadOnlyTensorView<double> prediction, TensorView<double> gradient)
        {
            TensorView<double> ofClass = gradient.IsEmpty ? default : gradient.SliceColumns(0, 3);
            TensorView<double> ofNumber = gradient.IsEmpty ? default : gradient.SliceColumns(3, 1);
            return new SoftmaxCrossEntropy<double>().ForwardBackward(prediction.SliceColumns(0, 3), classes, ofClass)
                + new MeanSquaredError<double>().ForwardBackward(prediction.SliceColumns(3, 1), numbers.View, ofNumber);
        }

        GradientCheck.Network(network, input.View, Loss).ThrowIfFailed(requireTeeth: true);
        Workspace<double> workspace = network.CreateTrainingWorkspace(40);
        var optimizer = new Sgd<double>(0.1, momentum: 0.9);
        double first = Loss(network.Forward(input.View, workspace), workspace.GradOutput);
        for (int step = 0; step < 400; step++)
        {
            Loss(network.Forward(input.View, workspace), workspace.GradOutput);
            network.Backward(input.View, workspace.GradOutput, workspace);
            optimizer.Step(network.Parameters, network.Gradients);
        }

        double last = Loss(network.Predict(input.View, workspace), default);
        Assert.True(last < first / 20, $"The sum of both losses went from {first} to {last} only.");
    }

    [Fact]
    public void A_residual_connection_adds_its_input_to_what_its_layers_make_of_it()
    {
        var inside = new NeuralNetwork<double>(
            3,
            [new FullyConnectedLayer<double>(5), new Tanh<double>(), new FullyConnectedLayer<double>(3), new Sigmoid<double>()],
            seed: 9);
        var network = new NeuralNetwork<double>(3, [new Residual<double>(inside.Layers)], seed: 1);
        Assert.Equal(inside.ParameterCount, network.ParameterCount);
        for (int i = 0; i < network.GetParameters(0).Count; i++)
        {
            inside.GetParameters(i / 2 * 2)[i % 2].CopyTo(network.GetParameters(0)[i]);
        }

        var input = new TensorBuffer<double>(4, 3);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        ReadOnlyTensorView<double> expected = inside.Predict(input.View, inside.CreateInferenceWorkspace(4));
        Workspace<double> training = network.CreateTrainingWorkspace(4);
        ReadOnlyTensorView<double> forward = network.Forward(input.View, training);
        ReadOnlyTensorView<double> predicted = network.Predict(input.View, network.CreateInferenceWorkspace(4));
        for (int i = 0; i < input.Length; i++)
        {
            (int row, int column) = (i / 3, i % 3);
            Assert.Equal(input.Span[i] + expected[row, column], forward[row, column], 1e-14);
            Assert.Equal(forward[row, column], predicted[row, column]);
        }
    }

    [Fact]
    public void A_deep_residual_network_has_the_gradient_of_its_loss()
    {
        Residual<double> block = new(
            new LayerNorm<double>(), new FullyConnectedLayer<double>(5, WeightInitialization.HeNormal),
            new GELU<double>(), new FullyConnectedLayer<double>(4, WeightInitialization.HeNormal));
        var network = new NeuralNetwork<double>(
            3,
            [
                new FullyConnectedLayer<double>(4, WeightInitialization.XavierNormal), block, block,
                new Residual<double>(block, new Dropout<double>(0.2)), new FullyConnectedLayer<double>(2),
            ],
            seed: 2);
        var input = new TensorBuffer<double>(6, 3);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        int[] classes = [0, 1, 1, 0, 1, 0];
        GradientCheck.Network(network, input.View, (p, g) => new SoftmaxCrossEntropy<double>().ForwardBackward(p, classes, g))
            .ThrowIfFailed(requireTeeth: true);
    }

    /// <summary>Names count from the outside in, weights are transposed as everywhere, and state is saved too.</summary>
    [Fact]
    public void Composed_networks_are_saved_and_read_by_their_parameters()
    {
        NeuralNetwork<double> Make(ulong seed) => new(
            3,
            [
                new Residual<double>(new BatchNorm<double>(), new FullyConnectedLayer<double>(3)),
                new Parallel<double>(new FullyConnectedLayer<double>(2), new Sequential<double>(new FullyConnectedLayer<double>(4))),
            ],
            seed);
        using var directory = new TemporaryDirectory();
        NeuralNetwork<double> network = Make(1);
        Workspace<double> workspace = network.CreateTrainingWorkspace(5);
        var input = new TensorBuffer<double>(5, 3);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        network.Forward(input.View, workspace);
        Model.SaveParameters(network, directory.PathOf("m"));
        SafetensorsFile file = SafetensorsFile.Read(directory.PathOf("m"));
        Assert.Equal(
            [
                "0.0.bias", "0.0.running_mean", "0.0.running_var", "0.0.weight", "0.1.bias",
                "0.1.weight", "1.0.bias", "1.0.weight", "1.1.0.bias", "1.1.0.weight",
            ],
            file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.Equal([4, 3], file.Tensors.Single(tensor => tensor.Name == "1.1.0.weight").Shape);
        NeuralNetwork<double> again = Make(2);
        Assert.NotEqual(network.Parameters.ToArray(), again.Parameters.ToArray());
        Model.LoadParameters(again, directory.PathOf("m"));
        Assert.Equal(network.Parameters.ToArray(), again.Parameters.ToArray());
        Assert.Equal(network.State.ToArray(), again.State.ToArray());
    }

    [Fact]
    public void Every_layer_inside_starts_as_its_seed_says()
    {
        NeuralNetwork<double> Make(ulong seed) => new(
            4,
            [
                new Sequential<double>(new FullyConnectedLayer<double>(4), new FullyConnectedLayer<double>(4)),
                new Residual<double>(new BatchNorm<double>(), new LayerNorm<double>()),
            ],
            seed);
        NeuralNetwork<double> network = Make(5);
        Assert.Equal(network.Parameters.ToArray(), Make(5).Parameters.ToArray());
        Assert.NotEqual(network.Parameters.ToArray(), Make(6).Parameters.ToArray());
        Assert.NotEqual(network.GetParameters(0)[0].AsSpan().ToArray(), network.GetParameters(0)[2].AsSpan().ToArray());
        Assert.All(network.GetParameters(1)[0].AsSpan().ToArray(), gamma => Assert.Equal(1, gamma));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], network.State.ToArray().Where((_, i) => i % 8 < 4).ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        Assert.Contains(
            "keep the width",
            Assert.Throws<ArgumentException>(
                () => new NeuralNetwork<double>(3, [new Residual<double>(new FullyConnectedLayer<double>(4))])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Residual<double>());
        Assert.Throws<ArgumentException>(() => new Parallel<double>());
        Assert.Throws<ArgumentException>(() => new Sequential<double>());
        Assert.Throws<ArgumentNullException>(() => new Sequential<double>([null!]));
    }
}
