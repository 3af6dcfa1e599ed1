namespace VecNet.Tests;

/// <summary>Layers with strides or without padding, whose output has fewer rows than their input, inside networks.</summary>
public sealed class StridedLayerTests
{
    private static readonly int[] Offsets = [0, 7, 7, 8, 21, 25];

    /// <summary>Layers of every kind after the rows have become fewer: row by row, over sequences, by sequence, and branches.</summary>
    private static NeuralNetwork<double> Everything => new(
        3,
        [
            new FullyConnectedLayer<double>(4), new Tanh<double>(),
            new Conv1d<double>(6, 3, dilation: 2, groups: 2, stride: 2), new FullyConnectedLayer<double>(4), new Tanh<double>(),
            new Parallel<double>(new Pool1d<double>(2, PoolingMode.Mean, stride: 2), new Conv1d<double>(2, 3, stride: 2)),
            new Residual<double>(new SelfAttention<double>(2, causal: true)), new Gru<double>(3, bidirectional: true),
            new Conv1d<double>(4, 2, Conv1dPadding.Valid), new SequencePooling<double>(PoolingMode.Mean),
            new FullyConnectedLayer<double>(2),
        ],
        seed: 3);

    [Fact]
    public void Gradients_of_a_network_with_strides_are_right() => GradientAssert.Proves(GradientCheck.Network(
        Everything,
        Numbers(25, 3).View,
        (p, g) => new MeanSquaredError<double>().ForwardBackward(p, Numbers(5, 2).View, g),
        sequences: new(Offsets)));

    [Theory]
    [InlineData(Conv1dPadding.Same)]
    [InlineData(Conv1dPadding.Causal)]
    [InlineData(Conv1dPadding.Valid)]
    public void Gradients_of_a_layer_are_right(Conv1dPadding padding)
    {
        TensorBuffer<double> input = Numbers(25, 4);
        foreach (ILayer<double> layer in (ILayer<double>[])[
            new Conv1d<double>(2, 3, padding, dilation: 2, groups: 2, stride: 3),
            new Pool1d<double>(3, PoolingMode.Mean, padding, dilation: 2, stride: 2)])
        {
            GradientAssert.Proves(GradientCheck.Layer(layer, input.View, sequences: new(Offsets)));
        }
    }

    /// <summary>The network is the functions one after another, on the offsets that each of them gives.</summary>
    [Fact]
    public void A_network_computes_what_the_functions_compute()
    {
        var network = new NeuralNetwork<double>(
            3,
            [
                new Conv1d<double>(4, 3, Conv1dPadding.Causal, stride: 2), new Tanh<double>(),
                new Pool1d<double>(2, PoolingMode.Max, Conv1dPadding.Valid, stride: 3),
            ],
            seed: 3);
        TensorBuffer<double> x = Numbers(25, 3);
        Workspace<double> workspace = network.CreateInferenceWorkspace(40, sequences: 8);
        Conv1dOptions first = new() { KernelSize = 3, Padding = Conv1dPadding.Causal, Stride = 2 };
        Conv1dOptions second = new() { KernelSize = 2, Padding = Conv1dPadding.Valid, Stride = 3 };
        int[] between = new int[Offsets.Length], after = new int[Offsets.Length];
        Conv1d.GetOutputOffsets(new(Offsets), between, first);
        Conv1d.GetOutputOffsets(new(between), after, second);
        TensorBuffer<double> y = new(between[^1], 4), z = new(after[^1], 4);
        SlotViews<double> parameters = network.GetParameters(0);
        Conv1d.Forward(x.View, new(Offsets), parameters[0], parameters[1], y.View, first);
        new Tanh<double>().Forward(y.View, y.View);
        Pool1d.Forward(y.View, new(between), z.View, second, PoolingMode.Max);
        ReadOnlyTensorView<double> output = network.Predict(x.View, new(Offsets), workspace);
        Assert.Equal([0, 1, 1, 1, 3, 4], after);
        Assert.Equal(after, workspace.OutputSequences.AsSpan().ToArray());
        Bits.AssertSame<double>(z.Span, output.AsSpan(), "output");

        // What a pass leaves behind does not count in the next one, which has other sequences.
        Assert.Equal(0, network.Predict(x.View.SliceRows(0, 2), new([0, 1, 2]), workspace).Rows);
        Assert.Equal([0, 0, 0], workspace.OutputSequences.AsSpan().ToArray());
    }

    [Fact]
    public void A_sequence_has_the_same_bits_alone()
    {
        NeuralNetwork<double> network = Everything;
        TensorBuffer<double> input = Numbers(25, 3);
        Workspace<double> workspace = network.CreateInferenceWorkspace(25), alone = network.CreateInferenceWorkspace(25);
        ReadOnlyTensorView<double> output = network.Predict(input.View, new(Offsets), workspace);
        Assert.Equal(5, output.Rows);
        Assert.False(workspace.OutputSequences.HasValue);
        for (int i = 0; i < output.Rows; i++)
        {
            int length = Offsets[i + 1] - Offsets[i];
            ReadOnlyTensorView<double> own = network.Predict(input.View.SliceRows(Offsets[i], length), new([0, length]), alone);
            Bits.AssertSame<double>(own.Row(0), output.Row(i), $"sequence {i}");
        }
    }

    /// <summary>Room is for as many sequences of one row as there may be, whose rows do not become fewer.</summary>
    [Fact]
    public void The_memory_is_enough_for_sequences_of_any_lengths_and_no_more()
    {
        var network = new NeuralNetwork<double>(1, [new Conv1d<double>(64, 1, stride: 4), new Tanh<double>()]);
        var random = new SplitMix64(2);
        for (int trial = 0; trial < 50; trial++)
        {
            int[] offsets = new int[1 + (int)(random.NextDouble() * 9)];
            for (int i = 1; i < offsets.Length; i++)
            {
                offsets[i] = offsets[i - 1] + (int)(random.NextDouble() * 6);
            }

            Workspace<double> workspace = network.CreateTrainingWorkspace(offsets[^1], sequences: offsets.Length - 1);
            network.Forward(Numbers(offsets[^1], 1).View, new(offsets), workspace);
            network.Backward(Numbers(offsets[^1], 1).View, workspace.GradOutput, workspace);
        }

        long few = network.CreateInferenceWorkspace(4000, sequences: 1).Bytes, many = network.CreateInferenceWorkspace(4000).Bytes;
        Assert.InRange((double)few / many, 0.25, 0.26);
        Assert.InRange(network.CreateInferenceWorkspace(4000).Bytes, 4000 * 64 * 8, 2 * 4001 * 64 * 8);
    }

    /// <summary>Two strides of two make what a stride of four makes; strides of two and three cannot be told to fit.</summary>
    [Fact]
    public void Branches_meet_where_they_have_shortened_the_sequences_alike()
    {
        Conv1d<double> two = new(2, 3, stride: 2), three = new(2, 1, stride: 3);
        var network = new NeuralNetwork<double>(
            3, [new Parallel<double>(new Sequential<double>(two, two), new Pool1d<double>(5, PoolingMode.Max, stride: 4))], seed: 1);
        Assert.Equal(
            [0, 2, 2, 3, 7, 8], Outputs(network.Predict(Numbers(25, 3).View, new(Offsets), network.CreateInferenceWorkspace(25))));
        const Conv1dPadding Valid = Conv1dPadding.Valid;
        _ = new NeuralNetwork<double>(
            3,
            [
                new Parallel<double>(
                    new Conv1d<double>(2, 3, Valid, dilation: 2),
                    new Sequential<double>(new Conv1d<double>(2, 2, Valid), new Pool1d<double>(4, PoolingMode.Max, Valid))),
            ]);
        foreach (ILayer<double> refused in (ILayer<double>[])[
            new Parallel<double>(two, three), new Residual<double>(new Conv1d<double>(3, 3, stride: 2))])
        {
            Assert.Contains(
                "changed the number of rows",
                Assert.Throws<ArgumentException>(() => new NeuralNetwork<double>(3, [refused])).Message,
                StringComparison.Ordinal);
        }

        // Pooled, they are sequences and can meet again.
        var pooling = new SequencePooling<double>(PoolingMode.Sum);
        _ = new NeuralNetwork<double>(
            3, [new Parallel<double>(new Sequential<double>(two, pooling), new Sequential<double>(three, pooling))]);

        int[] Outputs(ReadOnlyTensorView<double> output)
        {
            Workspace<double> workspace = network.CreateInferenceWorkspace(25);
            network.Predict(Numbers(25, 3).View, new(Offsets), workspace);
            Assert.Equal(output.Rows, workspace.OutputSequences.Rows);
            return workspace.OutputSequences.AsSpan().ToArray();
        }
    }

    [Fact]
    public void Lengths_after_layers_are_those_of_one_layer()
    {
        var random = new SplitMix64(4);
        int Draw(int from, int below) => from + (int)(random.NextDouble() * (below - from));
        for (int trial = 0; trial < 2000; trial++)
        {
            Conv1dOptions[] layers = [.. Enumerable.Range(0, Draw(1, 5)).Select(_ => new Conv1dOptions
            {
                KernelSize = Draw(1, 4), Stride = Draw(1, 4), Dilation = Draw(1, 3), Padding = (Conv1dPadding)Draw(0, 3),
            })];
            TokenLengths lengths = layers.Aggregate(new TokenLengths(0, 1), (before, layer) => before.Then(layer));
            int rows = Draw(0, 60);
            Assert.Equal(layers.Aggregate(rows, (length, layer) => layer.GetOutputLength(length)), lengths.Of(rows));
        }

        var far = new Conv1dOptions { KernelSize = 1, Stride = 1 << 29 };
        var wide = new Conv1dOptions { KernelSize = 1 << 29, Padding = Conv1dPadding.Valid };
        TokenLengths farther = new TokenLengths(0, 1).Then(far).Then(far);
        Assert.Equal((int.MaxValue, 1, 0), (farther.Stride, farther.Of(int.MaxValue), farther.Of(0)));
        Assert.Equal(0, farther.Then(wide).Of(int.MaxValue));
        Assert.Equal((7, 10), (farther.Most(7, 9), farther.Most(1 << 30, 10)));
    }

    [Fact]
    public void A_training_has_targets_for_sequences_only()
    {
        var network = new NeuralNetwork<double>(3, [new Conv1d<double>(2, 3, stride: 2)]);
        int[] offsets = [0, 2, 6];
        var byRow = new Dataset<double>(Numbers(6, 3), new(offsets), [0, 1, 0, 1, 1, 0]);
        var bySequence = new Dataset<double>(Numbers(6, 3), new(offsets), [0, 1]);
        foreach (Dataset<double> data in (Dataset<double>[])[byRow, bySequence])
        {
            Assert.Contains(
                "a pooling layer",
                Assert.Throws<ArgumentException>(() => Train(network, data, 1)).Message,
                StringComparison.Ordinal);
        }

        var pooled = new NeuralNetwork<double>(
            3,
            [
                new Conv1d<double>(8, 3, stride: 2), new Tanh<double>(), new SequencePooling<double>(PoolingMode.Mean),
                new FullyConnectedLayer<double>(2),
            ]);
        Assert.Equal(1, Train(pooled, bySequence, 200).Accuracy);
        Assert.Throws<ArgumentException>(() => Train(pooled, byRow, 1));

        static Evaluation Train(NeuralNetwork<double> network, Dataset<double> data, int epochs)
        {
            var trainer = new Trainer<double>(
                network, new Adam<double>(0.05), new SoftmaxCrossEntropy<double>(), new() { Epochs = epochs });
            trainer.Train(data);
            return trainer.Evaluate(data);
        }
    }

    [Fact]
    public void A_warm_pass_allocates_nothing()
    {
        NeuralNetwork<double> network = Everything;
        TensorBuffer<double> input = Numbers(25, 3);
        Workspace<double> workspace = network.CreateTrainingWorkspace(25);
        Assert.Equal(0, Allocations.PerCall(() =>
        {
            network.Forward(input.View, new(Offsets), workspace);
            network.Backward(input.View, workspace.GradOutput, workspace);
        }));
    }

    /// <summary>A file from before there were strides has stride 1.</summary>
    [Fact]
    public void Strides_survive_a_file()
    {
        using var directory = new TemporaryDirectory();
        var network = new NeuralNetwork<float>(
            3, [new Conv1d<float>(4, 3, Conv1dPadding.Valid, stride: 2), new Pool1d<float>(2, PoolingMode.Max, stride: 3)], seed: 2);
        new Model<float>(network).Save(directory.PathOf("m"));
        NeuralNetwork<float> again = Model.Load<float>(directory.PathOf("m")).Network;
        Assert.Equal([2, 3], Strides(again));
        TensorBuffer<float> input = new(25, 3);
        input.Span.Fill(0.5f);
        Bits.AssertSame<float>(
            network.Predict(input.View, new(Offsets), network.CreateInferenceWorkspace(25)).AsSpan(),
            again.Predict(input.View, new(Offsets), again.CreateInferenceWorkspace(25)).AsSpan(),
            "output");
        SafetensorsFile file = SafetensorsFile.Read(directory.PathOf("m"));
        string older = file.Metadata["vecnet"].Replace("\"stride\":2,", "", StringComparison.Ordinal)
            .Replace("\"stride\":3,", "", StringComparison.Ordinal);
        Assert.DoesNotContain("stride", older, StringComparison.Ordinal);
        new SafetensorsFile(file.Tensors, new Dictionary<string, string> { ["vecnet"] = older }).Write(directory.PathOf("older"));
        Assert.Equal([1, 1], Strides(Model.Load<float>(directory.PathOf("older")).Network));

        static int[] Strides(NeuralNetwork<float> network) =>
            [((Conv1d<float>)network.Nodes[0].Layer!).Stride, ((Pool1d<float>)network.Nodes[1].Layer!).Stride];
    }

    private static TensorBuffer<double> Numbers(int rows, int columns)
    {
        var numbers = new TensorBuffer<double>(rows, columns);
        Matrix<double, Ordinary>.Fill(numbers.View, 5);
        return numbers;
    }
}
