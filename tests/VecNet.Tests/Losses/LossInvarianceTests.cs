using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>
/// However data are cut, value and gradient are those of one batch: for every loss with every choice, as a mean and as a sum, of classes
/// with ignored rows and of values, at any batch size and any number of accumulated batches.
/// </summary>
[GradientProperties]
public sealed class LossInvarianceTests
{
    [Property]
    public void Evaluation_is_that_of_one_batch(GradientCase c) => ForAll(c, (network, loss, data, batchSize) =>
    {
        Evaluation expected = Trained(network(), loss, data, new() { BatchSize = data.Rows, Epochs = 0 }).Evaluate(data);
        Evaluation actual = Trained(network(), loss, data, new() { BatchSize = batchSize, Epochs = 0 }).Evaluate(data);
        NeuralNetwork<double> other = network();
        double direct = loss.Forward(other.Predict(data.Features.View, other.CreateInferenceWorkspace(data.Rows)), data.Targets);
        AssertNear(direct, expected.Loss);
        AssertNear(expected.Loss, actual.Loss);
        Assert.Equal(expected.Accuracy, actual.Accuracy);
        Assert.Equal(
            !data.Targets.AreClasses || data.Targets.Classes.ToArray().All(row => row == loss.IgnoredClass), actual.Accuracy is null);
    });

    [Property]
    public void A_step_of_accumulated_batches_is_that_of_one_batch(GradientCase c) => ForAll(c, (network, loss, data, batchSize) =>
    {
        (NeuralNetwork<double> one, NeuralNetwork<double> cut) = (network(), network());
        double[] before = one.Parameters.ToArray();
        List<double> losses = [];
        int batches = (data.Rows + batchSize - 1) / batchSize;
        Trained(one, loss, data, new() { BatchSize = data.Rows, Epochs = 1, StepFinished = step => losses.Add(step.Loss) });
        Trained(
            cut, loss, data,
            new() { BatchSize = batchSize, AccumulatedBatches = batches, Epochs = 1, StepFinished = step => losses.Add(step.Loss) });
        Assert.Equal(2, losses.Count);
        AssertNear(losses[0], losses[1]);
        for (int i = 0; i < before.Length; i++)
        {
            AssertNear(one.Parameters[i] - before[i], cut.Parameters[i] - before[i]);
        }
    });

    /// <summary>With a learning rate of 0 an epoch's figures are those of an evaluation.</summary>
    [Property]
    public void An_epoch_reports_the_value_of_one_batch(GradientCase c) => ForAll(c, (network, loss, data, batchSize) =>
    {
        NeuralNetwork<double> still = network();
        var trainer = new Trainer<double>(
            still, new Sgd<double>(0), loss, new() { BatchSize = batchSize, AccumulatedBatches = 1 + (int)(c.Seed % 3), Epochs = 1 });
        TrainingProgress report = trainer.Train(data, data, cancellationToken: TestContext.Current.CancellationToken);
        Evaluation expected = trainer.Evaluate(data);
        AssertNear(expected.Loss, report.TrainingLoss);
        Assert.Equal(
            (expected.Accuracy, expected.Accuracy, expected.Loss),
            (report.TrainingAccuracy, report.ValidationAccuracy, report.ValidationLoss));
    });

    private delegate void Check(Func<NeuralNetwork<double>> network, ILoss<double> loss, Dataset<double> data, int batchSize);

    private static void ForAll(GradientCase c, Check check)
    {
        int rows = Math.Max(1, c.Rows);
        c = c with { Rows = rows };
        var random = new Seeded(c.Seed);
        TensorBuffer<double> features = c.Input();
        LossEntry<double> some = EveryLoss<double>.All.Values.ElementAt(random.Integer(0, EveryLoss<double>.All.Count - 1));
        ILoss<double> loss = some.Make(c.Outputs, random.Integer(0, 1) == 0 ? Reduction.Mean : Reduction.Sum);
        NeuralNetwork<double> Network() => new(
            c.Columns,
            [new FullyConnectedLayer<double>(c.Outputs), .. some.OfProbabilities ? (ILayer<double>[])[new Softmax<double>()] : []],
            c.Seed);
        int batchSize = random.Integer(1, rows);
        if (some.OfValues)
        {
            check(Network, loss, new(features, c.Positive(rows, c.Outputs, 2)), batchSize);
        }

        if (some.OfClasses)
        {
            int share = random.Integer(0, 3);
            int[] classes = [.. c
                .Classes(c.Outputs)
                .Select(target => loss.IgnoredClass is { } ignored && random.Integer(0, 3) < share ? ignored : target)];
            check(Network, loss, new(features, classes), batchSize);
        }
    }

    private static Trainer<double> Trained(NeuralNetwork<double> network, ILoss<double> loss, Dataset<double> data, TrainerOptions options)
    {
        var trainer = new Trainer<double>(network, new Sgd<double>(1), loss, options);
        trainer.Train(data, cancellationToken: TestContext.Current.CancellationToken);
        return trainer;
    }

    private static void AssertNear(double expected, double actual) => Assert.True(
        expected.Equals(actual) || Math.Abs(expected - actual) <= 1e-11 * Math.Max(1, Math.Abs(expected)),
        $"{actual:R}, expected {expected:R}");
}
