namespace VecNet.Tests;

/// <summary>Truncated back-propagation through time: sequences are used in pieces, and recurrent layers carry their states.</summary>
public sealed class TruncatedTrainingTests
{
    private const int Length = 3;
    private const int Hidden = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Each step follows the gradient of its pieces with the states before each as constants; here by numerical differences of the
    /// function of the recurrent layer.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_follows_the_gradient_of_its_pieces(int accumulated)
    {
        Dataset<double> data = Data(3);
        var options = new TrainerOptions
        {
            Epochs = 1, BatchSize = 2, TruncationLength = Length, AccumulatedBatches = accumulated, Seed = 4,
        };
        int[] order = [0, 1, 2];
        SplitMix64.ForStream(4, RandomStream.RowOrder).Shuffle(order.AsSpan());
        List<(int[] Samples, int FirstRow)> pieces = [.. order.Chunk(2).SelectMany(group => Enumerable
            .Range(0, (group.Max(data.RowsOf) + Length - 1) / Length).Select(piece => (group, piece * Length)))];
        Assert.InRange(pieces.Count, 4, 100);
        NeuralNetwork<double> expected = Network();
        double[] states = [];
        foreach ((int[] Samples, int FirstRow)[] step in pieces.Chunk(accumulated))
        {
            List<double[]> before = [];
            foreach ((int[] samples, int firstRow) in step)
            {
                before.Add(firstRow == 0 ? new double[samples.Length * Hidden] : states);
                states = Run(expected, data, samples, firstRow, before[^1]).States;
            }

            double[] gradient = new double[expected.Parameters.Length];
            for (int parameter = 0; parameter < gradient.Length; parameter++)
            {
                double value = expected.Parameters[parameter];
                expected.Parameters[parameter] = value + 1e-5;
                double above = Loss();
                expected.Parameters[parameter] = value - 1e-5;
                double below = Loss();
                expected.Parameters[parameter] = value;
                gradient[parameter] = (above - below) / 2e-5;
            }

            for (int parameter = 0; parameter < gradient.Length; parameter++)
            {
                expected.Parameters[parameter] -= 0.5 * gradient[parameter];
            }

            double Loss()
            {
                (double Sum, int Rows, double[] _)[] losses =
                    [.. step.Select((piece, i) => Run(expected, data, piece.Samples, piece.FirstRow, before[i]))];
                return losses.Sum(loss => loss.Sum) / losses.Sum(loss => loss.Rows);
            }
        }

        NeuralNetwork<double> network = Network();
        new Trainer<double>(network, new Sgd<double>(0.5), new SoftmaxCrossEntropy<double>(), options)
            .Train(data, cancellationToken: Token);
        Assert.All(network.Parameters.ToArray().Zip(expected.Parameters.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-8));
    }

    /// <summary>Dropout, Adam, the order, and in the middle of sequences the states: after any step, through a file.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_resumed_after_any_step_has_the_same_bits(int accumulated)
    {
        Dataset<double> data = Data(7);
        List<byte[]> checkpoints = [];
        Trainer<double>? trainer = null;
        trainer = New(
            out NeuralNetwork<double> network, accumulated, _ => checkpoints.Add(MiniBatchTrainingTests.Save(trainer!.Checkpoint())));
        double loss = trainer.Train(data, data, cancellationToken: Token).TrainingLoss;
        Assert.InRange(checkpoints.Count(bytes => CheckpointFile.Load<double>(bytes).FirstRow > 0), 5, 100);
        foreach (byte[] checkpoint in checkpoints)
        {
            Trainer<double> resumed = New(out NeuralNetwork<double> continued, accumulated, null);
            resumed.Resume(CheckpointFile.Load<double>(checkpoint));
            TimeSpan elapsed = CheckpointFile.Load<double>(checkpoint).Elapsed;
            Assert.Equal(checkpoint, MiniBatchTrainingTests.Save(resumed.Checkpoint() with { Elapsed = elapsed }));
            Assert.Equal(loss, resumed.Train(data, data, cancellationToken: Token).TrainingLoss);
            Assert.Equal(network.Parameters.ToArray(), continued.Parameters.ToArray());
        }

        TrainingCheckpoint<double> middle = checkpoints.Select(bytes => CheckpointFile.Load<double>(bytes)).First(x => x.FirstRow > 0);
        foreach (TrainingCheckpoint<double> damaged in (TrainingCheckpoint<double>[])
            [
                middle with { RecurrentStates = [1] }, middle with { FirstRow = middle.FirstRow + 1 }, middle with { FirstRow = 3000 },
                middle with { FirstRow = 0 },
            ])
        {
            trainer.Resume(damaged);
            Assert.Throws<ArgumentException>("training", () => trainer.Train(data, data, cancellationToken: Token));
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        Assert.Equal(Train(1), Train(4));

        static double[] Train(int threads)
        {
            Trainer<double> trainer = New(out NeuralNetwork<double> network, 1, null, threads);
            trainer.Train(Data(7), cancellationToken: Token);
            return network.Parameters.ToArray();
        }
    }

    /// <summary>Pieces bound the memory of an evaluation, and change nothing but the rounding of sums.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void An_evaluation_in_pieces_is_that_of_whole_sequences(int length)
    {
        (TensorBuffer<double> features, int[] offsets) = SequenceTrainingData.Numbers(9);
        var values = new TensorBuffer<double>(features.Rows, 4);
        Matrix<double, Ordinary>.Fill(values.View, 8);
        double[] weights = [.. Enumerable.Range(0, features.Rows).Select(row => 1.0 + (row % 3))];
        var numbers = new Dataset<double>(features, new(offsets), values) { Weights = weights };
        var classes = new Dataset<double>(features, new(offsets), [.. Enumerable.Range(0, features.Rows).Select(row => row % 4)])
        {
            Weights = weights,
        };
        NeuralNetwork<double> network = Network();
        double loss = Of(null, out ClassificationMetrics whole, out double error).Loss;
        Assert.Equal(loss, Of(length, out ClassificationMetrics inPieces, out double found).Loss, 1e-12);
        Assert.Equal(error, found, 1e-12);
        Assert.Equal(whole.Accuracy!.Value, inPieces.Accuracy!.Value, 1e-12);
        Assert.Equal(whole.Rows, inPieces.Rows);

        Evaluation Of(int? truncation, out ClassificationMetrics metrics, out double error)
        {
            var options = new TrainerOptions { BatchSize = 4, TruncationLength = truncation };
            var regression = new Trainer<double>(network, new Sgd<double>(1), new MeanSquaredError<double>(), options);
            error = regression.EvaluateValues(numbers).RootMeanSquaredError;
            var trainer = new Trainer<double>(network, new Sgd<double>(1), new SoftmaxCrossEntropy<double>(), options);
            metrics = trainer.EvaluateClasses(classes);
            return trainer.Evaluate(classes);
        }
    }

    [Fact]
    public void A_warm_step_allocates_nothing()
    {
        long? before = null;
        List<long> allocated = new(capacity: 256);
        Trainer<double> trainer = New(out _, 1, _ =>
        {
            if (before is { } then)
            {
                allocated.Add(GC.GetAllocatedBytesForCurrentThread() - then);
            }

            before = GC.GetAllocatedBytesForCurrentThread();
        });
        trainer.Train(Data(7), cancellationToken: Token);
        allocated.Clear();
        before = null;
        trainer.Train(Data(7), cancellationToken: Token);

        // A new training has new memory for the states of its first checkpoint.
        Assert.All(allocated.Skip(10), bytes => Assert.Equal(0, bytes));
        Assert.InRange(allocated.Count, 20, 256);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Dataset<double> data = Data(4);
        AssertRefused(data, "'0.heads.attention_heads' reads whole sequences", new SelfAttention<double>(1), new Gru<double>(2), Linear());
        AssertRefused(data, "'0.l0_reverse.recurrent_direction' reads whole sequences", new Gru<double>(2, bidirectional: true), Linear());
        AssertRefused(data, "this network has none", Linear());
        var bySequence = new Dataset<double>(data.Features, data.Sequences, [0, 1, 2, 3]);
        AssertRefused(
            bySequence,
            "a target for each row; there is one for each sequence.",
            new Gru<double>(2), new SequencePooling<double>(PoolingMode.Last), Linear());
        AssertRefused(new(data.Features, new int[data.Rows]), "there are no sequences.", new FullyConnectedLayer<double>(4));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => new Trainer<double>(
            Network(), new Sgd<double>(1), new SoftmaxCrossEntropy<double>(), new() { TruncationLength = 0 }));
    }

    private static void AssertRefused(Dataset<double> data, string part, params ILayer<double>[] layers)
    {
        var trainer = new Trainer<double>(
            new(3, layers), new Sgd<double>(1), new SoftmaxCrossEntropy<double>(), new() { TruncationLength = Length });
        ArgumentException error = Assert.Throws<ArgumentException>("training", () => trainer.Train(data, cancellationToken: Token));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(nameof(data), () => trainer.Evaluate(data));
    }

    private static FullyConnectedLayer<double> Linear() => new(4, WeightInitialization.XavierNormal);

    private static NeuralNetwork<double> Network(double dropout = 0) =>
        new(3, [new Gru<double>(Hidden), new Dropout<double>(dropout), Linear()], seed: 2);

    private static Trainer<double> New(
        out NeuralNetwork<double> made, int accumulated, Action<TrainingStep>? finished, int threads = 1)
    {
        made = Network(dropout: 0.3);
        var options = new TrainerOptions
        {
            Epochs = 3,
            BatchSize = 3,
            TruncationLength = Length,
            AccumulatedBatches = accumulated,
            Seed = 9,
            StepFinished = finished,
            Threads = threads,
        };
        return new(made, new Adam<double>(0.01), new SoftmaxCrossEntropy<double>(), options);
    }

    private static Dataset<double> Data(int count)
    {
        int[] offsets = [0, .. Enumerable.Range(1, count).Select(i => (5 * i) + (i * i % 7))];
        var features = new TensorBuffer<double>(offsets[^1], 3);
        Matrix<double, Ordinary>.Fill(features.View, 3);
        return new(features, new(offsets), [.. Enumerable.Range(0, features.Rows).Select(i => i * 7 % 4)]);
    }

    /// <summary>The sum of the losses of a piece, its rows, and the states after it.</summary>
    private static (double Sum, int Rows, double[] States) Run(
        NeuralNetwork<double> network, Dataset<double> data, int[] samples, int firstRow, double[] states)
    {
        List<int> rows = [];
        int[] offsets = new int[samples.Length + 1];
        for (int i = 0; i < samples.Length; i++)
        {
            int begin = data.Sequences.AsSpan()[samples[i]];
            rows.AddRange(Enumerable.Range(begin, data.RowsOf(samples[i])).Skip(firstRow).Take(Length));
            offsets[i + 1] = rows.Count;
        }

        var input = new TensorBuffer<double>(rows.Count, 3);
        for (int i = 0; i < rows.Count; i++)
        {
            data.Features.View.Row(rows[i]).CopyTo(input.View.Row(i));
        }

        var hidden = new TensorBuffer<double>(rows.Count, Hidden);
        var saved = new TensorBuffer<double>(rows.Count, Recurrence.GetSavedWidth(RecurrentCell.Gru, Hidden));
        var after = new TensorBuffer<double>(samples.Length, Hidden);
        SlotViews<double> p = network.GetParameters(0);
        Recurrence.Forward(
            RecurrentCell.Gru, input.View, new(offsets), new(p[0], p[1], p[2], p[3]), new(states.AsView(samples.Length, Hidden)),
            hidden.View, new(after.View), saved.View, new TensorBuffer<double>(rows.Count, 3).View);
        var output = new TensorBuffer<double>(rows.Count, 4);
        MatMul.Multiply<double>(hidden.View, network.Weights[0], output.View, bias: network.Biases[0]);
        double mean = new SoftmaxCrossEntropy<double>().Forward(output.View, rows.Select(row => data.Targets.Classes[row]).ToArray());
        return (mean * rows.Count, rows.Count, after.Span.ToArray());
    }
}
