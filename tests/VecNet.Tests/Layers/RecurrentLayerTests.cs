namespace VecNet.Tests;

/// <summary>Recurrent layers inside networks.</summary>
public sealed class RecurrentLayerTests
{
    private static readonly int[] Offsets = [0, 4, 4, 5, 11];

    /// <summary>The cases whose states are zero at first.</summary>
    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string file in (string[])["lstm", "gru", "rnn_tanh"])
            {
                foreach (GoldenCase @case in GoldenFile.Load($"sequences/{file}").Cases.Where(
                    @case => @case.Text("initial_state") == "zero" && @case.Flag("has_bias") && @case.Upstream.Keys.SequenceEqual(["y"])))
                {
                    data.Add(file, @case.Name);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Names => ["Lstm", "Gru", "Rnn"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_network_gives_what_PyTorch_gives(string file, string name)
    {
        GoldenCase @case = GoldenFile.Load($"sequences/{file}").Case(name);
        TensorBuffer<double> input = @case.Inputs["x"].ToBuffer<double>();
        var network = new NeuralNetwork<double>(input.Columns, [Make(@case, file)]);
        SetParameters(network, @case);
        Workspace<double> workspace = network.CreateTrainingWorkspace(input.Rows, inputGradient: true, sequences: 10);
        workspace.Poison(double.NaN);
        int[] offsets = @case.Inputs["offsets"].Indices();
        @case.AssertOutput("y", network.Forward(input.View, new(offsets), workspace));
        network.Backward(input.View, @case.Upstream["y"].ToBuffer<double>().View, workspace);
        @case.AssertGradient<double>("x", workspace.GradInput);
        AssertGradients(network, @case);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Inference_and_training_on_any_number_of_threads_have_the_same_bits(string name)
    {
        var network = new NeuralNetwork<float>(5, [Layer<float>(name), new SequencePooling<float>(PoolingMode.Last)], seed: 3);
        var input = new TensorBuffer<float>(Offsets[^1], 5);
        Matrix<float, Ordinary>.Fill(input.View, 4);
        float[] expected = network.Predict(input.View, new(Offsets), network.CreateInferenceWorkspace(11, 4)).ToArray();
        float[]? gradients = null;
        foreach (int threads in (int[])[1, 2, 5])
        {
            Workspace<float> workspace = network.CreateTrainingWorkspace(13, sequences: 6);
            workspace.Threads = threads;
            workspace.Poison(float.NaN);
            Assert.Equal(expected, network.Forward(input.View, new(Offsets), workspace).ToArray());
            workspace.GradOutput.Fill(1);
            network.Backward(input.View, workspace.GradOutput, workspace);
            gradients ??= network.Gradients.ToArray();
            Assert.Equal(gradients, network.Gradients.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_start_from_a_uniform_distribution_of_PyTorchs_bounds(string name)
    {
        var network = new NeuralNetwork<double>(30, [Make(name, 25, 2, bidirectional: true)], seed: 6);
        Assert.Equal(
            name == "Lstm" ? 100 : name == "Gru" ? 75 : 25,
            network.GetParameters(network.Nodes[0])[1].Columns);
        double[] values = [.. network.Parameters.ToArray().Where(value => value != 0)];
        Assert.Equal(network.ParameterCount, values.Length);
        Assert.All(values, value => Assert.InRange(Math.Abs(value), 0, 0.2));
        Assert.InRange(values.Max(), 0.199, 0.2);
        Assert.InRange(values.Average(), -0.005, 0.005);
        Assert.InRange(values.Average(value => value * value), 0.0125, 0.0142); // 0.04 / 3
    }

    [Fact]
    public void Sizes_and_names()
    {
        var layer = new Gru<float>(7, 3, bidirectional: true);
        Assert.Equal((7, 3, true, "gru"), (layer.HiddenSize, layer.Layers, layer.IsBidirectional, layer.Name));
        var network = new NeuralNetwork<float>(4, [layer]);
        Assert.Equal(14, network.OutputSize);
        Assert.Equal(
            ["0.l0", "0.l0_reverse", "0.l1", "0.l1_reverse", "0.l2", "0.l2_reverse"],
            network.Nodes.Where(node => node.Kind == NodeKind.Layer).Select(node => node.Path));
        Assert.Throws<ArgumentOutOfRangeException>("hiddenSize", () => new Lstm<float>(0));
        Assert.Throws<ArgumentOutOfRangeException>("layers", () => new Rnn<float>(3, 0));
        Assert.Throws<ArgumentException>("sequences", () => network.Predict(new float[4], network.CreateInferenceWorkspace(1)));
    }

    /// <summary>The sign of the sum of the first feature over a sequence is learned from sequences of different lengths.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_learns_from_sequences(string name)
    {
        var random = new SplitMix64(5);
        var network = new NeuralNetwork<float>(
            2, [Layer<float>(name), new SequencePooling<float>(PoolingMode.Last), new FullyConnectedLayer<float>(2)], seed: 2);
        int[] offsets = [.. Enumerable.Range(0, 41).Select(i => (i * 4) + (i % 3))];
        offsets[0] = 0;
        var input = new TensorBuffer<float>(offsets[^1], 2);
        foreach (ref float value in input.Span)
        {
            value = (float)random.NextNormal();
        }

        int[] classes = new int[40];
        for (int s = 0; s < 40; s++)
        {
            float sum = 0;
            for (int row = offsets[s]; row < offsets[s + 1]; row++)
            {
                sum += input.View[row, 0];
            }

            classes[s] = sum > 0 ? 1 : 0;
        }

        Workspace<float> workspace = network.CreateTrainingWorkspace(input.Rows, sequences: 40);
        var optimizer = new Adam<float>(0.02);
        var loss = new SoftmaxCrossEntropy<float>();
        double last = 0;
        for (int step = 0; step < 150; step++)
        {
            ReadOnlyTensorView<float> output = network.Forward(input.View, new(offsets), workspace);
            last = loss.ForwardBackward(output, classes, workspace.GradOutput);
            network.Backward(input.View, workspace.GradOutput, workspace);
            network.Step(optimizer);
        }

        Assert.InRange(last, 0, 0.1);
    }

    /// <summary>The layer of a golden case.</summary>
    internal static RecurrentLayer<double> Make(GoldenCase @case, string file) => Make(
        file is "rnn_tanh" ? "Rnn" : file, @case.WholeNumber("hidden"), @case.WholeNumber("layers"), @case.Flag("bidirectional"));

    /// <summary>Sets the parameters of a network of one recurrent layer to those of a golden case.</summary>
    internal static void SetParameters(NeuralNetwork<double> network, GoldenCase @case)
    {
        foreach (NetworkNode<double> node in network.Nodes.Where(node => node.Kind == NodeKind.Layer))
        {
            SlotViews<double> parameters = network.GetParameters(node);
            for (int i = 0; i < parameters.Count; i++)
            {
                @case.Inputs[NameOf(node, parameters.GetName(i))].ToBuffer<double>().View.CopyTo(parameters[i]);
            }
        }
    }

    /// <summary>Compares the gradients of a network of one recurrent layer with those of a golden case.</summary>
    internal static void AssertGradients(NeuralNetwork<double> network, GoldenCase @case)
    {
        foreach (NetworkNode<double> node in network.Nodes.Where(node => node.Kind == NodeKind.Layer))
        {
            foreach (Slot slot in node.Parameters)
            {
                @case.AssertGradient(
                    NameOf(node, slot.Name),
                    new ReadOnlyTensorView<double>(network.Gradients.Slice(slot.Offset, slot.Length), slot.Rows, slot.Columns));
            }
        }
    }

    /// <summary>From 0.l1_reverse and weight_ih to W_ih_l1_reverse.</summary>
    private static string NameOf(NetworkNode<double> node, string parameter) =>
        parameter.Replace("weight", "W", StringComparison.Ordinal).Replace("bias", "b", StringComparison.Ordinal)
        + $"_{node.Path.Split('.')[1]}";

    private static ILayer<T> Layer<T>(string name)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => OperationCatalog<T>.Layers.Single(
            layer => layer.Name == name).Sample(5, 5);

    private static RecurrentLayer<double> Make(string name, int hidden, int layers, bool bidirectional) => name.ToUpperInvariant() switch
    {
        "LSTM" => new Lstm<double>(hidden, layers, bidirectional),
        "GRU" => new Gru<double>(hidden, layers, bidirectional),
        _ => new Rnn<double>(hidden, layers, bidirectional),
    };
}
