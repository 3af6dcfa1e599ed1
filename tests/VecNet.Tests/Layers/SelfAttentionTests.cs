using System.Numerics;

namespace VecNet.Tests;

/// <summary>Self-attention as a layer: rotary positions, dropout, options.</summary>
public abstract class SelfAttentionTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Width = 8, Heads = 2;

    private static readonly int[] Offsets = [0, 3, 3, 9, 10];

    [Theory]
    [InlineData(RotaryPairing.Interleaved, null, false)]
    [InlineData(RotaryPairing.Halves, null, true)]
    [InlineData(RotaryPairing.Interleaved, 2, true)]
    [InlineData(RotaryPairing.Halves, 2, false)]
    public void Queries_and_keys_are_rotated_and_values_are_not(RotaryPairing pairing, int? rotated, bool isCausal)
    {
        var rotary = new RotaryOptions { Pairing = pairing, RotatedFeatures = rotated, Base = 100 };
        var network = new NeuralNetwork<T>(Width, [new SelfAttention<T>(Heads, isCausal, rotary: rotary)], seed: 3);
        TensorBuffer<T> input = Values(10, Width, 1), qkv = new(10, 3 * Width), heads = new(10, Width), expected = new(10, Width);
        SlotViews<T> parameters = network.GetParameters(0);
        FullyConnected.Forward<T>(input.View, parameters[0], parameters[1], qkv.View);
        foreach (int part in (int[])[0, 1])
        {
            TensorView<T> rows = qkv.View.SliceColumns(part * Width, Width);
            RotaryEmbedding.Forward(rows, new(Offsets), rows, rotary with { Heads = Heads });
        }

        Attend(
            qkv.View.SliceColumns(0, Width), qkv.View.SliceColumns(Width, Width), qkv.View.SliceColumns(2 * Width, Width), heads.View,
            isCausal);
        FullyConnected.Forward<T>(heads.View, parameters[2], parameters[3], expected.View);
        AssertClose(expected.Span, network.Predict(input.View, new(Offsets), network.CreateInferenceWorkspace(10)).AsSpan());
    }

    /// <summary>Queries and keys that are all further on by the same distance have the same attention.</summary>
    [Theory]
    [InlineData(RotaryPairing.Interleaved)]
    [InlineData(RotaryPairing.Halves)]
    public void Only_distances_matter(RotaryPairing pairing)
    {
        TensorBuffer<T> q = Values(10, Width, 1), k = Values(10, Width, 2), v = Values(10, Width, 3);
        TensorBuffer<T> expected = Rotated(0), unrotated = new(10, Width);
        AssertClose(expected.Span, Rotated(41).Span);
        Attend(q.View, k.View, v.View, unrotated.View, isCausal: false);
        Assert.NotEqual(unrotated.Span.ToArray(), expected.Span.ToArray());

        TensorBuffer<T> Rotated(int start)
        {
            var options = new RotaryOptions { Heads = Heads, Pairing = pairing, Start = start };
            TensorBuffer<T> query = new(10, Width), key = new(10, Width), output = new(10, Width);
            RotaryEmbedding.Forward<T>(q.View, new(Offsets), query.View, options);
            RotaryEmbedding.Forward<T>(k.View, new(Offsets), key.View, options);
            Attend(query.View, key.View, v.View, output.View, isCausal: false);
            return output;
        }
    }

    [Fact]
    public void Weights_are_dropped_in_training_only_and_others_in_each_pass()
    {
        NeuralNetwork<T> network = new(Width, [new SelfAttention<T>(Heads, dropout: 0.4)], seed: 3);
        NeuralNetwork<T> without = new(Width, [new SelfAttention<T>(Heads)], seed: 3);
        TensorBuffer<T> input = Values(10, Width, 1);
        T[] expected = [.. without.Predict(input.View, new(Offsets), without.CreateInferenceWorkspace(10)).AsSpan()];
        Assert.Equal(expected, network.Predict(input.View, new(Offsets), network.CreateInferenceWorkspace(10)).AsSpan().ToArray());
        Workspace<T> workspace = network.CreateTrainingWorkspace(10, seed: 5), again = network.CreateTrainingWorkspace(10, seed: 5);
        T[] first = Forward(workspace), second = Forward(workspace);
        Assert.NotEqual(expected, first);
        Assert.NotEqual(first, second);
        again.Threads = 2;
        Assert.Equal(first, Forward(again));

        T[] Forward(Workspace<T> memory) => network.Forward(input.View, new(Offsets), memory).AsSpan().ToArray();
    }

    [Fact]
    public void Rotary_options_that_do_not_fit_are_refused()
    {
        foreach (RotaryOptions rotary in (RotaryOptions[])
            [new() { Base = -1 }, new() { Pairing = (RotaryPairing)7 }, new() { RotatedFeatures = 3 }, new() { RotatedFeatures = -2 }])
        {
            Assert.Throws<ArgumentOutOfRangeException>("rotary", () => new SelfAttention<T>(Heads, rotary: rotary));
            Assert.Throws<ArgumentOutOfRangeException>("rotary", () => new TransformerBlock<T>(Heads, 4, rotary: rotary));
        }

        // A head has four features.
        var tooMany = new SelfAttention<T>(Heads, rotary: new() { RotatedFeatures = 6 });
        Assert.Contains(
            "it is 6", Assert.Throws<ArgumentException>(() => new NeuralNetwork<T>(Width, [tooMany])).Message, StringComparison.Ordinal);
    }

    private static void Attend(
        ReadOnlyTensorView<T> query, ReadOnlyTensorView<T> key, ReadOnlyTensorView<T> value, TensorView<T> output, bool isCausal)
    {
        TensorBuffer<T> logSumExp = new(10, Heads), scratch = new(1, ScaledDotProductAttention.GetScratchLength(Width, Width, Heads));
        ScaledDotProductAttention.Forward(
            query, key, value, new(Offsets), new(Offsets), output, logSumExp.View, new() { Heads = Heads, IsCausal = isCausal },
            scratch.View);
    }

    private static void AssertClose(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
    {
        double tolerance = typeof(T) == typeof(double) ? 1e-12 : 1e-5;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(double.CreateTruncating(expected[i]), double.CreateTruncating(actual[i]), tolerance);
        }
    }

    private static TensorBuffer<T> Values(int rows, int columns, ulong seed)
    {
        var random = new SplitMix64(seed);
        var values = new TensorBuffer<T>(rows, columns);
        foreach (ref T value in values.Span)
        {
            value = T.CreateTruncating(random.NextNormal());
        }

        return values;
    }
}

public sealed class SelfAttentionFloatTests : SelfAttentionTests<float>;

public sealed class SelfAttentionDoubleTests : SelfAttentionTests<double>;
