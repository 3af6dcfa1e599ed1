namespace VecNet.Tests;

/// <summary>How networks are built, what they show of themselves, and what they refuse.</summary>
public sealed class NeuralNetworkTests
{
    private static readonly double[,] Rows = { { 0.5, -1, 2 }, { 1.5, 0.25, -0.75 } };

    [Fact]
    public void The_assignments_constructor_stacks_layers_with_no_activation_after_the_last()
    {
        var network = new NeuralNetwork<double>(3, 2, [5, 4], new Sigmoid<double>());
        Assert.Equal(
            ["fully_connected", "sigmoid", "fully_connected", "sigmoid", "fully_connected"], network.Layers.Select(layer => layer.Name));
        Assert.Equal((3, 2), (network.InputSize, network.OutputSize));
        Assert.Equal((3 * 5) + 5 + (5 * 4) + 4 + (4 * 2) + 2, network.ParameterCount);
        Assert.Equal(
            (3, 3, 3, 3), (network.Weights.Count, network.Biases.Count, network.WeightGradients.Count, network.BiasGradients.Count));
        int[] widths = [3, 5, 4, 2];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal((widths[i], widths[i + 1]), (network.Weights[i].Rows, network.Weights[i].Columns));
            Assert.Equal((1, widths[i + 1]), (network.Biases[i].Rows, network.Biases[i].Columns));
            Assert.Equal((widths[i], widths[i + 1]), (network.WeightGradients[i].Rows, network.WeightGradients[i].Columns));
            Assert.Equal((1, widths[i + 1]), (network.BiasGradients[i].Rows, network.BiasGradients[i].Columns));
        }
    }

    [Fact]
    public void Without_hidden_layers_it_is_one_affine_map()
    {
        var network = new NeuralNetwork<double>(3, 2, [], new Sigmoid<double>(), seed: 3);
        double[] expected = new double[4];
        FullyConnected.Forward(Rows, network.Weights[0], network.Biases[0], expected.AsView(2, 2));
        Assert.Equal(expected, network.Predict(Rows, network.CreateInferenceWorkspace(2)).AsSpan().ToArray());
    }

    [Fact]
    public void Lists_are_views_of_the_flat_buffers()
    {
        var network = new NeuralNetwork<double>(3, 2, [5], new Tanh<double>());
        network.Parameters.Clear();
        network.Weights[1][4, 1] = 7;
        network.Biases[0][0, 2] = 8;
        network.WeightGradients[0][2, 4] = 9;
        network.BiasGradients[1][0, 1] = 10;
        Assert.Equal(15, Sum(network.Parameters));
        Assert.Equal(19, Sum(network.Gradients));
        Assert.Equal(network.Parameters.Length, network.Gradients.Length);
    }

    [Fact]
    public void Gaps_between_matrices_are_zero_and_stay_so()
    {
        var network = new NeuralNetwork<double>(3, 2, [5], new Tanh<double>(), seed: 1);
        double[] targets = [1, 0, 0, 1];
        Workspace<double> workspace = network.CreateTrainingWorkspace(2);
        var optimizer = new Sgd<double>(0.1, momentum: 0.9, weightDecay: 0.01);
        for (int i = 0; i < 5; i++)
        {
            new MeanSquaredError<double>().ForwardBackward(network.Forward(Rows, workspace), targets.AsView(2, 2), workspace.GradOutput);
            network.Backward(Rows, workspace.GradOutput, workspace);
            optimizer.Step(network.Parameters, network.Gradients);
        }

        int inMatrices = 0;
        for (int i = 0; i < 2; i++)
        {
            inMatrices += NonZero(network.Weights[i].AsSpan()) + NonZero(network.Biases[i].AsSpan());
        }

        Assert.Equal(network.ParameterCount, inMatrices);
        Assert.Equal(inMatrices, NonZero(network.Parameters));
    }

    [Fact]
    public void Without_dropout_training_and_inference_see_the_same_bits()
    {
        var network = new NeuralNetwork<float>(3, 2, [50, 7], new Tanh<float>(), seed: 2);
        var input = new TensorBuffer<float>(9, 3);
        Matrix<float, Ordinary>.Fill(input.View, 5);
        Workspace<float> training = network.CreateTrainingWorkspace(9);
        Bits.AssertSame<float>(
            network.Forward(input.View, training), network.Predict(input.View, network.CreateInferenceWorkspace(9)), "prediction");
    }

    [Fact]
    public void A_workspace_takes_any_batch_up_to_its_capacity()
    {
        var network = new NeuralNetwork<double>(3, 2, [4], new ReLU<double>(), seed: 2);
        Workspace<double> workspace = network.CreateInferenceWorkspace(2);
        double[] both = network.Predict(Rows, workspace).AsSpan().ToArray();
        ReadOnlyTensorView<double> one = network.Predict(((ReadOnlyTensorView<double>)Rows).SliceRows(1, 1), workspace);
        Assert.Equal((1, 2, 1), (one.Rows, one.Columns, workspace.Batch));
        Assert.Equal(both[2..], one.AsSpan().ToArray());
        Assert.Equal(0, network.Predict(new double[0, 3], workspace).Rows);
    }

    [Fact]
    public void Accumulated_gradients_of_two_batches_are_the_sum()
    {
        var network = new NeuralNetwork<double>(3, 2, [4], new Tanh<double>(), seed: 2);
        double[] targets = [1, 0, 0, 1];
        Workspace<double> workspace = network.CreateTrainingWorkspace(2);
        void Run(bool accumulate)
        {
            new MeanSquaredError<double>().ForwardBackward(network.Forward(Rows, workspace), targets.AsView(2, 2), workspace.GradOutput);
            network.Backward(Rows, workspace.GradOutput, workspace, accumulate);
        }

        Run(accumulate: false);
        double[] once = network.Gradients.ToArray();
        Run(accumulate: true);
        Run(accumulate: true);
        for (int i = 0; i < once.Length; i++)
        {
            Assert.Equal(3 * once[i], network.Gradients[i], 1e-14);
        }

        Run(accumulate: false);
        Assert.Equal(once, network.Gradients.ToArray());
    }

    [Fact]
    public void The_same_seed_gives_the_same_parameters_and_another_one_others()
    {
        double[] Parameters(ulong seed) => new NeuralNetwork<double>(3, 2, [4], new Tanh<double>(), seed: seed).Parameters.ToArray();
        Assert.Equal(Parameters(5), Parameters(5));
        Assert.NotEqual(Parameters(5), Parameters(6));
        var network = new NeuralNetwork<double>(3, 2, [4], new Tanh<double>(), seed: 6);
        network.Gradients.Fill(1);
        network.Initialize(5);
        Assert.Equal(Parameters(5), network.Parameters.ToArray());
        Assert.False(network.Gradients.ContainsAnyExcept(0.0));
    }

    [Fact]
    public void One_layer_may_stand_at_several_places()
    {
        var layer = new FullyConnectedLayer<double>(3);
        var network = new NeuralNetwork<double>(3, [layer, layer, layer], seed: 1);
        Assert.Equal(36, network.ParameterCount);
        Assert.NotEqual(network.Weights[0].AsSpan().ToArray(), network.Weights[1].AsSpan().ToArray());
        GradientAssert.Proves(
            GradientCheck.Network(network, Rows, (p, g) => new MeanSquaredError<double>().ForwardBackward(p, new double[2, 3], g)));
    }

    [Fact]
    public void The_summary_names_layers_widths_and_parameters()
    {
        string summary = new NeuralNetwork<double>(3, 2, [5], new Tanh<double>()).Summary();
        Assert.Equal(4, summary.Split(Environment.NewLine).Length);
        foreach (string part in new[] { "fully_connected", "tanh", "3 →", "→ 5", "20", "12", "32", "total" })
        {
            Assert.Contains(part, summary, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Impossible_networks_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NeuralNetwork<double>(0, 2, [5], new Tanh<double>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NeuralNetwork<double>(3, 0, [5], new Tanh<double>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NeuralNetwork<double>(3, 2, [5, 0], new Tanh<double>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NeuralNetwork<double>(3, 2, [-1], new Tanh<double>()));
        Assert.Throws<ArgumentNullException>(() => new NeuralNetwork<double>(3, 2, [5], null!));
        Assert.Throws<ArgumentNullException>(() => new NeuralNetwork<double>(3, [new Tanh<double>(), null!]));
        Assert.Throws<ArgumentNullException>(() => new NeuralNetwork<double>(3, null!));
        Assert.Throws<ArgumentException>(() => new NeuralNetwork<double>(3, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FullyConnectedLayer<double>(0));

        // Two layers of 40,000 × 40,000 doubles would not fit into one buffer; nothing of that size may be allocated to find out.
        Assert.Throws<ArgumentException>(() => new NeuralNetwork<double>(40_000, 40_000, [40_000], new Tanh<double>()));
        Assert.Throws<NotSupportedException>(() => new NeuralNetwork<Half>(3, 2, [5], new Tanh<Half>()));
    }

    [Fact]
    public void Passes_that_do_not_fit_are_refused_by_name()
    {
        var network = new NeuralNetwork<double>(3, 2, [4], new Tanh<double>());
        var other = new NeuralNetwork<double>(3, 2, [4], new Tanh<double>());
        Workspace<double> training = network.CreateTrainingWorkspace(2);
        Workspace<double> inference = network.CreateInferenceWorkspace(2);
        AssertSays<ArgumentException>(() => network.Predict(new double[2, 4], inference), "4 columns", "3");
        AssertSays<ArgumentException>(() => network.Predict(new double[3, 3], inference), "3 rows", "2");
        AssertSays<ArgumentException>(() => other.Predict(Rows, inference), "another network");
        AssertSays<ArgumentException>(() => network.Forward(Rows, inference), "CreateTrainingWorkspace");
        Assert.Throws<ArgumentNullException>(() => network.Predict(Rows, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.CreateInferenceWorkspace(-1));

        AssertSays<InvalidOperationException>(() => network.Backward(Rows, new double[2, 2], training), "Forward");
        network.Forward(Rows, training);
        network.Predict(Rows, training);
        AssertSays<InvalidOperationException>(() => network.Backward(Rows, new double[2, 2], training), "Forward");
        network.Forward(Rows, training);
        AssertSays<ArgumentException>(() => network.Backward(Rows, new double[2, 3], training), "2×3", "2×2");
        AssertSays<ArgumentException>(() => network.Backward(new double[1, 3], new double[2, 2], training), "1×3", "2×3");
        AssertSays<InvalidOperationException>(() => training.GradInput[0, 0] = 1, "inputGradient");
        AssertSays<InvalidOperationException>(() => inference.GradOutput[0, 0] = 1, "CreateTrainingWorkspace");
    }

    private static void AssertSays<TException>(Action action, params string[] parts)
        where TException : Exception
    {
        string message = Assert.Throws<TException>(action).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private static double Sum(Span<double> numbers) => numbers.ToArray().Sum();

    private static int NonZero(Span<double> numbers) => numbers.ToArray().Count(x => x != 0);
}
