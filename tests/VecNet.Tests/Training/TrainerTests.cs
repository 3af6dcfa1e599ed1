using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VecNet.Tests;

/// <summary>The training loop: that it learns, stops, reports, goes back, and can be repeated bit for bit.</summary>
public sealed class TrainerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_tiny_set_is_learnt_by_heart()
    {
        Dataset<double> data = TrainingData.TwoRings(rows: 24, seed: 1);
        NeuralNetwork<double> network = Network(seed: 2);
        var trainer = new Trainer<double>(
            network, new Sgd<double>(0.1, momentum: 0.9), new SoftmaxCrossEntropy<double>(), new() { Epochs = 300, BatchSize = 8 });
        double before = trainer.Evaluate(data).Loss;
        TrainingProgress last = trainer.Train(data, cancellationToken: Token);
        Evaluation after = trainer.Evaluate(data);
        Assert.Equal(1, after.Accuracy);
        Assert.InRange(after.Loss, 0, before / 100);
        Assert.Equal((300, 300), (last.Epoch, last.Epochs));
    }

    [Fact]
    public void Regression_is_learnt_with_squares()
    {
        Dataset<double> training = TrainingData.Surface(rows: 200, seed: 1);
        Dataset<double> validation = TrainingData.Surface(rows: 100, seed: 2);
        var network = new NeuralNetwork<double>(2, 2, [24], new Tanh<double>(), WeightInitialization.XavierNormal, seed: 3);
        var trainer = new Trainer<double>(
            network, new Sgd<double>(0.2, momentum: 0.9), new MeanSquaredError<double>(), new() { Epochs = 150, BatchSize = 20 });
        double before = trainer.Evaluate(validation).Loss;
        TrainingProgress last = trainer.Train(training, validation, cancellationToken: Token);
        Assert.InRange(last.ValidationLoss!.Value, 0, before / 50);
        Assert.Equal((null, null), (last.TrainingAccuracy, last.ValidationAccuracy));
    }

    [Fact]
    public void The_same_seed_gives_the_same_parameters_and_another_one_others()
    {
        string first = Trained(networkSeed: 1, seed: 7);
        Assert.Equal(first, Trained(networkSeed: 1, seed: 7));
        Assert.NotEqual(first, Trained(networkSeed: 1, seed: 8));
        Assert.NotEqual(first, Trained(networkSeed: 2, seed: 7));
    }

    /// <summary>Three batches of 8, and two where the rows end, make the steps of batches of 24.</summary>
    [Fact]
    public void Accumulated_batches_step_like_one_batch_of_all_their_rows()
    {
        double[] whole = Trained(new() { Epochs = 2, BatchSize = 24 }, out List<TrainingStep> expected);
        double[] pieces = Trained(new() { Epochs = 2, BatchSize = 8, AccumulatedBatches = 3 }, out List<TrainingStep> actual);
        Assert.Equal([24, 16, 24, 16], expected.Select(step => step.Rows));
        Assert.Equal([24, 16, 24, 16], actual.Select(step => step.Rows));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-12));
        Assert.All(whole.Zip(pieces), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Gradients_are_clipped_before_the_step()
    {
        double[] Change(TrainerOptions options) => [.. Trained(options with { Epochs = 1, BatchSize = 40 }, out _).Zip(
            Network(seed: 2).Parameters.ToArray(), (after, before) => after - before)];
        double[] free = Change(new());
        double norm = Math.Sqrt(free.Sum(x => x * x));
        double largest = free.Max(Math.Abs);
        double[] byNorm = Change(new() { MaxGradientNorm = norm / 0.1 / 4 });
        Assert.All(free.Zip(byNorm), pair => Assert.Equal(pair.First / 4, pair.Second, 1e-6 * largest));
        double[] byValue = Change(new() { MaxGradientValue = largest / 0.1 / 2 });
        Assert.All(free.Zip(byValue), pair => Assert.Equal(Math.Clamp(pair.First, -largest / 2, largest / 2), pair.Second, 1e-12));
    }

    [Fact]
    public void Rates_of_steps_go_on_through_the_epochs_and_come_before_those_of_epochs()
    {
        List<double> rates = [];
        var optimizer = new Sgd<double>(1);
        Dataset<double> data = TrainingData.TwoRings(rows: 20, seed: 1);
        var trainer = new Trainer<double>(Network(seed: 2), optimizer, new SoftmaxCrossEntropy<double>(), new()
        {
            Epochs = 2,
            BatchSize = 10,
            LearningRate = _ => 100,
            LearningRateOfStep = step => 0.5 / (step + 1),
            StepFinished = _ => rates.Add(optimizer.LearningRate),
        });
        trainer.Train(data, cancellationToken: Token);
        Assert.Equal([0.5, 0.25, 0.5 / 3, 0.125], rates);
    }

    [Fact]
    public void The_best_can_be_kept_without_stopping_early()
    {
        Dataset<double> data = TrainingData.TwoRings(rows: 20, seed: 1);
        Dataset<double> validation = TrainingData.TwoRings(rows: 20, seed: 2);
        List<TrainingProgress> reports = [];
        NeuralNetwork<double> network = Network(seed: 2);
        var trainer = new Trainer<double>(
            network, new Sgd<double>(5), new SoftmaxCrossEntropy<double>(), new() { Epochs = 12, BatchSize = 5, KeepBest = true });
        TrainingProgress kept = trainer.Train(data, validation, new Reports(reports), Token);
        Assert.Equal(12, reports.Count);
        Assert.Equal(reports.MinBy(report => report.ValidationLoss).Epoch, kept.Epoch);
        Assert.Equal(kept.ValidationLoss!.Value, trainer.Evaluate(validation).Loss, 1e-12);
        Assert.Throws<ArgumentException>("validation", () => trainer.Train(data, cancellationToken: Token));
    }

    private static double[] Trained(TrainerOptions options, out List<TrainingStep> steps)
    {
        NeuralNetwork<double> network = Network(seed: 2);
        List<TrainingStep> finished = [];
        new Trainer<double>(network, new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(), options with { StepFinished = finished.Add })
            .Train(TrainingData.TwoRings(rows: 40, seed: 1), cancellationToken: Token);
        steps = finished;
        return network.Parameters.ToArray();
    }

    [Fact]
    public void Cancellation_takes_effect_between_two_steps()
    {
        Dataset<double> data = TrainingData.TwoRings(rows: 40, seed: 1);
        using var cancellation = new CancellationTokenSource();
        int steps = 0;
        var counting = new CountingOptimizer(new Sgd<double>(0.1), () =>
        {
            steps++;
            if (steps == 7)
            {
                cancellation.Cancel();
            }
        });
        NeuralNetwork<double> network = Network(seed: 1);
        var trainer = new Trainer<double>(
            network, counting, new SoftmaxCrossEntropy<double>(), new() { Epochs = 5, BatchSize = 8, Seed = 3 });
        Assert.Throws<OperationCanceledException>(() => trainer.Train(data, cancellationToken: cancellation.Token));
        Assert.Equal(7, steps);

        // The parameters are those of another training that was never canceled, after its seventh step.
        double[]? afterSeven = null;
        NeuralNetwork<double> other = Network(seed: 1);
        int otherSteps = 0;
        var recording = new CountingOptimizer(
            new Sgd<double>(0.1), () => afterSeven = ++otherSteps == 7 ? other.Parameters.ToArray() : afterSeven);
        new Trainer<double>(other, recording, new SoftmaxCrossEntropy<double>(), new() { Epochs = 5, BatchSize = 8, Seed = 3 }).Train(
            data, cancellationToken: Token);
        Assert.Equal(25, otherSteps);
        Assert.Equal(afterSeven, network.Parameters.ToArray());
    }

    [Fact]
    public void Canceled_beforehand_it_does_not_begin()
    {
        NeuralNetwork<double> network = Network(seed: 1);
        double[] before = network.Parameters.ToArray();
        var trainer = new Trainer<double>(network, new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(), new());
        Assert.Throws<OperationCanceledException>(
            () => trainer.Train(TrainingData.TwoRings(10, 1), cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(before, network.Parameters.ToArray());
    }

    [Fact]
    public void Progress_is_reported_after_each_epoch_by_the_callers_clock()
    {
        Dataset<double> data = TrainingData.TwoRings(rows: 40, seed: 1);
        List<TrainingProgress> reports = [];
        var trainer = new Trainer<double>(
            Network(seed: 1), new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(),
            new() { Epochs = 4, BatchSize = 16 }, new SteppingClock());
        TrainingProgress last = trainer.Train(data, data, new Reports(reports), Token);
        Assert.Equal([1, 2, 3, 4], reports.Select(report => report.Epoch));
        Assert.All(reports, report => Assert.Equal(4, report.Epochs));
        Assert.Equal(last, reports[^1]);
        Assert.True(reports[^1].TrainingLoss < reports[0].TrainingLoss);
        Assert.All(reports, report => Assert.InRange(report.ValidationAccuracy!.Value, 0, 1));

        // Each look at the clock is a second later than the one before: an epoch's training takes one of them.
        Assert.All(reports, report => Assert.Equal(40, report.SamplesPerSecond, 1e-9));
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(reports[i].Elapsed < reports[i + 1].Elapsed);
            Assert.Equal(reports[i].Elapsed.TotalSeconds * (3 - i) / (i + 1), reports[i].Remaining.TotalSeconds, 1e-6);
        }
    }

    [Fact]
    public void Patience_goes_back_to_the_best_epoch()
    {
        // A huge step from the fourth epoch on ruins the network: the third epoch's parameters must come back.
        Dataset<double> data = TrainingData.TwoRings(rows: 40, seed: 1);
        NeuralNetwork<double> network = Network(seed: 1);
        List<TrainingProgress> reports = [];
        List<double[]> parameters = [];
        var options = new TrainerOptions { Epochs = 100, BatchSize = 8, Patience = 4, LearningRate = epoch => epoch < 3 ? 0.05 : 20 };
        var trainer = new Trainer<double>(network, new Sgd<double>(0.05), new SoftmaxCrossEntropy<double>(), options);
        TrainingProgress kept = trainer.Train(data, data, new Reports(reports, () => parameters.Add(network.Parameters.ToArray())), Token);
        TrainingProgress best = reports.MinBy(report => report.ValidationLoss);
        Assert.Equal(best, kept);
        Assert.Equal(best.Epoch + 4, reports[^1].Epoch);
        Assert.Equal(parameters[best.Epoch - 1], network.Parameters.ToArray());
        Assert.Equal(best.ValidationLoss, trainer.Evaluate(data).Loss);
        Assert.NotEqual(parameters[^1], network.Parameters.ToArray());
    }

    /// <summary>Two batches an epoch: the state counts them, and goes back with the parameters.</summary>
    [Fact]
    public void Patience_goes_back_to_the_best_epochs_state_too()
    {
        Dataset<double> data = TrainingData.TwoRings(rows: 16, seed: 1);
        var network = new NeuralNetwork<double>(2, [new RunningSum(), new FullyConnectedLayer<double>(2)], seed: 1);
        List<double> states = [];
        var options = new TrainerOptions { Epochs = 100, BatchSize = 8, Patience = 3, LearningRate = epoch => epoch < 3 ? 0.05 : 20 };
        var trainer = new Trainer<double>(network, new Sgd<double>(0.05), new SoftmaxCrossEntropy<double>(), options);
        TrainingProgress kept = trainer.Train(data, data, new Reports([], () => states.Add(network.State[0])), Token);
        Assert.Equal(2 * (kept.Epoch + 3), states[^1]);
        Assert.Equal(2 * kept.Epoch, network.State[0]);
    }

    [Fact]
    public void The_learning_rate_follows_the_epochs()
    {
        List<double> rates = [];
        var inner = new Sgd<double>(1);
        var optimizer = new CountingOptimizer(inner, () => rates.Add(inner.LearningRate));
        var options = new TrainerOptions { Epochs = 3, BatchSize = 100, LearningRate = epoch => 1.0 / (1 + epoch) };
        new Trainer<double>(Network(1), optimizer, new SoftmaxCrossEntropy<double>(), options).Train(
            TrainingData.TwoRings(10, 1), cancellationToken: Token);
        Assert.Equal([1, 1.0 / 2, 1.0 / 3], rates);
    }

    /// <summary>11 rows in batches of 4: the last one has 3, and the mean of the epoch is over rows, not over batches.</summary>
    [Fact]
    public void Every_row_is_seen_once_an_epoch_also_those_of_a_smaller_last_batch()
    {
        Dataset<double> data = TrainingData.TwoRings(rows: 11, seed: 1);
        NeuralNetwork<double> network = Network(seed: 1);
        double expected = new SoftmaxCrossEntropy<double>().Forward(
            network.Predict(data.Features.View, network.CreateInferenceWorkspace(11)), data.Targets);
        List<double> seen = [];
        var recording = new RecordingLoss<double>(new SoftmaxCrossEntropy<double>(), targets => seen.Add(targets.Classes.Length));
        var trainer = new Trainer<double>(network, new Sgd<double>(0), recording, new() { Epochs = 1, BatchSize = 4 });
        TrainingProgress report = trainer.Train(data, cancellationToken: Token);
        Assert.Equal([4, 4, 3], seen);
        Assert.Equal(expected, report.TrainingLoss, 1e-12);
        Assert.Equal(expected, trainer.Evaluate(data).Loss, 1e-12);
    }

    /// <summary>Each row has its number as its class, so that the loss sees in which order they come.</summary>
    [Fact]
    public void Rows_come_in_another_order_in_each_epoch_and_for_each_seed()
    {
        const int Rows = 23;
        int[][] Orders(ulong seed)
        {
            List<int> seen = [];
            var recording = new RecordingLoss<double>(new SoftmaxCrossEntropy<double>(), targets => seen.AddRange(targets.Classes));
            var network = new NeuralNetwork<double>(2, Rows, [], new Tanh<double>());
            var data = new Dataset<double>(TrainingData.TwoRings(Rows, 1).Features, [.. Enumerable.Range(0, Rows)]);
            new Trainer<double>(network, new Sgd<double>(0.1), recording, new() { Epochs = 3, BatchSize = 5, Seed = seed }).Train(
                data, cancellationToken: Token);
            return [.. seen.Chunk(Rows)];
        }

        int[][] orders = [.. Orders(1), .. Orders(2)];
        Assert.Equal(6, orders.Length);
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, Rows), order.Order()));
        Assert.Equal(
            6, orders.Select(order => string.Join(' ', order)).Append(string.Join(' ', Enumerable.Range(0, Rows))).Distinct().Count() - 1);
        Assert.Equal(orders[..3], Orders(1));
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Trainer<double> Make(TrainerOptions options) => new(Network(1), new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(), options);
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(new() { Epochs = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(new() { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(new() { Patience = 0 }));
        Assert.Throws<ArgumentNullException>(() => Make(null!));
        Assert.Throws<ArgumentNullException>(
            () => new Trainer<double>(null!, new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(), new()));
        Assert.Throws<ArgumentNullException>(() => new Trainer<double>(Network(1), null!, new SoftmaxCrossEntropy<double>(), new()));
        Assert.Throws<ArgumentNullException>(() => new Trainer<double>(Network(1), new Sgd<double>(0.1), null!, new()));
    }

    [Fact]
    public void Data_that_do_not_fit_are_refused_and_nothing_is_changed()
    {
        NeuralNetwork<double> network = Network(seed: 1);
        double[] before = network.Parameters.ToArray();
        var trainer = new Trainer<double>(network, new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(), new() { Patience = 2 });
        Dataset<double> data = TrainingData.TwoRings(10, 1);
        var none = new Dataset<double>(new TensorBuffer<double>(0, 2), Array.Empty<int>());
        var wide = new Dataset<double>(new TensorBuffer<double>(4, 3), new int[4]);
        var badClass = new Dataset<double>(new TensorBuffer<double>(4, 2), [0, 1, 2, 0]);
        Assert.Contains(
            "no row",
            Assert.Throws<ArgumentException>(() => trainer.Train(none, data, cancellationToken: Token)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "3 features",
            Assert.Throws<ArgumentException>(() => trainer.Train(wide, data, cancellationToken: Token)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "3 features",
            Assert.Throws<ArgumentException>(() => trainer.Train(data, wide, cancellationToken: Token)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "validation",
            Assert.Throws<ArgumentException>(() => trainer.Train(data, cancellationToken: Token)).Message,
            StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "row 2 is 2",
            Assert.Throws<ArgumentException>(() => trainer.Train(badClass, data, cancellationToken: Token)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trainer.Evaluate(wide));
        Assert.Throws<ArgumentException>(() => new Dataset<double>(new TensorBuffer<double>(4, 2), new int[3]));
        Assert.Equal(before, network.Parameters.ToArray());
    }

    private static NeuralNetwork<double> Network(ulong seed) =>
        new(2, 2, [16], new Tanh<double>(), WeightInitialization.XavierNormal, seed);

    private static string Trained(ulong networkSeed, ulong seed)
    {
        var network = new NeuralNetwork<float>(
            2,
            [new FullyConnectedLayer<float>(16), new ReLU<float>(), new Dropout<float>(0.2), new FullyConnectedLayer<float>(2)],
            networkSeed);
        Dataset<double> wide = TrainingData.TwoRings(rows: 50, seed: 1);
        var features = new TensorBuffer<float>(50, 2);
        for (int i = 0; i < features.Length; i++)
        {
            features.Span[i] = (float)wide.Features.Span[i];
        }

        var trainer = new Trainer<float>(
            network, new Sgd<float>(0.05f, momentum: 0.9),
            new SoftmaxCrossEntropy<float>(),
            new() { Epochs = 5, BatchSize = 16, Seed = seed });
        trainer.Train(new Dataset<float>(features, wide.Targets.Classes.ToArray()), cancellationToken: Token);
        return Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(network.Parameters)));
    }

    private sealed class CountingOptimizer(Sgd<double> inner, Action afterStep) : IOptimizer<double>
    {
        public double LearningRate
        {
            get => inner.LearningRate;
            set => inner.LearningRate = value;
        }

        public void Step(Span<double> parameters, ReadOnlySpan<double> gradients)
        {
            inner.Step(parameters, gradients);
            afterStep();
        }
    }

    private sealed class Reports(List<TrainingProgress> list, Action? also = null) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            list.Add(value);
            also?.Invoke();
        }
    }

    /// <summary>A clock that is a second further at each look.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => now++;
    }
}
