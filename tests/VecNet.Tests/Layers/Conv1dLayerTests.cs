namespace VecNet.Tests;

/// <summary>Convolutions inside networks.</summary>
public sealed class Conv1dLayerTests
{
    private const string File = "sequences/sequence_conv1d";

    public static TheoryData<string> Cases => [.. GoldenFile.Load(File).Cases.Select(@case => @case.Name)];

    /// <summary>The weights are those of a file with PyTorch's names and shapes.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_network_with_PyTorchs_parameters_gives_what_PyTorch_gives(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        TensorBuffer<double> input = @case.Inputs["x"].ToBuffer<double>();
        GoldenTensor weight = @case.Inputs["weight"];
        bool hasBias = @case.Flag("has_bias");
        var layer = new Conv1d<double>(
            weight.Shape[0],
            weight.Shape[2],
            Enum.Parse<Conv1dPadding>(@case.Text("padding"), ignoreCase: true),
            @case.WholeNumber("dilation"),
            @case.WholeNumber("groups"),
            hasBias,
            @case.WholeNumber("stride"));
        var network = new NeuralNetwork<double>(input.Columns, [layer]);
        using var directory = new TemporaryDirectory();
        new SafetensorsFile([.. Tensors()]).Write(directory.PathOf("m"));
        Model.LoadParameters(network, directory.PathOf("m"));
        Workspace<double> workspace = network.CreateTrainingWorkspace(input.Rows, inputGradient: true, sequences: 10);
        workspace.Poison(double.NaN);
        @case.AssertOutput("y", network.Forward(input.View, new(@case.Inputs["offsets"].Indices()), workspace));
        network.Backward(input.View, @case.Upstream["y"].ToBuffer<double>().View, workspace);
        @case.AssertGradient<double>("x", workspace.GradInput);

        IEnumerable<SafetensorsTensor> Tensors()
        {
            yield return new("0.weight", "F64", [.. weight.Shape], Bytes(weight));
            if (hasBias)
            {
                yield return new("0.bias", "F64", [.. @case.Inputs["bias"].Shape], Bytes(@case.Inputs["bias"]));
            }
        }

        static byte[] Bytes(GoldenTensor tensor) => [.. tensor.Data.SelectMany(BitConverter.GetBytes)];
    }

    [Fact]
    public void Sizes_options_and_refusals()
    {
        var layer = new Conv1d<float>(6, 3, Conv1dPadding.Causal, 2, 3, bias: false, stride: 4);
        Assert.Equal(
            (6, 3, Conv1dPadding.Causal, 2, 3, false, 4),
            (layer.OutputFeatures, layer.KernelSize, layer.Padding, layer.Dilation, layer.Groups, layer.HasBias, layer.Stride));
        var network = new NeuralNetwork<float>(9, [layer]);
        Assert.Equal((6, 3 * 3 * 6), (network.OutputSize, network.ParameterCount));
        Assert.All(network.Parameters.ToArray(), value => Assert.InRange(Math.Abs(value), 0, 1f / 3));
        Assert.Throws<ArgumentException>("sequences", () => network.Predict(new float[9], network.CreateInferenceWorkspace(1)));
        Assert.Throws<ArgumentOutOfRangeException>("outputFeatures", () => new Conv1d<float>(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>("kernelSize", () => new Conv1d<float>(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>("dilation", () => new Conv1d<float>(2, 3, dilation: 0));
        Assert.Throws<ArgumentOutOfRangeException>("groups", () => new Conv1d<float>(2, 3, groups: 0));
        Assert.Throws<ArgumentOutOfRangeException>("padding", () => new Conv1d<float>(2, 3, (Conv1dPadding)7));
        Assert.Throws<ArgumentOutOfRangeException>("stride", () => new Conv1d<float>(2, 3, stride: 0));
        Assert.Throws<ArgumentException>("groups", () => new Conv1d<float>(2, 3, groups: 4));
        Assert.Contains(
            "10 input channels and 6 output channels",
            Assert.ThrowsAny<ArgumentException>(() => new NeuralNetwork<float>(10, [layer])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "must be tokens",
            Assert.Throws<ArgumentException>(
                () => new NeuralNetwork<float>(9, [new SequencePooling<float>(PoolingMode.Mean), layer])).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Whether 1 follows 1 anywhere in a sequence of −1 and 1 is learned.</summary>
    [Fact]
    public void A_network_learns_a_pattern_of_neighbors()
    {
        var random = new SplitMix64(5);
        var network = new NeuralNetwork<float>(
            1,
            [
                new Conv1d<float>(16, 2), new ReLU<float>(), new SequencePooling<float>(PoolingMode.Max), new FullyConnectedLayer<float>(2),
            ],
            seed: 2);
        int[] offsets = [.. Enumerable.Range(0, 41).Select(i => (i * 5) + (i % 3))];
        var input = new TensorBuffer<float>(offsets[^1], 1);
        foreach (ref float value in input.Span)
        {
            value = random.NextDouble() < 0.4 ? 1 : -1;
        }

        int[] classes = new int[40];
        for (int s = 0; s < 40; s++)
        {
            for (int row = offsets[s] + 1; row < offsets[s + 1]; row++)
            {
                classes[s] |= input.View[row - 1, 0] == 1 && input.View[row, 0] == 1 ? 1 : 0;
            }
        }

        Assert.InRange(classes.Sum(), 10, 30);
        Workspace<float> workspace = network.CreateTrainingWorkspace(input.Rows, sequences: 40);
        var optimizer = new Adam<float>(0.03);
        var loss = new SoftmaxCrossEntropy<float>();
        double last = 0;
        for (int step = 0; step < 400; step++)
        {
            ReadOnlyTensorView<float> output = network.Forward(input.View, new(offsets), workspace);
            last = loss.ForwardBackward(output, classes, workspace.GradOutput);
            network.Backward(input.View, workspace.GradOutput, workspace);
            network.Step(optimizer);
        }

        Assert.InRange(last, 0, 0.1);
    }
}
