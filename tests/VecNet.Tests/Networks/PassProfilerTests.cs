namespace VecNet.Tests;

public sealed class PassProfilerTests
{
    private static readonly NeuralNetwork<float> Network = new(
        20,
        [new FullyConnectedLayer<float>(30), new Sigmoid<float>(), new Dropout<float>(0.5), new FullyConnectedLayer<float>(10)],
        seed: 1);

    [Fact]
    public void A_training_pass_is_listed_operation_by_operation_with_its_arithmetic_and_its_bytes()
    {
        Workspace<float> workspace = Network.CreateTrainingWorkspace(8);
        var clock = new SteadyClock();
        workspace.Profiler = new PassProfiler(clock);
        var input = new TensorBuffer<float>(8, 20);
        for (int pass = 0; pass < 3; pass++)
        {
            Network.Forward(input.View, workspace);
            Network.Backward(input.View, workspace.GradOutput, workspace);
        }

        const int Batch = 8;
        TimeSpan time = TimeSpan.FromMicroseconds(1);
        Assert.Equal(
            [
                new(
                    "0.fully_connected + 1.sigmoid", false, 2 * Batch * 20 * 30,
                    4 * ((Batch * 20) + (20 * 30) + 30 + (Batch * 30)), 3, time),
                new("2.dropout", false, 0, 4 * Batch * (30 + 30 + 30), 3, time),
                new("3.fully_connected", false, 2 * Batch * 30 * 10, 4 * ((Batch * 30) + (30 * 10) + 10 + (Batch * 10)), 3, time),
                new(
                    "3.fully_connected",
                    true,
                    4 * Batch * 30 * 10,
                    4 * ((Batch * 30) + (Batch * 10) + (30 * 10) + 10 + (30 * 10) + (Batch * 30)),
                    3,
                    time),
                new("2.dropout", true, 0, 8 * Batch * (30 + 30 + 30), 3, time),
                new(
                    "0.fully_connected + 1.sigmoid", true, 2 * Batch * 20 * 30,
                    4 * ((Batch * 20) + (2 * Batch * 30) + (20 * 30) + 30), 3, time),
            ],
            workspace.Profiler.Operations);

        string[] lines = workspace.Profiler.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 6 + 1, lines.Length);
        Assert.Equal("0.fully_connected + 1.sigmoid  forward        0.010        4.1       1.00      9.6     4.1   17 %", lines[1]);
        Assert.StartsWith("total", lines[^1], StringComparison.Ordinal);
    }

    /// <summary>Sequences of 3, 0 and 2 tokens have 13 pairs of tokens, or 9 if a token reads only earlier ones and itself.</summary>
    [Theory]
    [InlineData(false, 13)]
    [InlineData(true, 9)]
    public void The_products_of_attention_are_counted(bool causal, int pairs)
    {
        var network = new NeuralNetwork<float>(4, [new SelfAttention<float>(2, causal)]);
        Workspace<float> workspace = network.CreateTrainingWorkspace(5);
        workspace.Profiler = new PassProfiler(new SteadyClock());
        var input = new TensorBuffer<float>(5, 4);
        network.Forward(input.View, new([0, 3, 3, 5]), workspace);
        network.Backward(input.View, workspace.GradOutput, workspace);
        (string, long)[] expected =
        [
            ("0.in_proj.fully_connected", 2 * 5 * 4 * 12), ("0.heads.attention_heads", 4 * 4 * pairs),
            ("0.out_proj.fully_connected", 2 * 5 * 4 * 4), ("0.out_proj.fully_connected", 4 * 5 * 4 * 4),
            ("0.heads.attention_heads", 10 * 4 * pairs), ("0.in_proj.fully_connected", 2 * 5 * 4 * 12),
        ];
        Assert.Equal(expected, workspace.Profiler.Operations.Select(operation => (operation.Name, operation.Flops)));
    }

    [Fact]
    public void Another_batch_size_begins_anew_and_reset_forgets()
    {
        Workspace<float> workspace = Network.CreateInferenceWorkspace(8);
        var profiler = new PassProfiler(new SteadyClock());
        workspace.Profiler = profiler;
        var input = new TensorBuffer<float>(8, 20);
        Network.Predict(input.View, workspace);
        Network.Predict(input.View.SliceRows(0, 4), workspace);
        Network.Predict(input.View.SliceRows(0, 4), workspace);
        Assert.Equal([2L, 2L, 2L], profiler.Operations.Select(operation => operation.Passes));
        profiler.Reset();
        Assert.Empty(profiler.Operations);
        Assert.Contains("total", profiler.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Even where arithmetic and bytes are the same, and where the other has fewer operations.</summary>
    [Fact]
    public void Another_network_begins_anew()
    {
        var profiler = new PassProfiler(new SteadyClock());
        foreach ((ILayer<float> layer, string[] names) in new (ILayer<float>, string[])[]
        {
            (new ReLU<float>(), ["0.fully_connected + 1.relu"]),
            (new Tanh<float>(), ["0.fully_connected + 1.tanh"]),
            (new Softmax<float>(), ["0.fully_connected", "1.softmax"]),
            (new Softplus<float>(), ["0.fully_connected + 1.softplus"]),
        })
        {
            var network = new NeuralNetwork<float>(4, [new FullyConnectedLayer<float>(2), layer]);
            Workspace<float> workspace = network.CreateInferenceWorkspace(1);
            workspace.Profiler = profiler;
            network.Predict(new float[1, 4], workspace);
            Assert.Equal(names, profiler.Operations.Select(operation => operation.Name));
            Assert.All(profiler.Operations, operation => Assert.Equal(1, operation.Passes));
        }
    }

    [Fact]
    public void Operations_that_do_not_run_are_not_listed()
    {
        var network = new NeuralNetwork<float>(4, [new Dropout<float>(0.5), new FullyConnectedLayer<float>(2)]);
        Workspace<float> workspace = network.CreateTrainingWorkspace(1);
        workspace.Profiler = new PassProfiler();
        var input = new TensorBuffer<float>(1, 4);
        network.Forward(input.View, workspace);
        network.Backward(input.View, workspace.GradOutput, workspace);
        Assert.Equal(
            ["0.dropout", "1.fully_connected", "1.fully_connected"], workspace.Profiler.Operations.Select(operation => operation.Name));
        Assert.Equal(5, workspace.Profiler.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
    }

    /// <summary>
    /// The first layer's input gradient is not wanted and the other term's lies in that of the sum: there is nothing to move.
    /// </summary>
    [Fact]
    public void An_operation_that_moves_nothing_is_listed()
    {
        var network = new NeuralNetwork<float>(4, [new Residual<float>(new FullyConnectedLayer<float>(4)), new LayerNorm<float>()]);
        Workspace<float> workspace = network.CreateTrainingWorkspace(1);
        workspace.Profiler = new PassProfiler();
        var input = new TensorBuffer<float>(1, 4);
        network.Forward(input.View, workspace);
        network.Backward(input.View, workspace.GradOutput, workspace);
        ProfiledOperation sum = Assert.Single(workspace.Profiler.Operations, operation => operation.IsBackward && operation.Bytes == 0);
        Assert.Equal("0.add", sum.Name);
        Assert.Contains("0.add", workspace.Profiler.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A microsecond passes with every look.</summary>
    private sealed class SteadyClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => now++;
    }
}
