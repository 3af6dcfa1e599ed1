namespace VecNet.Tests;

/// <summary>Training on mini-batches with a limit of tokens, and of similar lengths.</summary>
public sealed class MiniBatchTrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A step on sequences of a mini-batch of any size is that of the mean, which is clipped as a whole.</summary>
    [Theory]
    [InlineData(1, null)]
    [InlineData(1, 0.01)]
    [InlineData(3, null)]
    [InlineData(3, 0.01)]
    public void An_accumulated_step_follows_the_mean_over_its_mini_batches(int accumulated, double? norm)
    {
        (TensorBuffer<double> features, int[] offsets) = SequenceTrainingData.Numbers(11);
        int[] classes = [.. Enumerable.Range(0, features.Rows).Select(i => i % 5 == 2 ? -100 : i * 7 % 4)];
        var data = new Dataset<double>(features, new(offsets), classes) { Weights = [.. classes.Select((_, i) => 1.0 + (i % 3))] };
        var options = new TrainerOptions
        {
            Epochs = 1,
            BatchSize = 100,
            MaxBatchTokens = 10,
            BucketByLength = true,
            AccumulatedBatches = accumulated,
            MaxGradientNorm = norm,
            Seed = 9,
        };
        int[] order = [.. Enumerable.Range(0, 11)];
        SplitMix64.ForStream(9, RandomStream.RowOrder).Shuffle(order.AsSpan());
        int[][] batches = MiniBatchTests.Divide(data, options, 0, order);
        Assert.InRange(batches.Select(batch => batch.Length).Distinct().Count(), 2, 11);
        NeuralNetwork<double> expected = SequenceTrainingData.Network(bySequence: false);
        foreach (int[][] step in batches.Chunk(accumulated))
        {
            // One mini-batch of all sequences of the step, with the mean weight of all rows.
            Dataset<double> all = data.Select([.. step.SelectMany(batch => batch)]);
            var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);
            Workspace<double> workspace = expected.CreateTrainingWorkspace(all.Rows);
            ReadOnlyTensorView<double> output = expected.Forward(all.Features.View, all.Sequences, workspace);
            double mean = Sum(classes, data.RowWeights) / classes.Count(target => target >= 0);
            double divisor = all.Targets.Classes.ToArray().Count(target => target >= 0) * mean;
            for (int row = 0; row < all.Rows; row++)
            {
                loss.Sum(
                    output.SliceRows(row, 1), all.Targets.Classes.Slice(row, 1), all.RowWeights[row] / divisor,
                    workspace.GradOutput.SliceRows(row, 1));
            }

            expected.Backward(all.Features.View, workspace.GradOutput, workspace);
            double length = Math.Sqrt(expected.Gradients.ToArray().Sum(gradient => gradient * gradient));
            double scale = norm is { } limit ? Math.Min(1, limit / (length + 1e-6)) : 1;
            for (int i = 0; i < expected.Parameters.Length; i++)
            {
                expected.Parameters[i] -= scale * expected.Gradients[i];
            }
        }

        NeuralNetwork<double> network = SequenceTrainingData.Network(bySequence: false);
        new Trainer<double>(network, new Sgd<double>(1), new SoftmaxCrossEntropy<double>(ignoredClass: -100), options)
            .Train(data, cancellationToken: Token);
        Assert.All(network.Parameters.ToArray().Zip(expected.Parameters.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-11));

        static double Sum(int[] classes, ReadOnlySpan<double> weights)
        {
            double sum = 0;
            for (int i = 0; i < classes.Length; i++)
            {
                sum += classes[i] >= 0 ? weights[i] : 0;
            }

            return sum;
        }
    }

    /// <summary>After any step, through a file.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public void A_training_resumed_after_any_step_has_the_same_bits(bool buckets, int accumulated)
    {
        Dataset<double> data = Data();
        List<byte[]> checkpoints = [];
        Trainer<double>? trainer = null;
        trainer = New(out NeuralNetwork<double> network, buckets, accumulated, _ => checkpoints.Add(Save(trainer!.Checkpoint())));
        double loss = trainer.Train(data, cancellationToken: Token).TrainingLoss;
        Assert.InRange(checkpoints.Count, 10, 60);
        foreach (byte[] checkpoint in checkpoints)
        {
            Trainer<double> resumed = New(out NeuralNetwork<double> continued, buckets, accumulated, null);
            resumed.Resume(CheckpointFile.Load<double>(checkpoint));
            double found = resumed.Train(data, cancellationToken: Token).TrainingLoss;
            Assert.Equal(network.Parameters.ToArray(), continued.Parameters.ToArray());
            Assert.Equal(loss, found);
        }
    }

    [Fact]
    public void A_checkpoint_of_other_limits_or_lengths_is_refused()
    {
        TrainingCheckpoint<double>? checkpoint = null;
        Trainer<double>? trainer = null;
        trainer = New(out _, true, 1, step => checkpoint = step.Step == 3 ? trainer!.Checkpoint() : checkpoint);
        trainer.Train(Data(), cancellationToken: Token);
        Trainer<double> other = New(out _, false, 1, null);
        string message = Assert.Throws<ArgumentException>("checkpoint", () => other.Resume(checkpoint!)).Message;
        Assert.Contains("BucketByLength = true", message, StringComparison.Ordinal);

        (TensorBuffer<double> features, _) = SequenceTrainingData.Numbers(23);
        int[] offsets = [.. Enumerable.Range(0, 23), features.Rows];
        var lengthened = new Dataset<double>(features, new(offsets), [.. Enumerable.Range(0, features.Rows).Select(i => i % 4)]);
        trainer.Resume(checkpoint!);
        message = Assert.Throws<ArgumentException>("training", () => trainer.Train(lengthened, cancellationToken: Token)).Message;
        Assert.Contains("the sequences had other lengths", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("options", () => new Trainer<double>(
            SequenceTrainingData.Network(true), new Sgd<double>(1), new SoftmaxCrossEntropy<double>(), new() { MaxBatchTokens = 0 }));
    }

    /// <summary>Evaluations have the same limits, which change nothing but the rounding.</summary>
    [Fact]
    public void Limits_do_not_change_an_evaluation()
    {
        Dataset<double> data = Data();
        NeuralNetwork<double> network = SequenceTrainingData.Network(bySequence: false);
        Evaluation whole = Evaluate(new() { BatchSize = 100 });
        foreach (int tokens in (int[])[1, 5, 20])
        {
            Evaluation found = Evaluate(new() { BatchSize = 100, MaxBatchTokens = tokens, BucketByLength = true });
            Assert.Equal(whole.Loss, found.Loss, 1e-12);
            Assert.Equal(whole.Accuracy, found.Accuracy);
        }

        Evaluation Evaluate(TrainerOptions options) =>
            new Trainer<double>(network, new Sgd<double>(1), new SoftmaxCrossEntropy<double>(), options).Evaluate(data);
    }

    /// <summary>A large batch size beside a limit of tokens does not take memory for rows that no mini-batch has.</summary>
    [Fact]
    public void A_limit_of_tokens_limits_the_memory()
    {
        (TensorBuffer<double> features, int[] offsets) = SequenceTrainingData.Numbers(11);
        int[] classes = [.. Enumerable.Range(0, features.Rows).Select(i => i % 4)];
        var data = new Dataset<double>(features, new(offsets), classes);
        long Allocated(int batchSize)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            new Trainer<double>(
                SequenceTrainingData.Network(bySequence: false), new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(),
                new() { Epochs = 1, BatchSize = batchSize, MaxBatchTokens = 10 }).Train(data, data);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(11);
        Assert.InRange(Allocated(100_000) - Allocated(11), 0, 100_000 * 3L * sizeof(double));
    }

    [Fact]
    public void A_warm_step_allocates_nothing()
    {
        long? before = null;
        List<long> allocated = new(capacity: 128);
        Trainer<double> trainer = New(out _, buckets: true, accumulated: 2, _ =>
        {
            if (before is { } then)
            {
                allocated.Add(GC.GetAllocatedBytesForCurrentThread() - then);
            }

            before = GC.GetAllocatedBytesForCurrentThread();
        });
        trainer.Train(Data(), cancellationToken: Token);
        allocated.Clear();
        before = null;
        trainer.Train(Data(), cancellationToken: Token);
        Assert.NotEmpty(allocated);
        Assert.All(allocated, bytes => Assert.Equal(0, bytes));
    }

    internal static byte[] Save<T>(TrainingCheckpoint<T> checkpoint)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        CheckpointFile.Save(checkpoint, stream);
        return stream.ToArray();
    }

    private static Trainer<double> New(
        out NeuralNetwork<double> made, bool buckets, int accumulated, Action<TrainingStep>? finished)
    {
        made = SequenceTrainingData.Network(bySequence: false, dropout: 0.3);
        var options = new TrainerOptions
        {
            Epochs = 4,
            BatchSize = 5,
            MaxBatchTokens = 16,
            BucketByLength = buckets,
            AccumulatedBatches = accumulated,
            Seed = 9,
            StepFinished = finished,
        };
        return new(made, new Adam<double>(0.01), new SoftmaxCrossEntropy<double>(), options);
    }

    private static Dataset<double> Data()
    {
        (TensorBuffer<double> features, int[] offsets) = SequenceTrainingData.Numbers(23);
        return new(features, new(offsets), [.. Enumerable.Range(0, features.Rows).Select(i => i * 7 % 4)]);
    }
}
