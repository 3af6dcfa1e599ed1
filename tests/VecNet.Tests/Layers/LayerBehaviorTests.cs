namespace VecNet.Tests;

/// <summary>What normalizations, embeddings and the losses with choices promise beside their gradients.</summary>
public sealed class LayerBehaviorTests
{
    [Fact]
    public void Batch_normalization_learns_its_statistics_in_training_only_and_infers_with_them()
    {
        var network = new NeuralNetwork<double>(2, [new BatchNorm<double>(momentum: 0.5)]);
        double[,] batch = { { 1, 10 }, { 3, 14 } };
        Workspace<double> workspace = network.CreateTrainingWorkspace(2);
        double[] before = network.State.ToArray();
        network.Predict(batch, workspace);
        Assert.Equal(before, network.State.ToArray());
        network.Forward(batch, workspace);

        // Means 2 and 12, unbiased variances 2 and 8; half of the way from 0 and from 1.
        SlotViews<double> state = network.GetState(0);
        Assert.Equal([1, 6], state[0].AsSpan().ToArray());
        Assert.Equal([1.5, 4.5], state[1].AsSpan().ToArray());
        double[] after = network.State.ToArray();
        ReadOnlyTensorView<double> predicted = network.Predict(new double[,] { { 4, 6 } }, workspace);
        Assert.Equal(3 / Math.Sqrt(1.5 + 1e-5), predicted[0, 0], 1e-15);
        Assert.Equal(0, predicted[0, 1]);
        Assert.Equal(after, network.State.ToArray());
        network.Initialize(7);
        Assert.Equal(before, network.State.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Batch_normalization_cannot_be_trained_on_less_than_two_rows(int rows)
    {
        var network = new NeuralNetwork<float>(3, [new BatchNorm<float>()]);
        var input = new TensorBuffer<float>(rows, 3);
        float[] state = network.State.ToArray();
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => network.Forward(input.View, network.CreateTrainingWorkspace(4)));
        Assert.Contains("two rows", exception.Message, StringComparison.Ordinal);
        Assert.Equal(state, network.State.ToArray());
        Assert.Equal(rows, network.Predict(input.View, network.CreateInferenceWorkspace(4)).Rows);
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-1f)]
    [InlineData(3f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e9f)]
    public void An_index_that_is_no_entry_is_refused_before_anything_is_written(float index)
    {
        float[,] table = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
        float[] output = [7, 7, 7, 7];
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => Embedding.Forward<float>(new[] { 2f, index }, table, output));
        Assert.Contains("position 1", exception.Message, StringComparison.Ordinal);
        Assert.Equal([7, 7, 7, 7], output);
        float[,] gradient = { { 1, 1 }, { 1, 1 }, { 1, 1 } };
        Assert.Throws<ArgumentOutOfRangeException>(() => Embedding.Backward<float>(new[] { 2f, index }, output, gradient));
        Assert.Equal(1, gradient[0, 0]);
    }

    [Fact]
    public void An_entry_for_padding_starts_at_zero_and_stays()
    {
        var network = new NeuralNetwork<float>(2, [new Embedding<float>(3, 2, paddingIndex: 1)], seed: 3);
        Assert.Equal([0, 0], network.GetParameters(0)[0].Row(1).ToArray());
        Workspace<float> workspace = network.CreateTrainingWorkspace(1);
        float[] input = [1, 2];
        network.Forward(input, workspace);
        network.Backward(input, new float[] { 5, 6, 7, 8 }, workspace);
        Assert.Equal([0, 0, 0, 0, 7, 8], network.GetGradients(0)[0].AsSpan().ToArray());
    }

    /// <summary>By hand: the weighted mean over rows, of which one does not count.</summary>
    [Fact]
    public void Class_weights_make_a_weighted_mean_over_the_rows_that_count()
    {
        double[,] logits = { { 1, 2, 0.5 }, { -1, 0, 3 }, { 0.25, 0.5, -2 } };
        double[] weights = [0.5, 2, 3];
        var loss = new SoftmaxCrossEntropy<double>(weights, labelSmoothing: 0.3, ignoredClass: -1);
        double value = loss.Forward(logits, new[] { 1, -1, 0 });
        double Row(int row, int target)
        {
            double log = Math.Log(Enumerable.Range(0, 3).Sum(j => Math.Exp(logits[row, j])));
            return Enumerable.Range(0, 3).Sum(j => -weights[j] * ((j == target ? 0.7 : 0) + 0.1) * (logits[row, j] - log));
        }

        Assert.Equal((Row(0, 1) + Row(2, 0)) / (2 + 0.5), value, 1e-14);
        var sum = new SoftmaxCrossEntropy<double>(weights, labelSmoothing: 0.3, ignoredClass: -1, Reduction.Sum);
        Assert.Equal(Row(0, 1) + Row(2, 0), sum.Forward(logits, new[] { 1, -1, 0 }), 1e-14);
        double[,] oneHot = { { 0, 1, 0 }, { 0, 0, 0 }, { 1, 0, 0 } };
        double nothing = Enumerable.Range(0, 3).Sum(j => -weights[j] * 0.1 * (logits[1, j] - Math.Log(Math.Exp(-1) + 1 + Math.Exp(3))));
        Assert.Equal((Row(0, 1) + Row(2, 0) + nothing) / 3, new SoftmaxCrossEntropy<double>(weights, 0.3).Forward(logits, oneHot), 1e-14);
    }

    [Fact]
    public void Without_choices_the_fused_loss_is_the_plain_one()
    {
        var logits = new TensorBuffer<double>(9, 21);
        Matrix<double, Ordinary>.Fill(logits.View, 5);
        int[] classes = [.. Enumerable.Range(0, 9).Select(row => row * 2)];
        var plain = new TensorBuffer<double>(9, 21);
        var chosen = new TensorBuffer<double>(9, 21);
        Assert.Equal(
            new SoftmaxCrossEntropy<double>().ForwardBackward(logits.View, classes, plain.View),
            new SoftmaxCrossEntropy<double>().ForwardBackward(logits.View, classes, chosen.View),
            1e-14);
        for (int i = 0; i < plain.Length; i++)
        {
            Assert.Equal(plain.Span[i], chosen.Span[i], 1e-16);
        }
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyReLU<float>(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ELU<float>(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Softplus<float>(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Softplus<float>(1e-60));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm<float>(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm<float>(momentum: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding<float>(3, 2, paddingIndex: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding<float>(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Huber<float>(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxCrossEntropy<float>(labelSmoothing: 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxCrossEntropy<float>([1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MeanAbsoluteError<float>((Reduction)7));
        Assert.Throws<ArgumentException>(() => new SoftmaxCrossEntropy<float>([1, 1]).Forward(new float[1, 3], new[] { 0 }));
    }
}
