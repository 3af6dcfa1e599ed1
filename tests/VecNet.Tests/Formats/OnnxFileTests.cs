using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>An exported model runs in ONNX Runtime, with the same results as the network.</summary>
public sealed class OnnxFileTests : IDisposable
{
    /// <summary>The absolute tolerance for networks; <see cref="OnnxExactnessTests"/> tests the relative errors of single layers.</summary>
    private const double Tolerance = 1e-5;
    private const double ToleranceOfDouble = 1e-13;

    private readonly ScratchDirectory scratch = new();

    public static TheoryData<string> LayerNames => [.. EveryLayer.Names];

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(0, 40).Select(seed => (ulong)seed)];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Each_layer_gives_the_same_there(string layer)
    {
        // ONNX Runtime has recurrent operators and convolutions in single precision only.
        double tolerance = layer is "Lstm" or "Gru" or "Rnn" or "Conv1d" ? Tolerance : ToleranceOfDouble;
        AssertSameAlone<float>(layer);
        AssertSameAlone<double>(layer, tolerance);
        if (!EveryLayer.IsOfIndices(layer))
        {
            AssertSame<float>(new Model<float>(EveryLayer.Between<float>(layer, 5)));
            AssertSame<double>(new Model<double>(EveryLayer.Between<double>(layer, 5)), toleranceOfDouble: tolerance);
        }
    }

    /// <summary>A sequence without rows is not among them: the operators of ONNX Runtime 1.31 abort the process.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(70)]
    public void Recurrent_layers_over_a_sequence_of_any_length_give_the_same_there(int rows)
    {
        foreach (bool bidirectional in new[] { false, true })
        {
            AssertLayer(new Lstm<float>(7, 2, bidirectional));
            AssertLayer(new Gru<float>(7, 2, bidirectional));
            AssertLayer(new Rnn<float>(7, 2, bidirectional));
        }

        void AssertLayer(ILayer<float> layer) =>
            AssertSame<float>(new Model<float>(new NeuralNetwork<float>(6, [layer, new FullyConnectedLayer<float>(3)], seed: 3)), rows);
    }

    /// <summary>ONNX Runtime refuses a convolution over no rows.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(70)]
    public void Convolutions_over_a_sequence_of_any_length_give_the_same_there(int rows)
    {
        foreach (Conv1dPadding padding in (Conv1dPadding[])[Conv1dPadding.Same, Conv1dPadding.Causal])
        {
            AssertLayer(new Conv1d<float>(5, 4, padding));
            AssertLayer(new Conv1d<float>(4, 3, padding, dilation: 3, groups: 2, bias: false));
            AssertLayer(new Conv1d<float>(6, 3, padding, groups: 6));
            AssertLayer(new Conv1d<float>(12, 1, padding, groups: 6));
            AssertLayer(new Conv1d<float>(5, 4, padding, dilation: 2, stride: 3));
        }

        void AssertLayer(ILayer<float> layer) =>
            AssertSame<float>(new Model<float>(new NeuralNetwork<float>(6, [layer, new FullyConnectedLayer<float>(3)], seed: 3)), rows);
    }

    /// <summary>
    /// A user's composite layers are exported as sums, concatenations and VecNet's layers, in all kinds of nested shapes.
    /// </summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_composite_of_any_shape_gives_the_same_there(ulong seed)
    {
        var network = new NeuralNetwork<double>(
            4,
            [new RandomComposite(seed, 12, ofVecNet: true), new Residual<double>(new RandomComposite(seed, 0), new Dropout<double>(0.2))],
            seed);
        AssertSame<double>(new Model<double>(network));
    }

    /// <summary>The rows of a graph that reads sequences are one sequence.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(70)]
    public void Attention_over_a_sequence_of_any_length_gives_the_same_there(int rows)
    {
        foreach ((bool causal, bool alibi) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var network = new NeuralNetwork<float>(
                6, [new Residual<float>(new SelfAttention<float>(2, causal, alibi)), new SelfAttention<float>(2, causal, alibi)], seed: 3);
            AssertSame<float>(new Model<float>(network), rows);
        }
    }

    /// <summary>Heads of four features, of which all or the first two are rotated.</summary>
    [Theory]
    [InlineData(RotaryPairing.Interleaved, null)]
    [InlineData(RotaryPairing.Interleaved, 2)]
    [InlineData(RotaryPairing.Halves, null)]
    [InlineData(RotaryPairing.Halves, 2)]
    public void Rotary_positions_give_the_same_there(RotaryPairing pairing, int? rotated)
    {
        var rotary = new RotaryOptions { Pairing = pairing, RotatedFeatures = rotated };
        foreach (int rows in (int[])[0, 1, 2, 300])
        {
            AssertSame<float>(
                new Model<float>(new NeuralNetwork<float>(
                    8, [new SelfAttention<float>(2, causal: true, rotary: rotary), new SelfAttention<float>(2, rotary: rotary)], seed: 3)),
                rows);
            AssertSame<double>(
                new Model<double>(new NeuralNetwork<double>(8, [new SelfAttention<double>(2, rotary: rotary)], seed: 3)), rows);
        }
    }

    [Theory]
    [InlineData(PoolingMode.Mean)]
    [InlineData(PoolingMode.Sum)]
    [InlineData(PoolingMode.Max)]
    [InlineData(PoolingMode.First)]
    [InlineData(PoolingMode.Last)]
    public void A_sequence_that_is_pooled_gives_the_same_there(PoolingMode mode)
    {
        AssertSame<float>(new Model<float>(new NeuralNetwork<float>(6, [new SequencePooling<float>(mode)])), rows: 7);
        AssertSame<double>(new Model<double>(new NeuralNetwork<double>(6, [new SequencePooling<double>(mode)])), rows: 7);
    }

    [Fact]
    public void A_layer_of_the_user_inside_another_is_named()
    {
        var model = new Model<double>(new NeuralNetwork<double>(3, [new Residual<double>(new Sequential<double>(new Swish()))]));
        Assert.Contains(
            "'swish' (Swish)",
            Assert.Throws<NotSupportedException>(() => OnnxFile.Write(model, scratch["m.onnx"])).Message,
            StringComparison.Ordinal);
        Assert.Empty(scratch.Files);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    public void A_deep_network_of_all_of_them_and_a_standardization_gives_the_same_there(int rows)
    {
        var network = new NeuralNetwork<float>(
            6,
            [
                new FullyConnectedLayer<float>(64), new ReLU<float>(), new Dropout<float>(0.5),
                new FullyConnectedLayer<float>(1), new Tanh<float>(),
                new FullyConnectedLayer<float>(32), new Sigmoid<float>(),
                new FullyConnectedLayer<float>(4), new Softmax<float>(),
            ],
            seed: 8);
        AssertSame<float>(
            new Model<float>(network, new Standardization<float>([1, -2, 1e3, 0, 0.5, 1e-3], [2, 0.5, 100, 1, 3, 1e-3])), rows);
    }

    /// <summary>Single precision cannot tell 16,777,000.3 from 16,777,000, which is a fifth of this deviation.</summary>
    [Fact]
    public void A_mean_that_is_large_beside_its_deviation_costs_no_digits()
    {
        var network = new NeuralNetwork<float>(3, 2, [8], new Tanh<float>(), seed: 6);
        var model = new Model<float>(network, new Standardization<float>([16_777_000.3, 1e-40, -4_000_000.7], [1.5, 1e-41, 0.7]));
        OnnxFile.Write(model, scratch["m.onnx"]);
        TensorBuffer<double> input = TensorBuffer.Copy<double>(
            new double[,] { { 16_777_001, 1.1e-40, -4_000_001 }, { 16_776_998.25, 0, -4_000_000 } });
        AssertClose<float>(
            network.Predict(model.Standardization!.Apply(input.View).View, network.CreateInferenceWorkspace(2)).AsSpan().ToArray(),
            Run<double, float>(scratch["m.onnx"], input));
    }

    [Fact]
    public void Probabilities_are_those_that_predict_tells()
    {
        var network = new NeuralNetwork<float>(4, 3, [8], new ReLU<float>(), seed: 2);
        OnnxFile.Write(new Model<float>(network), scratch["m.onnx"], probabilities: true);
        TensorBuffer<float> input = Input<float>(9, 4);
        float[] expected = new float[9 * 3];
        Softmax.Forward(network.Predict(input.View, network.CreateInferenceWorkspace(9)), new TensorView<float>(expected, 9, 3));
        AssertClose<float>(expected, Run<float>(scratch["m.onnx"], input));
    }

    [Fact]
    public void Names_and_shapes_are_in_the_file()
    {
        var model = new Model<float>(
            new NeuralNetwork<float>(2, 3, [], new ReLU<float>()), null, ["a", "größe"], ["x", "y", "z"], "kind");
        OnnxFile.Write(model, scratch["m.onnx"]);
        using var session = new InferenceSession(scratch["m.onnx"]);
        Assert.Equal([-1, 2], session.InputMetadata["input"].Dimensions);
        Assert.Equal([-1, 3], session.OutputMetadata["output"].Dimensions);
        Assert.Equal("""["a","größe"]""", session.ModelMetadata.CustomMetadataMap["features"]);
        Assert.Equal("""["x","y","z"]""", session.ModelMetadata.CustomMetadataMap["classes"]);
        Assert.Equal("kind", session.ModelMetadata.CustomMetadataMap["target"]);
        Assert.Equal("VecNet", session.ModelMetadata.ProducerName);
    }

    /// <summary>Names may have any characters; none is a separator.</summary>
    [Fact]
    public void Names_come_back_whatever_they_hold()
    {
        string[] names =
        [
            "line\none", "carriage\r\nreturn", "comma, \"quote\" 'single'", "[\"a\",\"b\"]", "", " ", "\t", "größe", "数", "😀",
            "\u2028", "nul\0", "\\n", "<&>",
        ];
        var model = new Model<float>(
            new NeuralNetwork<float>(names.Length, names.Length, [], new ReLU<float>()),
            null,
            names,
            [.. names.Reverse()],
            "line\none, \"kind\"");
        OnnxFile.Write(model, scratch["m.onnx"]);
        using var session = new InferenceSession(scratch["m.onnx"]);
        Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(names, System.Text.Json.JsonSerializer.Deserialize<string[]>(metadata["features"])!);
        Assert.Equal([.. names.Reverse()], System.Text.Json.JsonSerializer.Deserialize<string[]>(metadata["classes"])!);
        Assert.Equal("line\none, \"kind\"", metadata["target"]);
        Assert.DoesNotContain(metadata.Keys, key => key is not ("features" or "classes" or "target"));
    }

    /// <summary>The file of a model without names has none.</summary>
    [Fact]
    public void Without_names_there_is_no_metadata()
    {
        OnnxFile.Write(new Model<float>(new NeuralNetwork<float>(2, 3, [], new ReLU<float>())), scratch["m.onnx"]);
        using var session = new InferenceSession(scratch["m.onnx"]);
        Assert.Empty(session.ModelMetadata.CustomMetadataMap);
    }

    [Fact]
    public void A_layer_that_has_no_counterpart_leaves_the_old_file()
    {
        string path = scratch.Write("m.onnx", "old");
        Assert.Contains(
            "Swish",
            Assert.Throws<NotSupportedException>(() =>
                OnnxFile.Write(new Model<double>(new NeuralNetwork<double>(3, [new Swish()])), path)).Message,
            StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["m.onnx"], scratch.Files);
    }

    [Fact]
    public void The_tool_writes_a_file_that_predicts_from_the_table_s_own_numbers()
    {
        Assert.Equal(
            0,
            CommandRun.Of(
                "train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--epochs", "20", "--json", "-o", scratch.Path)
                .ExitCode);
        CommandRun export = CommandRun.Of("export", scratch["iris.safetensors"], "--probabilities");
        Assert.Equal((0, ""), (export.ExitCode, export.Error));
        Assert.StartsWith($"{scratch["iris.onnx"]}\n", export.Output, StringComparison.Ordinal);
        Assert.Contains("double[batch, 4]: the 4 numbers of a row; the graph standardizes them", export.Output, StringComparison.Ordinal);
        float[] probabilities = Run<double, float>(scratch["iris.onnx"], CsvTable.Read(TestData.PathOf("iris.csv"), "label").Features);
        string[] lines = CommandRun.Of(
            "predict", scratch["iris.safetensors"], "--data", TestData.PathOf("iris.csv")).Output.Split('\n')[1..^1];
        for (int row = 0; row < lines.Length; row++)
        {
            string[] fields = lines[row].Split(',');
            double told = double.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(
                told, probabilities[(row * 3) + int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture)], Tolerance);
        }

        CommandRun same = CommandRun.Of("export", scratch["iris.safetensors"], "-o", scratch["iris.safetensors"]);
        Assert.Equal(
            (1, $"error: {scratch["iris.safetensors"]}: the output would overwrite the model; choose another --output.\n"),
            (same.ExitCode, same.Error));
    }

    private void AssertSameAlone<T>(string layer, double toleranceOfDouble = ToleranceOfDouble)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NeuralNetwork<T> network = EveryLayer.Alone<T>(layer, 5);
        TensorBuffer<T> input = EveryLayer.Input<T>(layer, 7, 5);
        OnnxFile.Write(new Model<T>(network), scratch["m.onnx"]);
        AssertClose<T>(
            network.Predict(input.View, new([0, 7]), network.CreateInferenceWorkspace(7)).AsSpan().ToArray(),
            Run<T>(scratch["m.onnx"], input),
            toleranceOfDouble);
    }

    private void AssertSame<T>(Model<T> model, int rows = 5, double toleranceOfDouble = ToleranceOfDouble)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorBuffer<T> input = Input<T>(rows, model.Network.InputSize);
        OnnxFile.Write(model, scratch["m.onnx"]);
        TensorBuffer<double> doubles = new(rows, model.Network.InputSize);
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles.Span[i] = double.CreateTruncating(input.Span[i]);
        }

        T[] actual = model.Standardization is null ? Run<T>(scratch["m.onnx"], input) : Run<double, T>(scratch["m.onnx"], doubles);
        model.Standardization?.Apply(input.View, input.View);
        AssertClose<T>(
            model.Network.Predict(input.View, new([0, rows]), model.Network.CreateInferenceWorkspace(rows, 1)).AsSpan().ToArray(),
            actual,
            toleranceOfDouble);
    }

    private static void AssertClose<T>(T[] expected, T[] actual, double toleranceOfDouble = ToleranceOfDouble)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double value = double.CreateTruncating(expected[i]);
            Assert.Equal(
                value,
                double.CreateTruncating(actual[i]),
                (typeof(T) == typeof(float) ? Tolerance : toleranceOfDouble) * Math.Max(1, Math.Abs(value)));
        }
    }

    private static TensorBuffer<T> Input<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SplitMix64(3);
        var input = new TensorBuffer<T>(rows, columns);
        foreach (ref T value in input.Span)
        {
            value = T.CreateTruncating(2 * random.NextNormal());
        }

        return input;
    }

    private static T[] Run<T>(string path, TensorBuffer<T> input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, T>(path, input);

    internal static TOutput[] Run<TInput, TOutput>(string path, TensorBuffer<TInput> input)
        where TInput : unmanaged, IBinaryFloatingPointIeee754<TInput>
        where TOutput : unmanaged, IBinaryFloatingPointIeee754<TOutput>
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(path, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor("input", new DenseTensor<TInput>(input.Span.ToArray(), [input.Rows, input.Columns]))]);
        return results.Single().AsTensor<TOutput>().ToArray();
    }
}
