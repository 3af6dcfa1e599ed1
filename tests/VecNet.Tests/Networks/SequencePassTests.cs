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
            ref double parameter = ref network.ParametersOf(0)[0].AsSpan()[i];
            double before = parameter;
            parameter = before + Step;
            double up = Sum(network.Predict(input.View, new(Offsets), workspace));
            parameter = before - Step;
            double down = Sum(network.Predict(input.View, new(Offsets), workspace));
            parameter = before;
            Assert.Equal((up - down) / (2 * Step), gradient[i], 1e-6);
        }

        // A sequence without rows has the output of an empty sum, whatever it is batched with.
        ReadOnlyTensorView<double> alone = network.Predict(new TensorBuffer<double>(0, 3).View, new([0, 0]), network.CreateInferenceWorkspace(0, sequences: 1));
        Assert.Equal(network.Predict(input.View, new(Offsets), workspace)[1, 0], alone[0, 0]);
    }

    [Fact]
    public void A_pass_without_the_sequences_that_a_layer_reads_is_refused()
    {
        var network = new NeuralNetwork<double>(3, [new Tanh<double>(), new SumOfTokens()]);
        Workspace<double> workspace = network.CreateTrainingWorkspace(5, sequences: 2);
        var input = new TensorBuffer<double>(5, 3);
        Assert.Contains("'1.sum_of_tokens' reads sequences", Assert.Throws<ArgumentException>("sequences", () => network.Predict(input.View, workspace)).Message, StringComparison.Ordinal);
        Assert.Contains("room for 2", Assert.Throws<ArgumentException>("sequences", () => network.Forward(input.View, new(Offsets), workspace)).Message, StringComparison.Ordinal);
        Assert.Contains("4 rows", Assert.Throws<ArgumentException>("sequences", () => network.Forward(input.View, new([0, 4]), workspace)).Message, StringComparison.Ordinal);
        Assert.Contains("Token", Assert.Throws<ArgumentException>(() => new NeuralNetwork<double>(3, [new Residual<double>(new SumOfTokens())])).Message, StringComparison.Ordinal);
        var rowByRow = new NeuralNetwork<double>(3, [new Tanh<double>()]);
        Assert.Equal(5, rowByRow.Predict(input.View, new(Offsets), rowByRow.CreateInferenceWorkspace(5)).Rows);
    }

    [Theory]
    [InlineData(new int[0], "begin with 0")]
    [InlineData(new[] { 1, 2 }, "begin with 0")]
    [InlineData(new[] { 0, 3, 2 }, "offset 2 is 2")]
    public void Offsets_that_are_none_are_refused(int[] offsets, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(nameof(offsets), () => _ = new SequenceOffsets(offsets).Count).Message, StringComparison.Ordinal);

    [Fact]
    public void Offsets_tell_rows_and_lengths()
    {
        var offsets = new SequenceOffsets(Offsets);
        Assert.Equal((3, 5, 3, 2..2), (offsets.Count, offsets.Rows, offsets.LengthOf(2), offsets[1]));
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
        Assert.Contains("per thread", Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(1).AddSaved(1, Extent.PerThread)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(1).AddScratch(1, (Extent)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(1).OutputRows = (RowKind)9);
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
                foreach (int row in Enumerable.Range(pass.Sequences[sequence].Start.Value, pass.Sequences.LengthOf(sequence)))
                {
                    Elementwise.Add(pass.Output.SliceRows(sequence, 1), pass.Input.SliceRows(row, 1), pass.Output.SliceRows(sequence, 1));
                }
            }
        }

        public void Backward(in BackwardPass<double> pass)
        {
            for (int sequence = 0; sequence < pass.Sequences.Count && pass.WantsGradInput; sequence++)
            {
                foreach (int row in Enumerable.Range(pass.Sequences[sequence].Start.Value, pass.Sequences.LengthOf(sequence)))
                {
                    pass.GradOutput.SliceRows(sequence, 1).CopyTo(pass.GradInput.SliceRows(row, 1));
                }
            }
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
