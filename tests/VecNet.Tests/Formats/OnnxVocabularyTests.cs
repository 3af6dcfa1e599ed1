using System.Numerics;
using System.Text;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>Language models, bags and windows in ONNX Runtime.</summary>
public sealed class OnnxVocabularyTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>The shared table is in the file once, under the name of the embedding.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    public void A_language_model_gives_the_same_there(int rows)
    {
        AssertSame(new NeuralNetwork<float>(
            2,
            [
                new Embedding<float>(6, 4, initialDeviation: 0.5, column: 1), new PositionalEmbedding<float>(40),
                new TransformerBlock<float>(2, 8, causal: true), new LayerNorm<float>(),
                new VocabularyProjection<float>(6, bias: true, tied: true),
            ],
            seed: 2), rows);
        string file = Encoding.Latin1.GetString(File.ReadAllBytes(scratch["m.onnx"]));
        Assert.Contains("0.weight", file, StringComparison.Ordinal);
        Assert.DoesNotContain("4.weight", file, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PoolingMode.Sum, null)]
    [InlineData(PoolingMode.Sum, 2)]
    [InlineData(PoolingMode.Mean, null)]
    [InlineData(PoolingMode.Mean, 2)]
    public void Bags_give_the_same_there(PoolingMode mode, int? padding)
    {
        foreach (int rows in (int[])[0, 1, 2, 30])
        {
            AssertSame(new NeuralNetwork<float>(1, [new EmbeddingBag<float>(6, 4, mode, padding)], seed: 2), rows);
            AssertSame(new NeuralNetwork<double>(3, [new EmbeddingBag<double>(6, 4, mode, padding)], seed: 2), rows);
        }
    }

    [Theory]
    [InlineData(PoolingMode.Max)]
    [InlineData(PoolingMode.Mean)]
    public void Windows_give_the_same_there(PoolingMode mode)
    {
        foreach (Conv1dPadding padding in Enum.GetValues<Conv1dPadding>())
        {
            foreach ((int kernel, int dilation, int stride) in new[] { (1, 1, 1), (2, 2, 3), (3, 1, 1), (5, 3, 2) })
            {
                foreach (int rows in (int[])[1, 2, 30])
                {
                    AssertSame(new NeuralNetwork<float>(3, [new Pool1d<float>(kernel, mode, padding, dilation, stride)]), rows);
                    AssertSame(new NeuralNetwork<double>(3, [new Pool1d<double>(kernel, mode, padding, dilation, stride)]), rows);
                }
            }
        }
    }

    /// <summary>Two layers that shorten the sequence differently, and one that reads it afterwards.</summary>
    [Fact]
    public void Layers_without_padding_one_after_another_give_the_same_there()
    {
        var network = new NeuralNetwork<float>(
            3,
            [
                new Conv1d<float>(4, 3, Conv1dPadding.Valid, stride: 2), new Pool1d<float>(2, PoolingMode.Max, Conv1dPadding.Valid),
                new Pool1d<float>(3, PoolingMode.Mean, Conv1dPadding.Valid, stride: 2), new SelfAttention<float>(2),
            ],
            seed: 3);
        AssertSame(network, 30);
        Assert.Contains("windows", Encoding.Latin1.GetString(File.ReadAllBytes(scratch["m.onnx"])), StringComparison.Ordinal);
    }

    /// <summary>The input consists of integers below 6.</summary>
    private void AssertSame<T>(NeuralNetwork<T> network, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var input = new TensorBuffer<T>(rows, network.InputSize);
        for (int i = 0; i < input.Length; i++)
        {
            input.Span[i] = T.CreateTruncating(i * 7 % 11 % 6);
        }

        OnnxFile.Write(new Model<T>(network), scratch["m.onnx"]);
        T[] actual = OnnxFileTests.Run<T, T>(scratch["m.onnx"], input);
        T[] expected = network.Predict(input.View, new([0, rows]), network.CreateInferenceWorkspace(rows, 1)).AsSpan().ToArray();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(
            expected.Zip(actual), pair => Assert.Equal(
                double.CreateTruncating(pair.First), double.CreateTruncating(pair.Second), typeof(T) == typeof(float) ? 1e-5 : 1e-13));
    }
}
