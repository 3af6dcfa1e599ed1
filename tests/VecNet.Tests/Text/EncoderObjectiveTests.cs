using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The gradients of what encoders are trained for, compared with numeric ones in double precision.</summary>
public sealed class EncoderObjectiveTests
{
    private const double Step = 1e-5;

    [Fact]
    public void The_ranking_loss_is_that_of_its_formula()
    {
        TensorBuffer<double> anchors = Random(4, 3, seed: 1), partners = Random(4, 3, seed: 2), unused = new(4, 3);
        double expected = 0;
        for (int i = 0; i < 4; i++)
        {
            double[] scores = [.. Enumerable.Range(0, 4).Select(j =>
                20 * Enumerable.Range(0, 3).Sum(k => anchors.View[i, k] * partners.View[j, k]))];
            expected -= (scores[i] - Math.Log(scores.Sum(Math.Exp))) / 4;
        }

        Assert.Equal(expected, RankingLoss.ForwardBackward<double>(anchors.View, partners.View, 20, unused.View, unused.View), 1e-12);
    }

    [Fact]
    public void The_gradient_of_the_ranking_loss_is_that_of_its_value()
    {
        TensorBuffer<double> anchors = Random(5, 4, seed: 1), partners = Random(5, 4, seed: 2);
        TensorBuffer<double> gradAnchors = new(5, 4), gradPartners = new(5, 4), unused = new(5, 4);
        RankingLoss.ForwardBackward<double>(anchors.View, partners.View, 20, gradAnchors.View, gradPartners.View);
        Compare(anchors, gradAnchors);
        Compare(partners, gradPartners);

        void Compare(TensorBuffer<double> values, TensorBuffer<double> gradient)
        {
            for (int i = 0; i < values.Length; i++)
            {
                Assert.Equal(Slope(values.Span, i, Value), gradient.Span[i], 1e-7);
            }
        }

        double Value() => RankingLoss.ForwardBackward<double>(anchors.View, partners.View, 20, unused.View, unused.View);
    }

    [Fact]
    public void The_gradient_of_rows_divided_by_their_lengths_is_that_of_the_value()
    {
        TensorBuffer<double> rows = Random(3, 5, seed: 3), upstream = Random(3, 5, seed: 4), units = new(3, 5), gradient = new(3, 5);
        double[] lengths = new double[3];
        Value();
        UnitRows.Backward<double>(units.View, lengths, upstream.View, gradient.View);
        double[] expected = [.. Enumerable.Range(0, rows.Length).Select(i => Slope(rows.Span, i, Value))];
        Assert.All(expected.Zip(gradient.Span.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));

        double Value()
        {
            UnitRows.Forward<double>(rows.View, units.View, lengths);
            return Enumerable.Range(0, rows.Length).Sum(i => units.Span[i] * upstream.Span[i]);
        }
    }

    /// <summary>Through all layers, pooling and normalization, for every kind of parameter.</summary>
    [Theory]
    [InlineData("bert", PoolingMode.Mean, true)]
    [InlineData("bert", PoolingMode.Max, true)]
    [InlineData("bert", PoolingMode.First, false)]
    [InlineData("distilbert", PoolingMode.Mean, false)]
    public void The_gradient_of_an_encoder_is_that_of_the_loss(string type, PoolingMode pooling, bool arePairs)
    {
        using var files = new TinyEncoder(type, width: 8, hidden: 12);
        NeuralNetwork<double> network = files.Network(pooling);
        var options = new FineTuningOptions { BatchSize = 4 };
        int[][] first = TokensOf(files, 4, 1, 7, 3), second = TokensOf(files, 2, 5, 1, 12);
        var head = new ClassObjective<double>([1, 0, 2, 1], Random(9, 3, seed: 5), weightDecay: 0);
        EncoderSteps<double> steps = arePairs
            ? new(network, [first, second], new PairObjective<double>(20), options)
            : new(network, [first], head, options);
        int[] samples = [2, 0, 3];
        steps.ForwardBackward(samples);
        double[] gradient = network.Gradients.ToArray();
        var random = new SplitMix64(6);
        int compared = 0;
        for (int i = 0; i < gradient.Length; i += 1 + random.NextInt(12))
        {
            double slope = Slope(network.Parameters, i, () => steps.ForwardBackward(samples));
            Assert.True(Math.Abs(slope - gradient[i]) <= 1e-7 * Math.Max(1, Math.Abs(slope)), $"{i}: {slope} and {gradient[i]}");
            compared += slope != 0 ? 1 : 0;
        }

        Assert.True(compared > 100, $"Only {compared} slopes are not 0.");
    }

    private static int[][] TokensOf(TinyEncoder files, params int[] lengths)
    {
        (int[] tokens, int[] offsets) = files.Texts(lengths);
        return [.. lengths.Select((_, i) => tokens[offsets[i]..offsets[i + 1]])];
    }

    private static TensorBuffer<double> Random(int rows, int columns, ulong seed)
    {
        var random = new SplitMix64(seed);
        var buffer = new TensorBuffer<double>(rows, columns);
        foreach (ref double one in buffer.Span)
        {
            one = (2 * random.NextDouble()) - 1;
        }

        return buffer;
    }

    private static double Slope(Span<double> values, int index, Func<double> loss)
    {
        double value = values[index];
        values[index] = value + Step;
        double above = loss();
        values[index] = value - Step;
        double below = loss();
        values[index] = value;
        return (above - below) / (2 * Step);
    }
}
