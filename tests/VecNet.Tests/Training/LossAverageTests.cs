namespace VecNet.Tests;

/// <summary>What is put together of batches is the value of one batch: sums of sums over sums of weights.</summary>
public sealed class LossAverageTests
{
    private const double WeightedMean = 1.9409882998978845;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Rows 0, 2 and −3 of classes 0, 1, 1 with weights 1 and 9: Σ wl / Σ w by hand.</summary>
    private static Dataset<double> Three => Data([0, 2, -3], [0, 1, 1]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void A_weighted_mean_is_the_same_at_every_batch_size(int batchSize)
    {
        double[] losses = [Log1p(0), Log1p(4), Log1p(-6)];
        Assert.Equal(WeightedMean, (losses[0] + (9 * losses[1]) + (9 * losses[2])) / 19, 1e-14);
        var loss = new SoftmaxCrossEntropy<double>([1, 9]);
        var trainer = new Trainer<double>(Fixed(), new Sgd<double>(0), loss, new() { BatchSize = batchSize, Epochs = 1 });
        Assert.Equal(WeightedMean, trainer.Evaluate(Three).Loss, 1e-14);
        Assert.Equal(WeightedMean, trainer.Train(Three, Three, cancellationToken: Token).TrainingLoss, 1e-14);
        Assert.Equal(WeightedMean, trainer.Train(Three, Three, cancellationToken: Token).ValidationLoss!.Value, 1e-14);
        NeuralNetwork<double> network = Fixed();
        Assert.Equal(
            WeightedMean, loss.Forward(network.Predict(Three.Features.View, network.CreateInferenceWorkspace(3)), Three.Targets), 1e-14);

        // The loss of class 1 is log(1 + e^(x₀ − x₁)), with logits x and −x; of class 0 with the other sign.
        static double Log1p(double difference) => Math.Log(1 + Math.Exp(difference));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_sum_is_the_sum_over_the_data_at_every_batch_size(int batchSize)
    {
        double expected = Math.Log(2) + (Math.Log(1 + Math.Exp(4)) + Math.Log(1 + Math.Exp(-6)));
        List<TrainingStep> steps = [];
        var options = new TrainerOptions { BatchSize = batchSize, Epochs = 1, StepFinished = steps.Add };
        var trainer = new Trainer<double>(Fixed(), new Sgd<double>(0), new SoftmaxCrossEntropy<double>(reduction: Reduction.Sum), options);
        TrainingProgress report = trainer.Train(Three, Three, cancellationToken: Token);
        Assert.Equal(expected, trainer.Evaluate(Three).Loss, 1e-14);
        Assert.Equal(expected, report.ValidationLoss!.Value, 1e-14);
        Assert.Equal(expected, report.TrainingLoss, 1e-14);
        Assert.Equal(expected, steps.Sum(step => step.Loss), 1e-14);
    }

    /// <summary>The second validation batch has no row that counts: it was NaN, which no loss is below.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void A_validation_batch_in_which_no_row_counts_contributes_nothing(int batchSize, bool patient)
    {
        Dataset<double> validation = Data([-1, 1, 5, 7], [0, 1, -100, -100]);
        var network = new NeuralNetwork<double>(1, [new FullyConnectedLayer<double>(2)], seed: 1);
        double[] before = network.Parameters.ToArray();
        var options = new TrainerOptions { BatchSize = batchSize, Epochs = 40, KeepBest = true, Patience = patient ? 3 : null };
        var trainer = new Trainer<double>(network, new Sgd<double>(1), new SoftmaxCrossEntropy<double>(ignoredClass: -100), options);
        List<double> losses = [];
        TrainingProgress kept = trainer.Train(
            Data([-2, -1, 1, 2], [0, 0, 1, 1]), validation, new Each(report => losses.Add(report.ValidationLoss!.Value)), Token);
        Assert.Equal(40, losses.Count);
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss)));
        Assert.Equal(40, kept.Epoch);
        Assert.NotEqual(before, network.Parameters.ToArray());
        Assert.Equal(1, kept.ValidationAccuracy);
        Assert.Equal(losses.Min(), trainer.Evaluate(Data([-1, 1], [0, 1])).Loss, 1e-14);
    }

    [Fact]
    public void Validation_data_in_which_no_row_counts_cannot_find_the_best()
    {
        Dataset<double> none = Data([1, 2], [-100, -100]);
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);
        var trainer = new Trainer<double>(Fixed(), new Sgd<double>(1), loss, new() { KeepBest = true });
        Assert.Contains(
            "All validation rows are ignored",
            Assert.Throws<ArgumentException>("validation", () => trainer.Train(Three, none, cancellationToken: Token)).Message,
            StringComparison.Ordinal);
        Assert.Equal(new Evaluation(double.NaN, null), trainer.Evaluate(none));
        Assert.Equal(0, trainer.EvaluateClasses(none).Rows);
        var plain = new Trainer<double>(Fixed(), new Sgd<double>(1), loss, new() { Epochs = 1 });
        TrainingProgress report = plain.Train(Three, none, cancellationToken: Token);
        Assert.Equal((double.NaN, null), (report.ValidationLoss, report.ValidationAccuracy));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Ignored_rows_are_in_no_accuracy_and_no_confusion_matrix(int batchSize)
    {
        Dataset<double> data = Data([-1, 1, 5, -7], [1, 1, -100, -100]);
        var options = new TrainerOptions { BatchSize = batchSize, Epochs = 1 };
        var trainer = new Trainer<double>(Fixed(), new Sgd<double>(0), new SoftmaxCrossEntropy<double>(ignoredClass: -100), options);
        Assert.Equal(0.5, trainer.Evaluate(data).Accuracy);
        Assert.Equal(0.5, trainer.Train(data, data, cancellationToken: Token).TrainingAccuracy);
        ClassificationMetrics metrics = trainer.EvaluateClasses(data);
        Assert.Equal((2, 1, 1, 0.5), (metrics.Rows, metrics[1, 1], metrics[1, 0], metrics.Accuracy));

        // A class of the network may be ignored as well.
        var other = new Trainer<double>(Fixed(), new Sgd<double>(0), new SoftmaxCrossEntropy<double>(ignoredClass: 0), options);
        Assert.Equal(1, other.Evaluate(Data([-1, 1, -1], [1, 0, 0])).Accuracy);
    }

    /// <summary>Eight batches of one row, of which some do not count, are one step of all: by hand Σ w ∂l / Σ w.</summary>
    [Theory]
    [InlineData(1, Reduction.Mean)]
    [InlineData(2, Reduction.Mean)]
    [InlineData(3, Reduction.Mean)]
    [InlineData(2, Reduction.Sum)]
    public void Accumulated_batches_have_the_gradient_of_one_batch(int batchSize, Reduction reduction)
    {
        Dataset<double> data = Data([-2, -1, 0.5, 1, 2, 3, -0.25, 9], [0, 1, -100, 1, 0, -100, 1, -100]);
        double[] Trained(int size, int batches)
        {
            NeuralNetwork<double> network = Fixed();
            var loss = new SoftmaxCrossEntropy<double>([0.25, 4], labelSmoothing: 0.1, ignoredClass: -100, reduction);
            new Trainer<double>(network, new Sgd<double>(0.5), loss, new() { Epochs = 1, BatchSize = size, AccumulatedBatches = batches })
                .Train(data, cancellationToken: Token);
            return network.Parameters.ToArray();
        }

        Assert.All(Trained(8, 1).Zip(Trained(batchSize, 8)), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        Assert.NotEqual(Fixed().Parameters.ToArray(), Trained(8, 1));
    }

    [Fact]
    public void Weights_at_the_ends_of_the_number_range_change_no_mean()
    {
        float[,] logits = { { 1, 2, -0.5f }, { 3, 0, 0.25f }, { -1, 1, 2 } };
        int[] classes = [0, 2, 1];
        foreach (double smoothing in (double[])[0, 0.2])
        {
            var expected = new float[9];
            float value = new SoftmaxCrossEntropy<float>([1, 4, 2], smoothing).ForwardBackward(logits, classes, expected.AsView(3, 3));
            foreach (float unit in (float[])[1e-40f, 1e-30f, 7e37f])
            {
                var gradient = new float[9];
                var loss = new SoftmaxCrossEntropy<float>([unit, 4 * unit, 2 * unit], smoothing);
                Assert.Equal(value, loss.ForwardBackward(logits, classes, gradient.AsView(3, 3)), 1e-4f);
                Assert.All(expected.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
            }
        }

        var far = new SoftmaxCrossEntropy<float>([1e-40f, 1e10f, 1]);
        Assert.Equal(new SoftmaxCrossEntropy<float>().Forward(logits, new[] { 0, 0, 0 }), far.Forward(logits, new[] { 0, 0, 0 }), 1e-4f);
    }

    /// <summary>From a checkpoint in the middle of an epoch, through a file, after every step.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_resumed_epoch_reports_what_an_uninterrupted_one_reports(int after)
    {
        TrainingProgress whole = Run(after: 0);
        Assert.Equal(whole with { Elapsed = default, SamplesPerSecond = 0 }, Run(after) with { Elapsed = default, SamplesPerSecond = 0 });

        static TrainingProgress Run(int after)
        {
            using var scratch = new ScratchDirectory();
            Dataset<double> data = Data([-2, -1, 0.5, 1, 2, 3, -0.25, 9], [0, 1, -100, 1, 0, -100, 1, 0]);
            using var cancellation = new CancellationTokenSource();
            Trainer<double> New(Action<TrainingStep>? finished) => new(
                Fixed(), new Sgd<double>(0.5), new SoftmaxCrossEntropy<double>([0.25, 4], ignoredClass: -100),
                new() { Epochs = 1, BatchSize = 2, Seed = 1, StepFinished = finished });
            if (after == 0)
            {
                return New(null).Train(data, cancellationToken: Token);
            }

            Trainer<double> first = New(step =>
            {
                if (step.Step == after)
                {
                    cancellation.Cancel();
                }
            });
            try
            {
                first.Train(data, cancellationToken: cancellation.Token);
            }
            catch (OperationCanceledException)
            {
            }

            CheckpointFile.Save(first.Checkpoint(), scratch["checkpoint"]);
            Trainer<double> second = New(null);
            second.Resume(CheckpointFile.Load<double>(scratch["checkpoint"]));
            return second.Train(data, cancellationToken: Token);
        }
    }

    internal static Dataset<double> Data(double[] features, int[] classes)
    {
        var buffer = new TensorBuffer<double>(features.Length, 1);
        features.CopyTo(buffer.Span);
        return new(buffer, classes);
    }

    /// <summary>W = [1, −1], b = 0.</summary>
    internal static NeuralNetwork<double> Fixed()
    {
        var network = new NeuralNetwork<double>(1, [new FullyConnectedLayer<double>(2)]);
        network.Parameters.Clear();
        (network.Weights[0][0, 0], network.Weights[0][0, 1]) = (1, -1);
        return network;
    }

    private sealed class Each(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
