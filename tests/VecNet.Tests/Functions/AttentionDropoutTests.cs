using System.Numerics;
using static VecNet.Tests.AttentionSamples;

namespace VecNet.Tests;

/// <summary>Attention of which weights are dropped.</summary>
public abstract class AttentionDropoutTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>In every tile, forward and backward, the weights are dropped that the plain definition drops.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(5, true)]
    [InlineData(65, false)]
    [InlineData(257, true)]
    [InlineData(321, false)]
    public void Dropped_weights_are_those_of_the_plain_definition(int length, bool isCausal)
    {
        int[] offsets = [0, length, length, length + 3];
        var options = new AttentionOptions { Heads = 2, IsCausal = isCausal, Dropout = 0.3 };
        TensorBuffer<T> q = Random<T>(length + 3, 6, 1), k = Random<T>(length + 3, 6, 2), v = Random<T>(length + 3, 10, 3);
        TensorBuffer<T> g = Random<T>(length + 3, 10, 4);
        foreach (int threads in (int[])[1, 3])
        {
            var attention = new AttentionPass<T>(q, k, v, offsets, offsets, options, threads, seed: 7);
            (TensorBuffer<T> gradQ, TensorBuffer<T> gradK, TensorBuffer<T> gradV) = attention.Backward(g);
            var reference = new AttentionReference(Plain(q), Plain(k), Plain(v), offsets, options, Plain(g), seed: 7);
            AssertClose(reference.Output, attention.Output, "y");
            AssertClose(reference.GradQuery, gradQ, "∂L/∂q");
            AssertClose(reference.GradKey, gradK, "∂L/∂k");
            AssertClose(reference.GradValue, gradV, "∂L/∂v");
        }
    }

    /// <summary>There are 40,000 equal weights. The bounds are five standard deviations: 92 of the number, 0.0033 of the mean.</summary>
    [Fact]
    public void As_many_weights_are_dropped_as_the_probability_says_and_the_rest_make_up_for_them()
    {
        const int Length = 100, Heads = 4;
        var options = new AttentionOptions { Heads = Heads, Scale = 0, Dropout = 0.3 };
        TensorBuffer<T> identity = new(Length, Heads * Length), q = new(Length, Heads);
        for (int row = 0; row < Length; row++)
        {
            for (int head = 0; head < Heads; head++)
            {
                identity.View[row, (head * Length) + row] = T.One;
            }
        }

        TensorBuffer<T> weights = new AttentionPass<T>(q, q, identity, [0, Length], [0, Length], options, threads: 1, seed: 3).Output;
        Assert.InRange(weights.Span.Count(T.Zero), 12_000 - 460, 12_000 + 460);
        Assert.InRange(weights.Span.ToArray().Sum(double.CreateTruncating) / (Heads * Length), 1 - 0.0165, 1 + 0.0165);
        Assert.NotEqual(
            weights.Span.ToArray(),
            new AttentionPass<T>(q, q, identity, [0, Length], [0, Length], options, threads: 1, seed: 4).Output.Span.ToArray());
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_probability_of_dropping_that_is_out_of_range_is_refused(double probability)
    {
        TensorBuffer<T> x = new(2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(
            "options", () => new AttentionPass<T>(x, x, x, [0, 2], [0, 2], new() { Dropout = probability }, threads: 1));
        Assert.Throws<ArgumentOutOfRangeException>("dropout", () => new SelfAttention<T>(2, dropout: probability));
        Assert.Throws<ArgumentOutOfRangeException>("dropout", () => new TransformerBlock<T>(2, 4, dropout: probability));
    }
}

public sealed class AttentionDropoutFloatTests : AttentionDropoutTests<float>;

public sealed class AttentionDropoutDoubleTests : AttentionDropoutTests<double>;
