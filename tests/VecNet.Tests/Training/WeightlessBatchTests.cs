using System.Numerics;

namespace VecNet.Tests;

/// <summary>Where nothing counts, a mean has no value and its gradient is exactly 0: nothing is poisoned.</summary>
public sealed class WeightlessBatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<double, bool> Choices => new() { { 0, false }, { 0.3, false }, { 1, false }, { 0, true }, { 0.3, true } };

    [Theory]
    [MemberData(nameof(Choices))]
    public void Rows_of_weight_0_are_NaN_with_a_gradient_of_0(double smoothing, bool allWeightsAre0)
    {
        Weightless<float>(smoothing, allWeightsAre0);
        Weightless<double>(smoothing, allWeightsAre0);
    }

    private static void Weightless<T>(double smoothing, bool allWeightsAre0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var loss = new SoftmaxCrossEntropy<T>(
            [T.Zero, allWeightsAre0 ? T.Zero : T.CreateChecked(9), T.Zero], smoothing, ignoredClass: -100);
        T largest = T.CreateSaturating(typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue);
        foreach (T special in (T[])[T.One, T.NaN, T.PositiveInfinity, T.NegativeInfinity, largest])
        {
            T[] logits = [special, T.One, special, T.Zero, special, special];
            foreach (int[] classes in (int[][])[[0, 2], [0, -100], [-100, -100]])
            {
                T[] gradient = [.. Enumerable.Repeat(T.NaN, 6)];
                Assert.True(T.IsNaN(loss.ForwardBackward(logits.AsView(2, 3), classes, gradient.AsView(2, 3))));
                Assert.All(gradient, g => Assert.Equal(T.Zero, g));
                Assert.True(T.IsNaN(loss.Forward(logits.AsView(2, 3), classes)));
                gradient = [.. Enumerable.Repeat(T.NaN, 6)];
                loss.Backward(logits.AsView(2, 3), classes, T.CreateChecked(-3), gradient.AsView(2, 3));
                Assert.All(gradient, g => Assert.Equal(T.Zero, g));
            }
        }
    }

    /// <summary>A row of weight 0 beside others counts as little as an ignored one, whatever its logits are.</summary>
    [Fact]
    public void A_row_of_weight_0_leaves_the_others_alone()
    {
        var loss = new SoftmaxCrossEntropy<double>([0, 3]);
        double[] gradient = new double[4];
        double value = loss.ForwardBackward(
            new double[,] { { double.NaN, double.PositiveInfinity }, { 2, 1 } }, new[] { 0, 1 }, gradient.AsView(2, 2));
        Assert.Equal(Math.Log(1 + Math.E), value, 1e-15);
        Assert.Equal([0, 0], gradient[..2]);
        Assert.Equal(1 / (1 + Math.Exp(-1)), gradient[2], 1e-15);
    }

    /// <summary>Steps of rows that do not count, of infinite features too, in every way in which a trainer steps.</summary>
    [Theory]
    [InlineData(1, false, Reduction.Mean)]
    [InlineData(3, false, Reduction.Mean)]
    [InlineData(1, true, Reduction.Mean)]
    [InlineData(3, true, Reduction.Mean)]
    [InlineData(1, false, Reduction.Sum)]
    [InlineData(3, true, Reduction.Sum)]
    public void A_step_of_rows_that_do_not_count_poisons_nothing(int accumulated, bool clips, Reduction reduction)
    {
        foreach (double feature in (double[])[1, double.NaN, double.PositiveInfinity, double.MaxValue])
        {
            Dataset<double> data = LossAverageTests.Data(
                [feature, feature, feature, feature, feature, feature], [-100, 0, 0, -100, 0, -100]);
            var network = new NeuralNetwork<double>(
                1, [new FullyConnectedLayer<double>(3), new Tanh<double>(), new FullyConnectedLayer<double>(2)], seed: 1);
            double[] before = network.Parameters.ToArray();
            List<double> losses = [];
            var options = new TrainerOptions
            {
                Epochs = 2,
                BatchSize = 2,
                AccumulatedBatches = accumulated,
                MaxGradientNorm = clips ? 1 : null,
                MaxGradientValue = clips ? 1 : null,
                StepFinished = step => losses.Add(step.Loss),
            };
            var loss = new SoftmaxCrossEntropy<double>([0, 5], ignoredClass: -100, reduction: reduction);
            TrainingProgress report = new Trainer<double>(network, new Sgd<double>(0.5, momentum: 0.9), loss, options).Train(
                data, cancellationToken: Token);
            Assert.Equal(before, network.Parameters.ToArray());
            Assert.Equal(accumulated == 1 ? 6 : 2, losses.Count);
            double expected = reduction == Reduction.Mean ? double.NaN : 0;
            Assert.All(losses, value => Assert.Equal(expected, value));
            Assert.Equal(expected, report.TrainingLoss);
        }
    }

    /// <summary>A gradient of 0 is a step like any other: momentum goes on, and decay pulls. What was accumulated before stays.</summary>
    [Fact]
    public void A_step_of_rows_that_do_not_count_is_a_step_by_a_gradient_of_0()
    {
        NeuralNetwork<double> network = LossAverageTests.Fixed();
        var optimizer = new Sgd<double>(0.5, momentum: 0.9);
        double[] velocity = [.. Enumerable.Repeat(0.25, network.Parameters.Length)];
        optimizer.Step(network.Parameters, velocity);
        double[] before = network.Parameters.ToArray();
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);
        new Trainer<double>(network, optimizer, loss, new() { Epochs = 1 }).Train(
            LossAverageTests.Data([1, 2], [-100, -100]), cancellationToken: Token);
        Assert.All(before.Zip(network.Parameters.ToArray()), pair => Assert.Equal(pair.First - (0.5 * 0.9 * 0.25), pair.Second, 1e-15));
    }

    /// <summary>The rows of an embedding that occurred in the step before do not step again.</summary>
    [Fact]
    public void A_sparse_gradient_of_nothing_has_no_row()
    {
        var network = new NeuralNetwork<double>(1, [new Embedding<double>(4, 2, sparseGradient: true)], seed: 1);
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);
        var options = new TrainerOptions { Epochs = 1, MaxGradientNorm = 100 };
        var trainer = new Trainer<double>(network, new Sgd<double>(1), loss, options);
        trainer.Train(LossAverageTests.Data([1, 2], [0, 1]), cancellationToken: Token);
        double[] before = network.Parameters.ToArray();
        trainer.Train(LossAverageTests.Data([1, 3], [-100, -100]), cancellationToken: Token);
        Assert.Equal(before, network.Parameters.ToArray());
        Assert.All(network.Gradients.ToArray(), gradient => Assert.Equal(0, gradient));
    }
}
