namespace VecNet.Tests;

/// <summary>Layers whose rows are tokens or sequences, and the room that they ask for.</summary>
public sealed class SequencePassTests
{
    private static readonly int[] Offsets = [0, 2, 2, 5];

    [Fact]
    public void A_layer_may_turn_tokens_into_sequences_forward_and_backward()
    {
        var network = new NeuralNetwork<double>(3, [new ScaleAndShift(), new SumOfTokens(), new FullyConnectedLayer<double>(2)], seed: 3);
        var input = new TensorBuffer<double>(5, 3);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        Workspace<double> workspace = network.CreateTrainingWorkspace(8, inputGradient: true, sequences: 4);
        workspace.Poison(double.NaN);
        ReadOnlyTensorView<double> output = network.Forward(input.View, new(Offsets), workspace);
        Assert.Equal((3, 2), (output.Rows, output.Columns));
        Assert.Equal((3, 2), (workspace.GradOutput.Rows, workspace.GradOutput.Columns));
        workspace.GradOutput.Fill(1);
        network.Backward(input.View, workspace.GradOutput, workspace);
        Assert.Equal((5, 3), (workspace.GradInput.Rows, workspace.GradInput.Columns));
        double[] gradient = network.Gradients.ToArray();
        const double Step = 1e-6;
        for (int i = 0; i < 3; i++)
        {
            ref double parameter = ref network.GetParameters(0)[0].AsSpan()[i];
            double before = parameter;
            parameter = before + Step;
            double up = Sum(network.Predict(input.View, new(Offsets), workspace));
            parameter = before - Step;
            double down = Sum(network.Predict(input.View, new(Offsets), workspace));
            parameter = before;
            Assert.Equal((up - down) / (2 * Step), gradient[i], 1e-6);
        }

        // A sequence without rows has the output of an empty sum, whatever it is batched with.
        ReadOnlyTensorView<double> alone = network.Predict(
            new TensorBuffer<double>(0, 3).View, new([0, 0]), network.CreateInferenceWorkspace(0, sequences: 1));
        Assert.Equal(network.Predict(input.View, new(Offsets), workspace)[1, 0], alone[0, 0]);
    }

    /// <summary>The check of a user's layer is told where sequences begin, as its passes are.</summary>
    [Fact]
    public void A_layer_of_sequences_can_be_checked()
    {
        var input = new TensorBuffer<double>(5, 3);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        GradientAssert.Proves(GradientCheck.Layer(new SumOfTokens(), input.View, sequences: new(Offsets)));
        Assert.Throws<ArgumentException>("sequences", () => GradientCheck.Layer(new SumOfTokens(), input.View));
        Assert.Throws<ArgumentException>("sequences", () => GradientCheck.Layer(new SumOfTokens(), input.View, sequences: new([0, 4])));
        var network = new NeuralNetwork<double>(3, [new ScaleAndShift(), new SumOfTokens()], seed: 3);
        double[,] values = { { 1, 2, 3 }, { -1, 0, 1 }, { 0.5, 0.25, 4 } };
        GradientAssert.Proves(GradientCheck.Network(
            network,
            input.View,
            (p, g) => new MeanSquaredError<double>().ForwardBackward(p, values, g),
            sequences: new(Offsets)));
    }

    [Fact]
    public void A_pass_without_the_sequences_that_a_layer_reads_is_refused()
    {
        var network = new NeuralNetwork<double>(3, [new Tanh<double>(), new SumOfTokens()]);
        Workspace<double> workspace = network.CreateTrainingWorkspace(5, sequences: 2);
        var input = new TensorBuffer<double>(5, 3);
        Assert.Contains(
            "'1.sum_of_tokens' reads sequences",
            Assert.Throws<ArgumentException>("sequences", () => network.Predict(input.View, workspace)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "room for 2",
            Assert.Throws<ArgumentException>("sequences", () => network.Forward(input.View, new(Offsets), workspace)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "4 rows",
            Assert.Throws<ArgumentException>("sequences", () => network.Forward(input.View, new([0, 4]), workspace)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Token",
            Assert.Throws<ArgumentException>(() => new NeuralNetwork<double>(3, [new Residual<double>(new SumOfTokens())])).Message,
            StringComparison.Ordinal);
        var rowByRow = new NeuralNetwork<double>(3, [new Tanh<double>()]);
        Assert.Equal(5, rowByRow.Predict(input.View, new(Offsets), rowByRow.CreateInferenceWorkspace(5)).Rows);
    }

    [Theory]
    [InlineData(new int[0], "begin with 0")]
    [InlineData(new[] { 1, 2 }, "begin with 0")]
    [InlineData(new[] { 0, 3, 2 }, "offset 2 is 2")]
    public void Offsets_that_are_none_are_refused(int[] offsets, string part) =>
        Assert.Contains(
            part,
            Assert.Throws<ArgumentException>(nameof(offsets), () => _ = new SequenceOffsets(offsets).Count).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Offsets_tell_rows_and_lengths()
    {
        var offsets = new SequenceOffsets(Offsets);
        Assert.Equal((3, 5, 3, 2..2), (offsets.Count, offsets.Rows, offsets.GetLength(2), offsets[1]));
        Assert.False(default(SequenceOffsets).HasValue);
        Assert.Equal((0, 0), (default(SequenceOffsets).Count, default(SequenceOffsets).Rows));
    }

    [Fact]
    public void A_layer_gets_the_room_that_it_asked_for()
    {
        var layer = new Roomy();
        var network = new NeuralNetwork<double>(3, [layer]);
        Workspace<double> workspace = network.CreateTrainingWorkspace(7, sequences: 4);
        workspace.Threads = 3;
        var input = new TensorBuffer<double>(5, 3);
        network.Forward(input.View, new(Offsets), workspace);
        network.Backward(input.View, workspace.GradOutput, workspace);
        Assert.Equal(["forward 5×2 3×4 1×6 5×1 3×2 3×5 1×8", "backward 5×2 3×4 1×6 5×1 3×2 3×5 1×8"], layer.Seen);
        Assert.Contains(
            "per thread",
            Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(1).AddSaved(1, Extent.PerThread)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(1).AddScratch(1, (Extent)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(1).OutputRows = (RowKind)9);
    }

    /// <summary>
    /// Branches that pool, a residual connection and fused layers of sequences, some of which are empty, in a workspace with room to spare.
    /// </summary>
    [Fact]
    public void Layers_inside_others_go_on_with_sequences()
    {
        const WeightInitialization Xavier = WeightInitialization.XavierNormal;
        var network = new NeuralNetwork<double>(
            3,
            [
                new FullyConnectedLayer<double>(4, Xavier), new Tanh<double>(),
                new Parallel<double>(new SumOfTokens(), new Sequential<double>(new ScaleAndShift(), new SumOfTokens())),
                new Residual<double>(
                    new FullyConnectedLayer<double>(5, Xavier), new Sigmoid<double>(), new FullyConnectedLayer<double>(8, Xavier)),
                new FullyConnectedLayer<double>(2, Xavier),
            ],
            seed: 3);
        var input = new TensorBuffer<double>(5, 3);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        int[] offsets = [0, 0, 2, 2, 5, 5];
        Workspace<double> workspace = network.CreateTrainingWorkspace(9, inputGradient: true, sequences: 7);
        workspace.Poison(double.NaN);
        Assert.Equal(5, network.Forward(input.View, new(offsets), workspace).Rows);
        workspace.GradOutput.Fill(1);
        network.Backward(input.View, workspace.GradOutput, workspace);
        double[] gradient = [.. network.Gradients, .. workspace.GradInput.AsSpan()];
        Workspace<double> inference = network.CreateInferenceWorkspace(5, sequences: 5);
        const double Step = 1e-6;
        foreach (Slot slot in network.ParameterSlots)
        {
            for (int i = slot.Offset; i < slot.Offset + slot.Length; i++)
            {
                Assert.Equal(Difference(ref network.Parameters[i]), gradient[i], 1e-6);
            }
        }

        for (int i = 0; i < input.Length; i++)
        {
            Assert.Equal(Difference(ref input.Span[i]), gradient[network.Parameters.Length + i], 1e-6);
        }

        double Difference(ref double x)
        {
            double before = x;
            x = before + Step;
            double up = Sum(network.Predict(input.View, new(offsets), inference));
            x = before - Step;
            double down = Sum(network.Predict(input.View, new(offsets), inference));
            x = before;
            return (up - down) / (2 * Step);
        }
    }

    [Fact]
    public void A_workspace_has_no_sequence_before_its_first_pass()
    {
        Workspace<double> workspace = new NeuralNetwork<double>(3, [new SumOfTokens()]).CreateTrainingWorkspace(5);
        Assert.Equal((0, 3), (workspace.GradOutput.Rows, workspace.GradOutput.Columns));
    }

    [Fact]
    public void Room_that_no_memory_has_is_refused()
    {
        Assert.All(Enum.GetValues<Extent>(), extent => Assert.Contains(
            "A workspace holds at most",
            Assert.Throws<ArgumentException>(
                "capacity", () => new NeuralNetwork<double>(3, [new Scratchy(int.MaxValue, extent)]).CreateInferenceWorkspace(1)).Message,
            StringComparison.Ordinal));
        Workspace<double> workspace = new NeuralNetwork<double>(3, [new Scratchy(1 << 20, Extent.PerThread)]).CreateInferenceWorkspace(1);
        Assert.Throws<ArgumentOutOfRangeException>("value", () => workspace.Threads = int.MaxValue);
        Assert.Equal(1, workspace.Threads);
    }

    /// <summary>Each pass finds the room of its own number of threads, whatever another had.</summary>
    [Fact]
    public void Threads_may_change_between_forward_and_backward()
    {
        var network = new NeuralNetwork<double>(3, [new FullyConnectedLayer<double>(3), new Scratchy(5, Extent.PerThread)]);
        Workspace<double> workspace = network.CreateTrainingWorkspace(2);
        var input = new TensorBuffer<double>(2, 3);
        workspace.Threads = 4;
        network.Forward(input.View, workspace);
        workspace.Threads = 1;
        network.Backward(input.View, workspace.GradOutput, workspace);
        workspace.Threads = 7;
        network.Backward(input.View, workspace.GradOutput, workspace);
    }

    private static double Sum(ReadOnlyTensorView<double> view)
    {
        double sum = 0;
        foreach (double value in view.AsSpan())
        {
            sum += value;
        }

        return sum;
    }

    private sealed class SumOfTokens : ILayer<double>
    {
        public string Name => "sum_of_tokens";

        public void Configure(LayerDeclaration declaration) => declaration.OutputRows = RowKind.Sequence;

        public void Forward(in ForwardPass<double> pass)
        {
            pass.Output.Clear();
            for (int sequence = 0; sequence < pass.Sequences.Count; sequence++)
            {
                foreach (int row in Enumerable.Range(pass.Sequences[sequence].Start.Value, pass.Sequences.GetLength(sequence)))
                {
                    Elementwise.Add(pass.Output.SliceRows(sequence, 1), pass.Input.SliceRows(row, 1), pass.Output.SliceRows(sequence, 1));
                }
            }
        }

        public void Backward(in BackwardPass<double> pass)
        {
            for (int sequence = 0; sequence < pass.Sequences.Count && pass.WantsGradInput; sequence++)
            {
                foreach (int row in Enumerable.Range(pass.Sequences[sequence].Start.Value, pass.Sequences.GetLength(sequence)))
                {
                    pass.GradOutput.SliceRows(sequence, 1).CopyTo(pass.GradInput.SliceRows(row, 1));
                }
            }
        }
    }

    /// <summary>Works in room of one extent.</summary>
    private sealed class Scratchy(int columns, Extent extent) : ILayer<double>
    {
        public string Name => "scratchy";

        public void Configure(LayerDeclaration declaration) => declaration.AddScratch(columns, extent);

        public void Forward(in ForwardPass<double> pass)
        {
            Assert.Equal(pass.Threads, pass.Scratch(0).Rows);
            pass.Scratch(0).Fill(double.NaN);
            pass.Input.CopyTo(pass.Output);
        }

        public void Backward(in BackwardPass<double> pass)
        {
            Assert.Equal(pass.Threads, pass.Scratch(0).Rows);
            pass.Scratch(0).Fill(double.NaN);
            pass.GradOutput.CopyTo(pass.GradInput);
        }
    }

    /// <summary>Asks for room of every extent, and notes what it gets.</summary>
    private sealed class Roomy : ILayer<double>
    {
        public string Name => "roomy";

        public List<string> Seen { get; } = [];

        public void Configure(LayerDeclaration declaration)
        {
            declaration.AddSaved(2);
            declaration.AddSaved(4, Extent.PerSequence);
            declaration.AddSaved(6, Extent.Fixed);
            declaration.AddScratch(1);
            declaration.AddScratch(2, Extent.PerThread);
            declaration.AddScratch(5, Extent.PerThread);
            declaration.AddScratch(8, Extent.Fixed);
            declaration.AddParameter("p", 1, 1);
        }

        public void Forward(in ForwardPass<double> pass)
        {
            var seen = new List<string>();
            for (int i = 0; i < 7; i++)
            {
                TensorView<double> room = i < 3 ? pass.Saved(i) : pass.Scratch(i - 3);
                room.Fill(i);
                seen.Add($"{room.Rows}×{room.Columns}");
            }

            for (int i = 0; i < 7; i++)
            {
                Assert.All((i < 3 ? pass.Saved(i) : pass.Scratch(i - 3)).AsSpan().ToArray(), value => Assert.Equal(i, value));
            }

            Seen.Add($"forward {string.Join(' ', seen)}");
            pass.Output.Clear();
        }

        public void Backward(in BackwardPass<double> pass)
        {
            var seen = new List<string>();
            for (int i = 0; i < 7; i++)
            {
                ReadOnlyTensorView<double> room = i < 3 ? pass.Saved(i) : pass.Scratch(i - 3);
                seen.Add($"{room.Rows}×{room.Columns}");
                if (i < 3)
                {
                    Assert.All(room.AsSpan().ToArray(), value => Assert.Equal(i, value));
                }
            }

            Seen.Add($"backward {string.Join(' ', seen)}");
            pass.Gradient(0).Clear();
        }
    }
}
