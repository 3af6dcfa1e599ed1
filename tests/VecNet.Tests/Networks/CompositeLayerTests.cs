namespace VecNet.Tests;

/// <summary>
/// Composite layers are part of the network's plan: fused, profiled, counted and given memory like layers of the network itself.
/// </summary>
public sealed class CompositeLayerTests
{
    private const int Batch = 16;

    [Fact]
    public void Layers_inside_are_fused_and_profiled_with_their_arithmetic()
    {
        NeuralNetwork<float> network = ResidualNetwork();
        Workspace<float> workspace = network.CreateTrainingWorkspace(Batch);
        workspace.Profiler = new PassProfiler();
        var input = new TensorBuffer<float>(Batch, 20);
        network.Forward(input.View, workspace);
        network.Backward(input.View, workspace.GradOutput, workspace);
        (string, bool, long)[] expected =
        [
            ("0.fully_connected", false, 2 * Batch * 20 * 32),
            ("1.0.fully_connected + 1.1.relu", false, 2 * Batch * 32 * 64),
            ("1.2.fully_connected", false, 2 * Batch * 64 * 32),
            ("1.add", false, 0),
            ("2.fully_connected", false, 2 * Batch * 32 * 10),
            ("2.fully_connected", true, 4 * Batch * 32 * 10),
            ("1.add", true, 0),
            ("1.2.fully_connected", true, 4 * Batch * 64 * 32),
            ("1.0.fully_connected + 1.1.relu", true, 4 * Batch * 32 * 64),
            ("0.fully_connected", true, 2 * Batch * 20 * 32),
        ];
        Assert.Equal(expected, workspace.Profiler.Operations.Select(operation => (operation.Name, operation.IsBackward, operation.Flops)));
    }

    /// <summary>
    /// Inference: the input of the connection, its hidden layer, and its result, which
    /// lies where the hidden layer's neighbor is no longer needed.
    /// </summary>
    [Fact]
    public void Inference_on_a_residual_network_takes_the_memory_of_what_is_needed_at_once()
    {
        NeuralNetwork<float> network = ResidualNetwork();
        Assert.Equal(4 * Batch * (32 + 64 + 32), network.CreateInferenceWorkspace(Batch).Bytes);
        var parallel = new NeuralNetwork<float>(
            20, [new Parallel<float>(new FullyConnectedLayer<float>(16), new FullyConnectedLayer<float>(16))]);
        Assert.Equal(4 * Batch * 32, parallel.CreateInferenceWorkspace(Batch).Bytes);
    }

    [Fact]
    public void Fifty_layers_in_one_another_are_built_at_once_and_kept_in_files()
    {
        int configured = 0;
        ILayer<double> layer = new Counting(() => configured++);
        for (int i = 0; i < 50; i++)
        {
            layer = i % 2 == 0 ? new Residual<double>(layer) : new Sequential<double>(layer);
        }

        var network = new NeuralNetwork<double>(3, [layer], seed: 2);
        Assert.Equal(1, configured);
        Assert.Equal(1 + (50 / 2), network.Nodes.Count);
        Assert.Equal(string.Join('.', Enumerable.Repeat("0", 51)), network.Nodes[0].Path);

        ILayer<double> own = new FullyConnectedLayer<double>(3);
        for (int i = 0; i < 50; i++)
        {
            own = new Residual<double>(own);
        }

        using var directory = new TemporaryDirectory();
        var saved = new Model<double>(new NeuralNetwork<double>(3, [own], seed: 1));
        saved.Save(directory.PathOf("m"));
        Assert.Equal(saved.Network.Parameters.ToArray(), Model.Load<double>(directory.PathOf("m")).Network.Parameters.ToArray());
    }

    [Fact]
    public void Weights_and_the_summary_have_the_layers_inside()
    {
        NeuralNetwork<float> network = ResidualNetwork();
        Assert.Equal(4, network.Weights.Count);
        Assert.Equal((32, 64), (network.Weights[1].Rows, network.Weights[1].Columns));
        Assert.Equal(4, network.BiasGradients.Count);
        Assert.Contains("1.2  fully_connected", network.Summary(), StringComparison.Ordinal);
    }

    /// <summary>
    /// A composite of a user's own: two branches of the same input, one scaled by the
    /// other's gate, in VecNet's layers and one of the user's.
    /// </summary>
    [Fact]
    public void A_composite_of_a_user_has_a_gradient_and_its_parameters_are_saved_by_name()
    {
        double[,] input = { { 0.5, -1.0, 2.0 }, { 1.5, 0.25, -0.75 } };
        GradientCheck.Layer(new TwoPaths(), input).ThrowIfFailed(requireTeeth: true);
        NeuralNetwork<double> Make(ulong seed) => new(3, [new TwoPaths(), new FullyConnectedLayer<double>(2)], seed);
        NeuralNetwork<double> network = Make(1);
        Assert.Equal(
            ["0.wide.weight", "0.wide.bias", "0.narrow.scale", "0.narrow.shift", "0.3.weight", "0.3.bias", "1.weight", "1.bias"],
            network.Nodes.SelectMany(node => node.Parameters.Select(slot => $"{node.Path}.{slot.Name}")));
        using var directory = new TemporaryDirectory();
        Model.SaveParameters(network, directory.PathOf("m"));
        NeuralNetwork<double> again = Make(2);
        Model.LoadParameters(again, directory.PathOf("m"));
        Assert.Equal(network.Parameters.ToArray(), again.Parameters.ToArray());
    }

    [Fact]
    public void A_composite_that_passes_its_input_on_is_the_identity()
    {
        var network = new NeuralNetwork<double>(3, [new Identity()]);
        Workspace<double> workspace = network.CreateTrainingWorkspace(2, inputGradient: true);
        double[,] input = { { 1, 2, 3 }, { 4, 5, 6 } };
        Assert.Equal(5, network.Forward(input, workspace)[1, 1]);
        workspace.GradOutput.Fill(7);
        network.Backward(input, workspace.GradOutput, workspace);
        Assert.Equal(7, workspace.GradInput[1, 2]);
        Assert.Equal(0, network.ParameterCount);
    }

    [Fact]
    public void Wrong_connections_are_refused_by_name()
    {
        AssertRefused("never read", (builder, x) =>
        {
            builder.Apply(new Tanh<double>(), x);
            return builder.Apply(new Sigmoid<double>(), x);
        });
        AssertRefused(
            "Layer 0: values of 3 and 4 features", (builder, x) => builder.Add(x, builder.Apply(new FullyConnectedLayer<double>(4), x)));
        AssertRefused("Layer 0 (own) returned a value that was not made by its builder", (_, _) => default);
        AssertRefused("at least one value", (builder, _) => builder.Concatenate());
        AssertRefused("contains a dot", (builder, x) => builder.Apply(new Tanh<double>(), x, "a.b"));
        AssertRefused("has been used", (builder, x) => builder.Apply(new Tanh<double>(), builder.Apply(new Tanh<double>(), x, "a"), "a"));
        AssertRefused("has been used", (builder, x) => builder.Apply(new Tanh<double>(), builder.Apply(new Tanh<double>(), x, "1")));
        NetworkValue<double> other = default;
        _ = new NeuralNetwork<double>(3, [new Own((_, x) => other = x)]);
        AssertRefused("not made by this builder", (builder, _) => builder.Apply(new Tanh<double>(), other));
        Assert.Contains(
            "'endless' is nested too deeply, or a composite layer contains itself",
            Assert.Throws<InsufficientExecutionStackException>(() => new NeuralNetwork<double>(3, [new Endless()])).Message,
            StringComparison.Ordinal);
        var network = new NeuralNetwork<double>(3, [new Tanh<double>()]);
        Assert.Throws<ArgumentException>(
            () => _ = network.GetParameters(new NeuralNetwork<double>(3, [new Tanh<double>()]).Nodes[0]).Count);
        Assert.Throws<NotSupportedException>(
            () => ((ILayer<double>)new Residual<double>(new Tanh<double>())).Configure(new LayerDeclaration(3)));
    }

    [Fact]
    public void Messages_name_the_layer_inside_at_fault()
    {
        static string MessageOf(ILayer<double> layer) =>
            Assert.ThrowsAny<ArgumentException>(
                () => new NeuralNetwork<double>(3, [new Tanh<double>(), new Sequential<double>(new Tanh<double>(), layer)])).Message;
        Assert.Contains(
            "Layer 1.1: the layers of a residual connection must keep the width",
            MessageOf(new Residual<double>(new FullyConnectedLayer<double>(4))), StringComparison.Ordinal);
        Assert.Contains(
            "Layer 1.1: there must be at least one value",
            MessageOf(new Own((builder, _) => builder.Concatenate())),
            StringComparison.Ordinal);
        Assert.Contains(
            "'1.1.0.weight'", MessageOf(new Sequential<double>(new Embedding<double>(1 << 20, 1 << 20))), StringComparison.Ordinal);
    }

    /// <summary>A composite may try a layer, and take another where the first is refused.</summary>
    [Fact]
    public void A_layer_that_is_refused_leaves_the_builder_where_it_was()
    {
        var network = new NeuralNetwork<double>(3, [new Own((builder, x) =>
        {
            Assert.Throws<ArgumentException>(
                () => builder.Apply(
                    new Residual<double>(new Residual<double>(new Own((_, _) => throw new ArgumentException("Refused.")))), x));
            Assert.Equal("0", builder.Path);
            return builder.Apply(new Tanh<double>(), x);
        })]);
        Assert.Equal("0.1", Assert.Single(network.Nodes).Path);
    }

    /// <summary>Far deeper than any network: what takes exponential time would never end.</summary>
    [Fact]
    public void Hundreds_of_layers_in_one_another_are_trained()
    {
        ILayer<double> layer = new FullyConnectedLayer<double>(3, WeightInitialization.XavierNormal);
        for (int i = 0; i < 500; i++)
        {
            layer = i % 50 == 0 ? new Residual<double>(layer, new Tanh<double>()) : new Parallel<double>(new Sequential<double>(layer));
        }

        var network = new NeuralNetwork<double>(3, [layer], seed: 1);
        var input = new TensorBuffer<double>(2, 3);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        GradientCheck.Network(network, input.View, (prediction, gradient) =>
            new MeanSquaredError<double>().ForwardBackward(prediction, new TensorBuffer<double>(2, 3).View, gradient))
            .ThrowIfFailed();
        Assert.Equal(2 * 64, network.CreateInferenceWorkspace(2).Bytes); // two matrices of 2 × 3, which take turns
    }

    private static NeuralNetwork<float> ResidualNetwork() => new(
        20,
        [
            new FullyConnectedLayer<float>(32),
            new Residual<float>(new FullyConnectedLayer<float>(64), new ReLU<float>(), new FullyConnectedLayer<float>(32)),
            new FullyConnectedLayer<float>(10),
        ]);

    private static void AssertRefused(string part, Func<NetworkBuilder<double>, NetworkValue<double>, NetworkValue<double>> expand) =>
        Assert.Contains(
            part,
            Assert.Throws<ArgumentException>(() => new NeuralNetwork<double>(3, [new Own(expand)])).Message,
            StringComparison.Ordinal);

    private sealed class Own(Func<NetworkBuilder<double>, NetworkValue<double>, NetworkValue<double>> expand) : ICompositeLayer<double>
    {
        public string Name => "own";

        public NetworkValue<double> Expand(NetworkBuilder<double> builder, NetworkValue<double> input) => expand(builder, input);
    }

    [Fact]
    public void Nothing_is_added_to_a_network_that_has_been_built()
    {
        var layer = new Keeping();
        _ = new NeuralNetwork<double>(3, [layer]);
        Assert.Contains("has been built", Assert.Throws<InvalidOperationException>(layer.ApplyAgain!).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_that_are_too_wide_together_are_refused_by_their_width() => Assert.Contains(
        "Layer 0: 3221225469 features are more than a matrix can have.",
        Assert.Throws<ArgumentException>(() =>
            new NeuralNetwork<double>(3, [new Parallel<double>(new Wide(), new Wide(), new Wide())])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Weights_are_named_by_their_paths()
    {
        var network = new NeuralNetwork<double>(
            3, [new Residual<double>(new FullyConnectedLayer<double>(3)), new FullyConnectedLayer<double>(2)]);
        Assert.Equal(
            ("0.0.weight", "1.weight", "0.0.bias", "1.bias"),
            (network.Weights.GetName(0), network.Weights.GetName(1), network.BiasGradients.GetName(0), network.Biases.GetName(1)));
    }

    private sealed class TwoPaths : ICompositeLayer<double>
    {
        public string Name => "two_paths";

        public NetworkValue<double> Expand(NetworkBuilder<double> builder, NetworkValue<double> input)
        {
            NetworkValue<double> wide = builder.Apply(new FullyConnectedLayer<double>(5, WeightInitialization.XavierNormal), input, "wide");
            NetworkValue<double> narrow = builder.Apply(new ScaleAndShift(), input, "narrow");
            NetworkValue<double> both = builder.Concatenate(builder.Apply(new Tanh<double>(), wide), narrow, input);
            return builder.Add(input, builder.Apply(new FullyConnectedLayer<double>(3, WeightInitialization.XavierNormal), both));
        }
    }

    /// <summary>A composite layer that keeps its builder.</summary>
    private sealed class Keeping : ICompositeLayer<double>
    {
        public string Name => "keeping";

        internal Action? ApplyAgain { get; private set; }

        public NetworkValue<double> Expand(NetworkBuilder<double> builder, NetworkValue<double> input)
        {
            ApplyAgain = () => builder.Apply(new ReLU<double>(), input);
            return builder.Apply(new Tanh<double>(), input);
        }
    }

    private sealed class Wide : ILayer<double>
    {
        public string Name => "wide";

        public void Configure(LayerDeclaration declaration) => declaration.OutputFeatures = int.MaxValue / 2;

        public void Forward(in ForwardPass<double> pass)
        {
        }

        public void Backward(in BackwardPass<double> pass)
        {
        }
    }

    private sealed class Identity : ICompositeLayer<double>
    {
        public string Name => "identity";

        public NetworkValue<double> Expand(NetworkBuilder<double> builder, NetworkValue<double> input) => input;
    }

    private sealed class Endless : ICompositeLayer<double>
    {
        public string Name => "endless";

        public NetworkValue<double> Expand(NetworkBuilder<double> builder, NetworkValue<double> input) => builder.Apply(this, input);
    }

    private sealed class Counting(Action configured) : ILayer<double>
    {
        public string Name => "counting";

        public void Configure(LayerDeclaration declaration) => configured();

        public void Forward(in ForwardPass<double> pass) => pass.Input.CopyTo(pass.Output);

        public void Backward(in BackwardPass<double> pass) => pass.GradOutput.CopyTo(pass.GradInput);
    }
}
