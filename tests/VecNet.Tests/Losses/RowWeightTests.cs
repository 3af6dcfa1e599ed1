using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// A row of weight w is w equal rows, for every loss of the catalog: in its value and gradient, in a trainer's steps and evaluations, and
/// in metrics. Weights of 1 change no bit.
/// </summary>
[GradientProperties]
public sealed class RowWeightTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Property]
    public void Value_and_gradient_of_a_loss_are_those_of_copies(GradientCase c) => ForAll(c, (loss, entry, data, random) =>
    {
        double[] weights = Weights(random, data.Rows);
        Dataset<double> copies = Copies(data, weights);
        TensorBuffer<double> predictions = entry.OfProbabilities
            ? c.Positive(data.Rows, c.Outputs, 3)
            : c.Values(data.Rows, c.Outputs, 3);
        TensorBuffer<double> ofCopies = Copies(predictions, weights);
        var gradient = new TensorBuffer<double>(data.Rows, c.Outputs);
        var gradientOfCopies = new TensorBuffer<double>(copies.Rows, c.Outputs);
        gradient.Span.Fill(double.NaN);
        double value = loss.ForwardBackward(predictions.View, data.Targets, weights, gradient.View);
        AssertNear(loss.ForwardBackward(ofCopies.View, copies.Targets, gradientOfCopies.View), value);
        AssertNear(value, loss.Forward(predictions.View, data.Targets, weights));
        int copy = 0;
        for (int row = 0; row < data.Rows; row++)
        {
            for (int column = 0; column < c.Outputs; column++)
            {
                double sum = 0;
                for (int i = 0; i < (int)weights[row]; i++)
                {
                    sum += gradientOfCopies.View[copy + i, column];
                }

                AssertNear(sum, gradient.View[row, column]);
            }

            copy += (int)weights[row];
        }
    });

    [Property]
    public void A_step_and_an_evaluation_are_those_of_copies(GradientCase c) => ForAll(c, (loss, entry, data, random) =>
    {
        double[] weights = Weights(random, data.Rows);
        Dataset<double> weighted = Weigh(data, weights);
        Dataset<double> copies = Copies(data, weights);
        NeuralNetwork<double> Network() => new(
            data.Features.Columns,
            [new FullyConnectedLayer<double>(c.Outputs), .. entry.OfProbabilities ? (ILayer<double>[])[new Softmax<double>()] : []],
            c.Seed);
        (NeuralNetwork<double> one, NeuralNetwork<double> other) = (Network(), Network());
        int batchSize = random.Integer(1, data.Rows);
        int accumulated = (data.Rows + batchSize - 1) / batchSize;
        var options = new TrainerOptions { Epochs = 1, BatchSize = batchSize, AccumulatedBatches = accumulated };
        var trainer = new Trainer<double>(one, new Sgd<double>(0.1), loss, options);
        var ofCopies = new Trainer<double>(other, new Sgd<double>(0.1), loss, new() { Epochs = 1, BatchSize = copies.Rows });
        TrainingProgress progress = trainer.Train(weighted, weighted, cancellationToken: Token);
        TrainingProgress expected = ofCopies.Train(copies, copies, cancellationToken: Token);
        AssertNear(expected.TrainingLoss, progress.TrainingLoss);
        AssertNear(expected.TrainingAccuracy, progress.TrainingAccuracy);
        AssertNear(expected.ValidationLoss!.Value, progress.ValidationLoss!.Value);
        AssertNear(expected.ValidationAccuracy, progress.ValidationAccuracy);
        for (int i = 0; i < one.Parameters.Length; i++)
        {
            AssertNear(other.Parameters[i], one.Parameters[i]);
        }

        if (data.Targets.AreClasses)
        {
            ClassificationMetrics metrics = trainer.EvaluateClasses(weighted), metricsOfCopies = ofCopies.EvaluateClasses(copies);
            AssertNear(metricsOfCopies.Accuracy, metrics.Accuracy);
            AssertNear(metricsOfCopies.MeanF1, metrics.MeanF1);
            AssertNear(metricsOfCopies.MeanPrecision, metrics.MeanPrecision);
            AssertNear(metricsOfCopies.MeanRecall, metrics.MeanRecall);
        }
        else
        {
            RegressionMetrics metrics = trainer.EvaluateValues(weighted), metricsOfCopies = ofCopies.EvaluateValues(copies);
            AssertNear(metricsOfCopies.MeanAbsoluteError, metrics.MeanAbsoluteError);
            AssertNear(metricsOfCopies.RootMeanSquaredError, metrics.RootMeanSquaredError);
            AssertNear(metricsOfCopies.RSquared, metrics.RSquared);
        }
    });

    /// <summary>
    /// In an epoch of steps so small that the parameters hardly change, the gradients of all mini-batches add up to that of the copies,
    /// whichever rows are together.
    /// </summary>
    [Fact]
    public void An_epoch_of_small_steps_is_that_of_copies()
    {
        var random = new Seeded(5);
        const int Rows = 24;
        double[] weights = [.. Enumerable.Range(0, Rows).Select(row => row % 8 == 0 ? 20.0 : row % 3)];
        var features = new TensorBuffer<double>(Rows, 2);
        foreach (ref double feature in features.Span)
        {
            feature = random.Integer(-9, 9) / 9.0;
        }

        var data = new Dataset<double>(features, [.. Enumerable.Range(0, Rows).Select(row => row % 8 == 0 ? 1 : 0)]);
        double[] Change(Dataset<double> rows, int batchSize, int accumulated, double rate)
        {
            var network = new NeuralNetwork<double>(2, [new FullyConnectedLayer<double>(2)], 3);
            double[] before = network.Parameters.ToArray();
            new Trainer<double>(
                network, new Sgd<double>(rate), new SoftmaxCrossEntropy<double>(),
                new() { Epochs = 1, BatchSize = batchSize, AccumulatedBatches = accumulated }).Train(rows, cancellationToken: Token);
            return [.. before.Select((parameter, i) => (network.Parameters[i] - parameter) / rate)];
        }

        double[] expected = Change(Copies(data, weights), (int)weights.Sum(), 1, 1e-6);
        foreach ((int batchSize, int accumulated) in new[] { (Rows, 1), (4, 1), (2, 1), (2, 3), (4, 6) })
        {
            double steps = (double)Rows / (batchSize * accumulated);
            double[] change = Change(Weigh(data, weights), batchSize, accumulated, 1e-6);
            Assert.All(change.Zip(expected), pair => Assert.Equal(pair.Second, pair.First / steps, 1e-4));
        }
    }

    [Property]
    public void Weights_of_1_change_no_bit(GradientCase c) => ForAll(c, (loss, entry, data, random) =>
    {
        TensorBuffer<double> predictions = entry.OfProbabilities
            ? c.Positive(data.Rows, c.Outputs, 3)
            : c.Values(data.Rows, c.Outputs, 3);
        var plain = new TensorBuffer<double>(data.Rows, c.Outputs);
        var weighted = new TensorBuffer<double>(data.Rows, c.Outputs);
        double[] ones = [.. Enumerable.Repeat(1.0, data.Rows)];
        Assert.Equal(
            loss.ForwardBackward(predictions.View, data.Targets, plain.View),
            loss.ForwardBackward(predictions.View, data.Targets, ones, weighted.View));
        Assert.Equal(plain.Span.ToArray(), weighted.Span.ToArray());
    });

    /// <summary>The mean is over the sum of the weights; the value is worked out by hand.</summary>
    [Fact]
    public void A_weighted_mean_divides_by_the_weights()
    {
        double[,] predictions = { { 1, 0 }, { 0, 2 } };
        double[,] targets = { { 0, 0 }, { 0, 0 } };
        var loss = new MeanAbsoluteError<double>();
        Assert.Equal(((3 * (1 + 0)) + (0.5 * (0 + 2))) / (3.5 * 2), loss.Forward(predictions, targets, [3, 0.5]), 1e-15);
        Assert.Equal((3 * 1) + (0.5 * 2), new MeanAbsoluteError<double>(Reduction.Sum).Forward(predictions, targets, [3, 0.5]), 1e-15);
        Assert.Equal(loss.Forward(predictions, targets, [3, 0.5]), loss.Forward(predictions, targets, [6e200, 1e200]), 1e-15);
    }

    [Fact]
    public void Predictions_of_a_row_of_weight_0_have_no_effect()
    {
        double[,] predictions = { { double.NaN, double.PositiveInfinity }, { 2, 1 }, { double.NaN, 0 } };
        foreach (LossEntry<double> entry in EveryLoss<double>.All.Values.Where(entry => entry.OfValues))
        {
            ILoss<double> loss = entry.Make(2, Reduction.Mean);
            double[,] targets = { { double.NaN, 1 }, { 0.25, 0.75 }, { 1, double.NaN } };
            double[] gradient = [.. Enumerable.Repeat(7.0, 6)];
            double value = loss.ForwardBackward(predictions, targets, [0, 3, 0], gradient.AsView(3, 2));
            double expected = loss.Forward(new double[,] { { 2, 1 } }, new double[,] { { 0.25, 0.75 } });
            AssertNear(expected, value);
            Assert.Equal([0, 0, 0, 0], [.. gradient[..2], .. gradient[4..]]);
            Assert.True(double.IsNaN(loss.ForwardBackward(predictions, targets, [0, 0, 0], gradient.AsView(3, 2))), entry.Name);
            Assert.All(gradient, g => Assert.Equal(0, g));
        }
    }

    /// <summary>A bad class in a later row is found before the gradient of an earlier one is written.</summary>
    [Fact]
    public void Nothing_is_written_before_everything_is_checked()
    {
        var loss = new SoftmaxCrossEntropy<double>();
        double[] memory = [.. Enumerable.Repeat(7.0, 8)];
        Assert.Throws<ArgumentOutOfRangeException>(
            "targets", () => loss.ForwardBackward(new double[3, 2], new[] { 0, 1, 2 }, [1, 0, 2], memory.AsView(4, 2).SliceRows(0, 3)));
        Assert.Throws<ArgumentException>(() =>
        {
            TensorView<double> view = memory.AsView(4, 2);
            new MeanSquaredError<double>().ForwardBackward(
                view.SliceRows(0, 3), new double[3, 2], [1, 2, 3], view.SliceRows(1, 3));
        });
        Assert.All(memory, element => Assert.Equal(7, element));
        Assert.Throws<ArgumentException>("targets", () => loss.Forward(new double[3, 2], new[] { 0, 1 }, [1, 0, 2]));
        Assert.Throws<ArgumentException>(
            "targets", () => new MeanSquaredError<double>().Forward(new double[3, 2], new double[2, 2], [1, 0, 2]));
        Assert.Throws<ArgumentException>("weights", () => loss.Forward(new double[3, 2], new[] { 0, 1, 1 }, [1, 0]));
    }

    [Fact]
    public void A_gradient_in_place_of_the_predictions_is_the_same()
    {
        double[] weights = [2, 0, 0.5];
        double[,] targets = { { 0.5, 1 }, { 0, 1 }, { 1, 0.25 } };
        foreach (LossEntry<double> entry in EveryLoss<double>.All.Values.Where(entry => entry.OfValues && entry.InPlace))
        {
            ILoss<double> loss = entry.Make(2, Reduction.Mean);
            double[] expected = new double[6];
            double[] memory = [0.5, 0.25, 1, 2, 0.75, 0.125];
            double value = loss.ForwardBackward(memory.AsView(3, 2), targets, weights, expected.AsView(3, 2));
            Assert.Equal(value, loss.ForwardBackward(memory.AsView(3, 2), targets, weights, memory.AsView(3, 2)));
            Assert.Equal(expected, memory);
        }
    }

    private delegate void Check(ILoss<double> loss, LossEntry<double> entry, Dataset<double> data, Seeded random);

    private static void ForAll(GradientCase c, Check check)
    {
        int rows = Math.Max(1, c.Rows);
        c = c with { Rows = rows };
        var random = new Seeded(c.Seed);
        LossEntry<double> some = EveryLoss<double>.All.Values.ElementAt(random.Integer(0, EveryLoss<double>.All.Count - 1));
        ILoss<double> loss = some.Make(c.Outputs, random.Integer(0, 1) == 0 ? Reduction.Mean : Reduction.Sum);
        if (some.OfValues)
        {
            check(loss, some, new(c.Input(), c.Positive(rows, c.Outputs, 2)), random);
        }

        if (some.OfClasses)
        {
            int[] classes = [.. c
                .Classes(c.Outputs)
                .Select(target => loss.IgnoredClass is { } ignored && random.Integer(0, 3) == 0 ? ignored : target)];
            check(loss, some, new(c.Input(), classes), random);
        }
    }

    /// <summary>Whole numbers from 0 to 3, not all 0.</summary>
    private static double[] Weights(Seeded random, int rows)
    {
        double[] weights = [.. Enumerable.Range(0, rows).Select(_ => (double)random.Integer(0, 3))];
        weights[random.Integer(0, rows - 1)] = random.Integer(1, 3);
        return weights;
    }

    private static Dataset<double> Weigh(Dataset<double> data, double[] weights) => data.Targets.AreClasses
        ? new(data.Features, data.Targets.Classes.ToArray()) { Weights = weights }
        : new(data.Features, TensorBuffer.Copy(data.Targets.Values)) { Weights = weights };

    private static Dataset<double> Copies(Dataset<double> data, double[] weights) => data.Select(RowsOf(weights));

    private static TensorBuffer<double> Copies(TensorBuffer<double> rows, double[] weights) =>
        new Dataset<double>(rows, new int[rows.Rows]).Select(RowsOf(weights)).Features;

    private static int[] RowsOf(double[] weights) =>
        [.. weights.SelectMany((weight, row) => Enumerable.Repeat(row, (int)weight))];

    private static void AssertNear(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        AssertNear(expected ?? 0, actual ?? 0);
    }

    private static void AssertNear(double expected, double actual) => Assert.True(
        expected.Equals(actual) || Math.Abs(expected - actual) <= 1e-11 * Math.Max(1, Math.Abs(expected)),
        $"{actual:R}, expected {expected:R}");
}
