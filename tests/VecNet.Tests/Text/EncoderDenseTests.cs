using System.Runtime.InteropServices;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>Layers after pooling: their vectors, and what is wrong with their files.</summary>
public sealed class EncoderDenseTests : IDisposable
{
    private const string Text = "the red foxes run?";

    private readonly TinyEncoder files = new();

    public void Dispose() => files.Dispose();

    /// <summary>The layers are computed here in double precision.</summary>
    [Theory]
    [InlineData("Tanh", true, 7)]
    [InlineData("Identity", false, 30)]
    [InlineData("ReLU", true, 20)]
    [InlineData("Sigmoid", true, 3)]
    [InlineData("GELU", false, 1)]
    public void Layers_behind_pooling_are_applied(string activation, bool hasBias, int outputs)
    {
        float[] pooled = files.Load(new() { Normalizes = false }).Encode(Text);
        float[] weights = WriteDense("2_Dense", 20, outputs, activation, hasBias), second = WriteDense("3_Dense", outputs, 5, "Tanh", true);
        double[] expected = Apply(pooled.Select(x => (double)x).ToArray(), weights, activation, hasBias, outputs);
        WriteModules("2_Dense");
        AssertVector(expected);
        WriteModules("2_Dense", "3_Dense");
        AssertVector(Apply(expected, second, "Tanh", true, 5));

        // For sentence-transformers a layer has a bias unless it is said that it has none.
        files.Write("3_Dense/config.json", File.ReadAllText(files.PathOf("3_Dense/config.json")).Replace("\"bias\": true,", ""));
        AssertVector(Apply(expected, second, "Tanh", true, 5));

        void AssertVector(double[] vector)
        {
            SentenceEncoder encoder = files.Load(), plain = files.Load(new() { Normalizes = false });
            Assert.Equal((vector.Length, true), (encoder.Dimension, encoder.Normalizes));
            double norm = Math.Sqrt(vector.Sum(x => x * x));
            Assert.All(vector.Zip(plain.Encode(Text)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            Assert.All(vector.Zip(encoder.Encode(Text)), pair => Assert.Equal(pair.First / norm, pair.Second, 1e-5));
            CancellationToken token = TestContext.Current.CancellationToken;
            TensorBuffer<float> all = encoder.Encode(["a", Text, ""], new() { Threads = 2 }, token);
            Assert.Equal((3, vector.Length), (all.Rows, all.Columns));
            Assert.Equal(encoder.Encode(Text), all.View.Row(1).ToArray());
            Assert.Equal(20, encoder.GetHiddenState([2, 5, 3]).Columns);
            float[] room = new float[vector.Length], two = new float[2 * vector.Length];
            two.AsSpan().Fill(float.NaN);
            encoder.EncodeTokens([2, 5, 3], new([0, 0, 3]), two);
            Assert.Equal(room, two[..vector.Length]);
            Assert.Equal(encoder.Encode("a"), two[vector.Length..]);
            Assert.Equal(0, Allocations.PerCall(() => encoder.Encode(Text, room)));
        }
    }

    [Fact]
    public void Wrong_layers_behind_pooling_are_named()
    {
        WriteModules("2_Dense");
        Assert.Contains("config.json", Assert.Throws<FileNotFoundException>(() => files.Load()).Message);
        WriteDense("2_Dense", 20, 7, "Softplus", true);
        AssertRefused("'activation_function' is 'torch.nn.modules.activation.Softplus'");
        WriteDense("2_Dense", 21, 7, "Tanh", true);
        AssertRefused("2_Dense/model.safetensors: the layer takes vectors of 21 numbers; those before it have 20.");
        WriteDense("2_Dense", 20, 7, "Tanh", false);
        string config = File.ReadAllText(files.PathOf("2_Dense/config.json"));
        files.Write("2_Dense/config.json", config.Replace("false", "true"));
        AssertRefused("2_Dense/model.safetensors: the tensor 'linear.bias' is missing.");
        files.Write("2_Dense/config.json", config.Replace("false", "0"));
        AssertRefused("2_Dense/config.json: 'bias' is 0, and neither true nor false.");
        files.Write("2_Dense/config.json", config.Replace("7", "8"));
        AssertRefused("has shape [7, 20]; the configuration asks for [8, 20]");
        WriteDense("2_Dense", 20, 7, "Tanh", true);
        files.Write("2_Dense/config.json", config);
        AssertRefused("2_Dense/model.safetensors: there is a tensor 'linear.bias', but 'bias' of config.json is false.");
        WriteDense("2_Dense", 20, 7, "Tanh", true);
        Assert.Contains("Dense", Assert.Throws<NotSupportedException>(() => EncoderTrainer.Load(files.Folder)).Message);
        files.Delete("2_Dense/model.safetensors");
        Assert.Contains("has no model.safetensors", Assert.Throws<FileNotFoundException>(() => files.Load()).Message);
        files.Write("modules.json", TinyEncoder.Modules.Replace(
            "\n]", ", {\"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"}]").Replace(
            "Normalize\"}]", "Normalize\"}, {\"path\": \"2_Dense\", \"type\": \"sentence_transformers.models.Dense\"}]"));
        AssertRefused("in this order");

        void AssertRefused(string message) =>
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => files.Load()).Message.Replace('\\', '/'));
    }

    private static double[] Apply(double[] x, float[] weights, string activation, bool hasBias, int outputs) =>
        [.. Enumerable.Range(0, outputs).Select(j =>
        {
            double sum = hasBias ? weights[(outputs * x.Length) + j] : 0;
            for (int i = 0; i < x.Length; i++)
            {
                sum += x[i] * weights[(j * x.Length) + i];
            }

            return activation switch
            {
                "Tanh" => Math.Tanh(sum),
                "ReLU" => Math.Max(0, sum),
                "Sigmoid" => 1 / (1 + Math.Exp(-sum)),
                "GELU" => GeluOf(sum),
                _ => sum,
            };
        })];

    private static double GeluOf(double x)
    {
        double[] y = new double[1];
        GELU.Forward<double>(new([x], 1, 1), new(y, 1, 1));
        return y[0];
    }

    private void WriteModules(params string[] dense) => files.Write("modules.json", TinyEncoder.Modules.Replace(
        "{\"idx\": 2",
        string.Concat(dense.Select(name => $"{{\"path\": \"{name}\", \"type\": \"sentence_transformers.models.Dense\"}}, "))
            + "{\"idx\": 2"));

    private float[] WriteDense(string name, int inputs, int outputs, string activation, bool hasBias)
    {
        Directory.CreateDirectory(files.PathOf(name));
        files.Write($"{name}/config.json", $$"""
            {"in_features": {{inputs}}, "out_features": {{outputs}}, "bias": {{(hasBias ? "true" : "false")}},
             "activation_function": "torch.nn.modules.activation.{{activation}}"}
            """);
        var random = new SplitMix64((ulong)outputs);
        float[] weights = [.. Enumerable.Range(0, (inputs + 1) * outputs).Select(_ => (float)((random.NextDouble() * 0.6) - 0.3))];
        byte[] bytes = MemoryMarshal.AsBytes(weights.AsSpan()).ToArray();
        int end = 4 * inputs * outputs;
        SafetensorsTensor[] tensors = [new("linear.weight", "F32", [outputs, inputs], bytes.AsMemory(0, end))];
        new SafetensorsFile(hasBias ? [.. tensors, new("linear.bias", "F32", [outputs], bytes.AsMemory(end))] : tensors)
            .Write(files.PathOf($"{name}/model.safetensors"));
        return weights;
    }
}
