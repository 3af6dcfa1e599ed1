namespace VecNet.Tests;

/// <summary>Which sequences are in which mini-batch: limits of sequences and of tokens, lengths, and the seed.</summary>
public sealed class MiniBatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, int?, bool, int?> Limits
    {
        get
        {
            var data = new TheoryData<int, int?, bool, int?>();
            foreach (bool buckets in (bool[])[false, true])
            {
                data.Add(7, null, buckets, null);
                data.Add(1, null, buckets, null);
                data.Add(1000, 100, buckets, null);
                data.Add(7, 100, buckets, null);
                data.Add(1000, 1, buckets, null);
                data.Add(1000, int.MaxValue, buckets, null);
                data.Add(9, 30, buckets, 4);
            }

            return data;
        }
    }

    /// <summary>Each sequence once, no mini-batch beyond a limit, and none that could have taken the next sequence, too.</summary>
    [Theory]
    [MemberData(nameof(Limits))]
    public void Mini_batches_have_every_sequence_once_and_keep_the_limits(int most, int? tokens, bool buckets, int? truncation)
    {
        var options = new TrainerOptions { BatchSize = most, MaxTokens = tokens, BucketByLength = buckets, TruncationLength = truncation };
        Dataset<float> data = Lengths(500);
        int room = data.RowsOfBatch(options);
        int[] order = Shuffled(500, 1);
        var batches = new MiniBatches<float>(options);
        batches.Begin(data, order, epoch: 0);
        List<int> seen = [];
        (int Position, int FirstRow) place = default;
        while (place.Position < 500)
        {
            MiniBatch batch = batches.At(place.Position, place.FirstRow)!.Value;
            int[] samples = batches.SamplesOf(batch).ToArray();
            int rows = samples.Sum(sample => int.Min(data.RowsOf(sample), truncation ?? int.MaxValue));
            Assert.InRange(samples.Length, 1, most);
            Assert.True(rows <= (tokens ?? int.MaxValue) || samples.Length == 1);
            Assert.InRange(rows, 1, room);
            if (place.FirstRow == 0)
            {
                seen.AddRange(samples);
            }

            int longest = samples.Max(data.RowsOf);
            (int Position, int FirstRow) next = batches.After(batch);
            Assert.Equal(
                place.FirstRow + (truncation ?? 1000) < longest
                    ? (place.Position, place.FirstRow + truncation!.Value)
                    : (place.Position + samples.Length, 0),
                next);
            place = next;
        }

        Assert.Equal(Enumerable.Range(0, 500), seen.Order());
        if (!buckets)
        {
            Assert.Equal(order, seen);
        }

        Assert.Null(batches.At(500, 0));
        Assert.Null(batches.At(0, 1000));
    }

    /// <summary>Limits of tokens leave less than a sequence of room; the sum over all mini-batches is close to the fewest possible.</summary>
    [Fact]
    public void Mini_batches_are_full()
    {
        Dataset<float> data = Lengths(2000);
        foreach (bool buckets in (bool[])[false, true])
        {
            int[][] batches = Divide(data, new() { BatchSize = 1000, MaxTokens = 400, BucketByLength = buckets }, 0);
            Assert.InRange(batches.Length, data.Rows / 400, data.Rows / 400 * 1.15);
        }
    }

    /// <summary>Padding to the longest sequence of a mini-batch, which nothing here does, measures how different the lengths are.</summary>
    [Fact]
    public void Buckets_have_sequences_of_similar_lengths_and_others_in_each_epoch()
    {
        Dataset<float> data = Lengths(2000);
        var options = new TrainerOptions { BatchSize = 16, BucketByLength = true };
        int[][] first = Divide(data, options, 0);
        Assert.InRange(Padded(first), data.Rows, 1.1 * data.Rows);
        Assert.InRange(Padded(Divide(data, options with { BucketByLength = false }, 0)), 1.5 * data.Rows, double.PositiveInfinity);
        Assert.Equal(first, Divide(data, options, 0));
        HashSet<string> groups = [.. first.Select(Name)];
        Assert.InRange(Divide(data, options, 1).Count(batch => groups.Contains(Name(batch))), 0, 3);
        Assert.NotEqual(first, Divide(data, options with { Seed = 1 }, 0));

        // The mini-batches of a pool do not come from the shortest to the longest.
        Assert.InRange(
            first.Zip(first.Skip(1)).Count(pair => data.RowsOf(pair.First[0]) <= data.RowsOf(pair.Second[0])),
            first.Length * 0.35,
            first.Length * 0.65);

        double Padded(int[][] batches) => batches.Sum(batch => (double)batch.Length * batch.Max(data.RowsOf));
        static string Name(int[] batch) => string.Join(' ', batch.Order());
    }

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
            MaxTokens = 10,
            BucketByLength = true,
            AccumulatedBatches = accumulated,
            MaxGradientNorm = norm,
            Seed = 9,
        };
        int[] order = [.. Enumerable.Range(0, 11)];
        SplitMix64.ForStream(9, RandomStream.RowOrder).Shuffle(order.AsSpan());
        int[][] batches = Divide(data, options, 0, order);
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
            SequenceTrainingData.Network(true), new Sgd<double>(1), new SoftmaxCrossEntropy<double>(), new() { MaxTokens = 0 }));
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
            Evaluation found = Evaluate(new() { BatchSize = 100, MaxTokens = tokens, BucketByLength = true });
            Assert.Equal(whole.Loss, found.Loss, 1e-12);
            Assert.Equal(whole.Accuracy, found.Accuracy);
        }

        Evaluation Evaluate(TrainerOptions options) =>
            new Trainer<double>(network, new Sgd<double>(1), new SoftmaxCrossEntropy<double>(), options).Evaluate(data);
    }

    /// <summary>Rows have no lengths: the smaller limit counts.</summary>
    [Fact]
    public void Rows_count_as_tokens()
    {
        var data = new Dataset<float>(new TensorBuffer<float>(10, 1), new int[10]);
        int[][] batches = Divide(data, new() { BatchSize = 4, MaxTokens = 3, BucketByLength = true }, 0);
        Assert.Equal([3, 3, 3, 1], batches.Select(batch => batch.Length));
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
            MaxTokens = 16,
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

    /// <summary>Sequences of 1 to about 100 rows, most of them short.</summary>
    private static Dataset<float> Lengths(int count)
    {
        var random = new SplitMix64(6);
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++)
        {
            offsets[i + 1] = offsets[i] + 1 + (int)(100 * Math.Pow(random.NextDouble(), 3));
        }

        return new(new TensorBuffer<float>(offsets[^1], 1), new(offsets), new int[offsets[^1]]);
    }

    private static int[] Shuffled(int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new SplitMix64(seed).Shuffle(order.AsSpan());
        return order;
    }

    private static int[][] Divide<T>(Dataset<T> data, TrainerOptions options, int epoch, int[]? order = null)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var batches = new MiniBatches<T>(options);
        batches.Begin(data, order ?? Shuffled(data.Count, 1 + (ulong)epoch), epoch);
        List<int[]> found = [];
        for (int position = 0; position < data.Count; position += found[^1].Length)
        {
            found.Add(batches.SamplesOf(batches.At(position, 0)!.Value).ToArray());
        }

        return [.. found];
    }
}
