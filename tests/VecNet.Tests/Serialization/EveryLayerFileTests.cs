using System.Numerics;

namespace VecNet.Tests;

/// <summary>A model file brings back every layer: its kind, its numbers, its parameters and running statistics.</summary>
public sealed class EveryLayerFileTests
{
    private const int Width = 5;

    public static TheoryData<string> Names => [.. EveryLayer.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_survives_its_file(string name)
    {
        AssertSurvives<float>(name);
        AssertSurvives<double>(name);
    }

    /// <summary>
    /// What torch.nn.Sequential calls them: state_dict of the same modules. Its attention has an underscore instead of a dot in in_proj.
    /// </summary>
    [Theory]
    [InlineData("BatchNorm", "0.bias [5], 0.running_mean [5], 0.running_var [5], 0.weight [5]")]
    [InlineData("Conv1d", "0.bias [5], 0.weight [5, 5, 3]")]
    [InlineData("Embedding", "0.weight [6, 3]")]
    [InlineData("EmbeddingBag", "0.weight [6, 3]")]
    [InlineData("VocabularyProjection", "0.bias [5], 0.weight [5, 5]")]
    [InlineData("FullyConnectedLayer", "0.bias [5], 0.weight [5, 5]")]
    [InlineData(
        "GatedFeedForward", "0.in_proj.bias [6], 0.in_proj.weight [6, 5], 0.out_proj.bias [5], 0.out_proj.weight [5, 3]")]
    [InlineData("LayerNorm", "0.bias [5], 0.weight [5]")]
    [InlineData(
        "Lstm",
        "0.l0.bias_hh [8], 0.l0.bias_ih [8], 0.l0.weight_hh [8, 2], 0.l0.weight_ih [8, 5], "
            + "0.l0_reverse.bias_hh [8], 0.l0_reverse.bias_ih [8], 0.l0_reverse.weight_hh [8, 2], 0.l0_reverse.weight_ih [8, 5], "
            + "0.l1.bias_hh [8], 0.l1.bias_ih [8], 0.l1.weight_hh [8, 2], 0.l1.weight_ih [8, 4], "
            + "0.l1_reverse.bias_hh [8], 0.l1_reverse.bias_ih [8], 0.l1_reverse.weight_hh [8, 2], 0.l1_reverse.weight_ih [8, 4]")]
    [InlineData(
        "Parallel", "0.0.bias [2], 0.0.weight [2, 5], 0.1.0.bias [5], 0.1.0.running_mean [5], 0.1.0.running_var [5], 0.1.0.weight [5]")]
    [InlineData("Residual", "0.0.bias [5], 0.0.weight [5], 0.1.bias [9], 0.1.weight [9, 5], 0.3.bias [5], 0.3.weight [5, 9]")]
    [InlineData("PositionalEmbedding", "0.weight [20, 5]")]
    [InlineData("RmsNorm", "0.weight [5]")]
    [InlineData("SelfAttention", "0.in_proj.bias [15], 0.in_proj.weight [15, 5], 0.out_proj.bias [5], 0.out_proj.weight [5, 5]")]
    [InlineData(
        "Sequential", "0.0.bias [4], 0.0.weight [4, 5], 0.1.1.bias [4], 0.1.1.running_mean [4], 0.1.1.running_var [4], 0.1.1.weight [4]")]
    [InlineData(
        "TransformerBlock",
        "0.linear1.bias [3], 0.linear1.weight [3, 5], 0.linear2.bias [5], 0.linear2.weight [5, 3], "
            + "0.norm1.bias [5], 0.norm1.weight [5], 0.norm2.bias [5], 0.norm2.weight [5], "
            + "0.self_attn.in_proj.bias [15], 0.self_attn.in_proj.weight [15, 5], "
            + "0.self_attn.out_proj.bias [5], 0.self_attn.out_proj.weight [5, 5]")]
    [InlineData("ELU", "")]
    public void Parameters_have_the_names_and_shapes_that_PyTorch_gives_them(string name, string expected)
    {
        using var directory = new TemporaryDirectory();
        Model.SaveParameters(EveryLayer.Alone<float>(name, Width), directory.PathOf("m"));
        IEnumerable<string> tensors = SafetensorsFile.Read(directory.PathOf("m")).Tensors
            .Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(", ", tensors));
    }

    [Fact]
    public void The_table_of_an_embedding_is_a_matrix_even_with_one_entry()
    {
        using var directory = new TemporaryDirectory();
        var network = new NeuralNetwork<float>(1, [new Embedding<float>(1, 4)], seed: 1);
        Model.SaveParameters(network, directory.PathOf("m"));
        Assert.Equal([1, 4], SafetensorsFile.Read(directory.PathOf("m")).Tensors.Single().Shape);
        Model.LoadParameters(network, directory.PathOf("m"));
    }

    /// <summary>
    /// PyTorch's BatchNorm counts its batches in a tensor of its own, which nothing here uses; elsewhere such a name is a mistake.
    /// </summary>
    [Fact]
    public void What_PyTorch_counts_in_a_batch_norm_is_skipped()
    {
        using var directory = new TemporaryDirectory();
        NeuralNetwork<float> network = EveryLayer.Alone<float>("Sequential", Width);
        Model.SaveParameters(network, directory.PathOf("m"));
        SafetensorsFile file = SafetensorsFile.Read(directory.PathOf("m"));
        Write(directory.PathOf("counted"), [.. file.Tensors, new("0.1.1.num_batches_tracked", "I64", [], new byte[8])]);
        var again = new NeuralNetwork<float>(Width, [EveryLayer.Make<float>("Sequential", Width)], seed: 77);
        Model.LoadParameters(again, directory.PathOf("counted"));
        Bits.AssertSame<float>(network.Parameters, again.Parameters, "parameters");
        Bits.AssertSame<float>(network.State, again.State, "state");
        Write(directory.PathOf("elsewhere"), [.. file.Tensors, new("0.0.num_batches_tracked", "I64", [], new byte[8])]);
        Assert.Contains(
            "0.0.num_batches_tracked",
            Assert.Throws<InvalidDataException>(() => Model.LoadParameters(again, directory.PathOf("elsewhere"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_of_the_user_inside_another_is_named_and_the_old_file_stays()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.PathOf("m"), "old");
        var model = new Model<double>(new NeuralNetwork<double>(3, [new Residual<double>(new Sequential<double>(new Swish()))]));
        string message = Assert.Throws<NotSupportedException>(() => model.Save(directory.PathOf("m"))).Message;
        Assert.Contains("'swish' (Swish)", message, StringComparison.Ordinal);
        Assert.Contains("SaveParameters", message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(directory.PathOf("m")));
    }

    [Theory]
    [InlineData("{\"name\":\"embedding\",\"entries\":2147483647,\"dimension\":2147483647}", "damaged")]
    [InlineData("{\"name\":\"embedding\",\"entries\":2147483647,\"dimension\":1}", "it would hold")]
    [InlineData("{\"name\":\"layer_norm\",\"epsilon\":0.1,\"affine\":true}", "6 parameters")]
    [InlineData("{\"name\":\"batch_norm\",\"epsilon\":0.1,\"momentum\":0.1}", "12 parameters")]
    [InlineData("{\"name\":\"batch_norm\",\"epsilon\":0.1,\"momentum\":2}", "momentum")]
    [InlineData("{\"name\":\"leaky_relu\"}", "damaged")]
    [InlineData("{\"name\":\"softplus\",\"beta\":-1}", "damaged")]
    [InlineData("{\"name\":\"sequence_pooling\",\"mode\":\"median\"}", "damaged")]
    [InlineData("{\"name\":\"sequence_pooling\",\"mode\":9}", "damaged")]
    [InlineData("{\"name\":\"sequence_pooling\"}", "damaged")]
    [InlineData("{\"name\":\"residual\",\"layers\":[]}", "at least one layer")]
    [InlineData(
        "{\"name\":\"residual\",\"layers\":[{\"name\":\"sequential\",\"layers\":[{\"name\":\"fully_connected\",\"outputs\":2147483647}]}]}",
        "damaged")]
    [InlineData("{\"name\":\"sequential\",\"layers\":[{\"name\":\"fully_connected\",\"outputs\":2147483647}]}", "it would hold")]
    [InlineData("{\"name\":\"parallel\",\"layers\":[]}", "damaged")]
    [InlineData("{\"name\":\"sequential\",\"layers\":[{\"name\":\"swish\"}]}", "'swish'")]
    public void Descriptions_that_make_no_sense_are_refused_before_anything_is_made(string layer, string part)
    {
        string twice = layer.Contains("2147483647,\"dimension\":1}", StringComparison.Ordinal) ? $"{layer},{layer}" : layer;
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused($"{{\"version\":1,\"inputs\":3,\"layers\":[{twice}]}}", part);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void Layers_in_layers_have_an_end()
    {
        static string Nested(int depth) =>
            depth == 0 ? "{\"name\":\"relu\"}" : $"{{\"name\":\"sequential\",\"layers\":[{Nested(depth - 1)}]}}";
        static string Of(string layers) => $"{{\"version\":1,\"inputs\":1,\"layers\":[{layers}]}}";
        AssertRefused(Of(Nested(65)), "more than 64 deep");
        AssertRefused(Of(Nested(1000)), "damaged");
        AssertRefused(Of($"{{\"name\":\"parallel\",\"branches\":[{string.Join(',', Enumerable.Repeat(Nested(1), 5_001))}]}}"), "layers");
        using var directory = new TemporaryDirectory();
        Write(directory.PathOf("m"), [], Of(Nested(64)));
        Model.Load<double>(directory.PathOf("m")).Save(directory.PathOf("again"));
        ILayer<double> layer = new ReLU<double>();
        for (int i = 0; i < 65; i++)
        {
            layer = new Residual<double>(layer);
        }

        Assert.Throws<NotSupportedException>(
            () => new Model<double>(new NeuralNetwork<double>(1, [layer])).Save(directory.PathOf("again")));
    }

    private static void AssertRefused(string description, string part)
    {
        using var directory = new TemporaryDirectory();
        Write(directory.PathOf("m"), [], description);
        Assert.Contains(
            part, Assert.Throws<InvalidDataException>(() => Model.Load<double>(directory.PathOf("m"))).Message, StringComparison.Ordinal);
    }

    private static void Write(string path, IReadOnlyList<SafetensorsTensor> tensors, string? description = null)
    {
        using FileStream stream = File.Create(path);
        new SafetensorsFile(tensors, description is null ? null : new Dictionary<string, string> { ["vecnet"] = description })
            .Write(stream);
    }

    private static void AssertSurvives<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var directory = new TemporaryDirectory();
        NeuralNetwork<T> network = EveryLayer.Alone<T>(name, Width);
        new Model<T>(network).Save(directory.PathOf("m"));
        NeuralNetwork<T> again = Model.Load<T>(directory.PathOf("m")).Network;
        Bits.AssertSame<T>(network.Parameters, again.Parameters, "parameters");
        Bits.AssertSame<T>(network.State, again.State, "state");
        Assert.Equal(network.Summary(), again.Summary());

        // A number that was lost shows in what the layer does, in inference or in training.
        TensorBuffer<T> input = EveryLayer.Input<T>(name, 6, Width);
        Bits.AssertSame<T>(
            network.Predict(input.View, new(SampleSequences.Offsets(6)), network.CreateInferenceWorkspace(6)).AsSpan(),
            again.Predict(input.View, new(SampleSequences.Offsets(6)), again.CreateInferenceWorkspace(6)).AsSpan(),
            "inference");
        Bits.AssertSame<T>(Trained(network, input), Trained(again, input), "training");
        Bits.AssertSame<T>(network.State, again.State, "state after training");
    }

    /// <summary>The output in training, and the parameters' gradients, which an entry for padding does not have.</summary>
    private static T[] Trained<T>(NeuralNetwork<T> network, TensorBuffer<T> input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Workspace<T> workspace = network.CreateTrainingWorkspace(input.Rows);
        T[] output = network.Forward(input.View, new(SampleSequences.Offsets(input.Rows)), workspace).AsSpan().ToArray();
        workspace.GradOutput.Fill(T.One);
        network.Backward(input.View, workspace.GradOutput, workspace);
        return [.. output, .. network.Gradients];
    }
}
