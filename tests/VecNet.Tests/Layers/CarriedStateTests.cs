namespace VecNet.Tests;

/// <summary>The states of recurrent layers inside networks: given ones, final ones, and those that are carried from pass to pass.</summary>
public sealed class CarriedStateTests
{
    private static readonly int[] Offsets = [0, 7, 8, 8, 13];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string file in (string[])["lstm", "gru", "rnn_tanh"])
            {
                foreach (GoldenCase @case in GoldenFile.Load($"sequences/{file}").Cases.Where(
                    @case => @case.Text("initial_state") == "given" && @case.Flag("has_bias")))
                {
                    data.Add(file, @case.Name);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Names => ["Lstm", "Gru", "Rnn"];

    /// <summary>With PyTorch's h0 and c0, the output and h_n and c_n are PyTorch's, and so are the gradients of the weights.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Given_states_give_what_PyTorch_gives(string file, string name)
    {
        GoldenCase @case = GoldenFile.Load($"sequences/{file}").Case(name);
        TensorBuffer<double> input = @case.Inputs["x"].ToBuffer<double>();
        int[] offsets = @case.Inputs["offsets"].Indices();
        (int hidden, int sequences) = (@case.WholeNumber("hidden"), offsets.Length - 1);
        int directions = @case.WholeNumber("layers") * (@case.Flag("bidirectional") ? 2 : 1);
        string[] states = file == "lstm" ? ["h", "c"] : ["h"];
        var network = new NeuralNetwork<double>(input.Columns, [RecurrentLayerTests.Make(@case, file)]);
        RecurrentLayerTests.SetParameters(network, @case);
        Workspace<double> workspace = network.CreateTrainingWorkspace(input.Rows, inputGradient: true, sequences: sequences + 2);
        workspace.CarriesStates = true;
        var given = new TensorBuffer<double>(sequences, directions * states.Length * hidden);
        ForEach((row, column, state, element) => given.View[row, column] = @case.Inputs[$"{state}0"].Data[element]);
        workspace.SetStates(given.View);
        @case.AssertOutput("y", network.Forward(input.View, new(offsets), workspace));
        ForEach((row, column, state, element) => Assert.True(
            GoldenCase.IsClose(@case.Outputs[$"{state}_n"].Data[element], workspace.States[row, column], @case.Tolerance)));
        if (@case.Upstream.Keys.SequenceEqual(["y"]))
        {
            network.Backward(input.View, @case.Upstream["y"].ToBuffer<double>().View, workspace);
            @case.AssertGradient<double>("x", workspace.GradInput);
            RecurrentLayerTests.AssertGradients(network, @case);
        }

        // PyTorch has directions × sequences × hidden.
        void ForEach(Action<int, int, string, int> visit)
        {
            for (int direction = 0; direction < directions; direction++)
            {
                for (int kind = 0; kind < states.Length; kind++)
                {
                    for (int i = 0; i < sequences * hidden; i++)
                    {
                        int column = (((direction * states.Length) + kind) * hidden) + (i % hidden);
                        visit(i / hidden, column, states[kind], (direction * sequences * hidden) + i);
                    }
                }
            }
        }
    }

    /// <summary>Also where a sequence has ended and others have not, and in training as in inference.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Pieces_of_sequences_have_the_bits_of_whole_ones(string name)
    {
        NeuralNetwork<float> network = Network(name);
        TensorBuffer<float> input = Input();
        float[] whole = network.Predict(input.View, new(Offsets), network.CreateInferenceWorkspace(13, 4)).ToArray();
        foreach (bool training in (bool[])[false, true])
        {
            Workspace<float> workspace =
                training ? network.CreateTrainingWorkspace(12, sequences: 4) : network.CreateInferenceWorkspace(12, 4);
            workspace.Poison(float.NaN);
            workspace.CarriesStates = true;
            float[] found = new float[whole.Length];
            for (int round = 0; round < 2; round++)
            {
                workspace.ClearStates();
                for (int first = 0; first < 7; first += 3)
                {
                    (TensorBuffer<float> piece, int[] offsets, List<int> rows) = Piece(input, first, 3);
                    ReadOnlyTensorView<float> output = training
                        ? network.Forward(piece.View, new(offsets), workspace)
                        : network.Predict(piece.View, new(offsets), workspace);
                    for (int i = 0; i < rows.Count; i++)
                    {
                        output.Row(i).CopyTo(found.AsSpan(rows[i] * output.Columns));
                    }
                }

                Assert.Equal(whole, found);
            }
        }
    }

    /// <summary>The states before a pass are constants: the gradient is that of the piece alone, by numerical differences.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_ends_at_the_beginning_of_the_pass(string name)
    {
        ILayer<double> layer = name switch { "Lstm" => new Lstm<double>(4, 2), "Gru" => new Gru<double>(4, 2), _ => new Rnn<double>(4, 2) };
        var network = new NeuralNetwork<double>(3, [layer, new FullyConnectedLayer<double>(2)], seed: 3);
        var input = new TensorBuffer<double>(4, 3);
        Matrix<double, Ordinary>.Fill(input.View, 5);
        var states = new TensorBuffer<double>(2, name == "Lstm" ? 16 : 8);
        Matrix<double, Ordinary>.Fill(states.View, 6);
        Workspace<double> workspace = network.CreateTrainingWorkspace(4, sequences: 2);
        workspace.CarriesStates = true;
        Loss();
        workspace.GradOutput.Fill(1);
        network.Backward(input.View, workspace.GradOutput, workspace);
        double[] gradients = network.Gradients.ToArray();
        for (int parameter = 0; parameter < gradients.Length; parameter++)
        {
            double value = network.Parameters[parameter];
            network.Parameters[parameter] = value + 1e-5;
            double above = Loss();
            network.Parameters[parameter] = value - 1e-5;
            double below = Loss();
            network.Parameters[parameter] = value;
            Assert.Equal((above - below) / 2e-5, gradients[parameter], 1e-8);
        }

        double Loss()
        {
            workspace.SetStates(states.View);
            return network.Forward(input.View, new([0, 3, 4]), workspace).ToArray().Sum();
        }
    }

    [Fact]
    public void Misuse_is_refused()
    {
        NeuralNetwork<float> network = Network("Gru");
        Workspace<float> workspace = network.CreateInferenceWorkspace(12, 4);
        Assert.Throws<InvalidOperationException>(() => _ = workspace.States.Rows);
        Assert.Throws<InvalidOperationException>(() => workspace.SetStates(new float[1, 10].AsView()));
        long bytes = workspace.Bytes;
        workspace.CarriesStates = true;
        Assert.InRange(workspace.Bytes, bytes + (2 * 4 * 10 * sizeof(float)), bytes + (2 * ((4 * 10) + 32) * sizeof(float)));
        Assert.Equal((0, 10), (workspace.States.Rows, workspace.States.Columns));
        Assert.Throws<ArgumentException>("values", () => workspace.SetStates(new float[1, 9].AsView()));
        Assert.Throws<ArgumentException>("values", () => workspace.SetStates(new float[5, 10].AsView()));
        workspace.SetStates(new float[2, 10].AsView());
        Assert.Contains(
            "states of 2 sequences, and the pass has 3",
            Assert.Throws<ArgumentException>("sequences", () => network.Predict(Input(3).View, new([0, 1, 2, 3]), workspace)).Message,
            StringComparison.Ordinal);
        workspace.ClearStates();
        network.Predict(Input(3).View, new([0, 1, 2, 3]), workspace);
        Assert.Equal(3, workspace.States.Rows);
        workspace.CarriesStates = true;
        Assert.Equal(3, workspace.States.Rows);
        workspace.CarriesStates = false;
        network.Predict(Input(2).View, new([0, 1, 2]), workspace);

        // The backward pass would read other states than the forward pass.
        Workspace<float> training = network.CreateTrainingWorkspace(12, sequences: 4);
        training.CarriesStates = true;
        network.Forward(Input(2).View, new([0, 1, 2]), training);
        training.CarriesStates = false;
        Assert.Throws<InvalidOperationException>(() => network.Backward(Input(2).View, training.GradOutput, training));
        var plain = new NeuralNetwork<float>(3, [new SelfAttention<float>(1)]);
        Assert.Throws<InvalidOperationException>(() => plain.CreateInferenceWorkspace(1).CarriesStates = true);
    }

    [Fact]
    public void Warm_passes_allocate_nothing()
    {
        NeuralNetwork<float> network = Network("Lstm");
        TensorBuffer<float> input = Input();
        Workspace<float> workspace = network.CreateTrainingWorkspace(13, sequences: 4);
        workspace.CarriesStates = true;
        Pass();
        Pass();
        Assert.Equal(0, Allocations.PerCall(Pass));

        void Pass()
        {
            network.Forward(input.View, new(Offsets), workspace);
            workspace.GradOutput.Fill(1);
            network.Backward(input.View, workspace.GradOutput, workspace);
        }
    }

    private static (TensorBuffer<float> Piece, int[] Offsets, List<int> Rows) Piece(TensorBuffer<float> input, int first, int length)
    {
        List<int> rows = [];
        int[] offsets = new int[Offsets.Length];
        for (int i = 0; i + 1 < Offsets.Length; i++)
        {
            for (int row = Offsets[i] + first; row < int.Min(Offsets[i] + first + length, Offsets[i + 1]); row++)
            {
                rows.Add(row);
            }

            offsets[i + 1] = rows.Count;
        }

        var piece = new TensorBuffer<float>(rows.Count, input.Columns);
        for (int i = 0; i < rows.Count; i++)
        {
            input.View.Row(rows[i]).CopyTo(piece.View.Row(i));
        }

        return (piece, offsets, rows);
    }

    private static TensorBuffer<float> Input(int rows = 13)
    {
        var input = new TensorBuffer<float>(rows, 3);
        Matrix<float, Ordinary>.Fill(input.View, 4);
        return input;
    }

    private static NeuralNetwork<float> Network(string name) => new(
        3,
        [
            name switch { "Lstm" => new Lstm<float>(5, 2), "Gru" => new Gru<float>(5, 2), _ => new Rnn<float>(5, 2) },
            new FullyConnectedLayer<float>(2),
        ],
        seed: 3);
}
