namespace VecNet.Tests;

/// <summary>The training loop on sequences: mini-batches of whole sequences, with a target for each sequence or for each row.</summary>
public sealed class SequenceTrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Readers => ["gru", "attention", "transformer"];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Which_symbol_came_first_is_learned(string reader)
    {
        ILayer<float> layer = reader switch
        {
            "gru" => new Gru<float>(16),
            "attention" => new SelfAttention<float>(heads: 2, causal: true),
            _ => new TransformerBlock<float>(heads: 2, hiddenFeatures: 32),
        };
        var network = new NeuralNetwork<float>(
            1,
            [
                new Embedding<float>(SequenceTrainingData.Symbols, 16, sparseGradient: true), new PositionalEmbedding<float>(16), layer,
                new SequencePooling<float>(reader == "gru" ? PoolingMode.Last : PoolingMode.Mean), new FullyConnectedLayer<float>(2),
            ],
            seed: 1);
        var options = new TrainerOptions { Epochs = 12, BatchSize = 16, Seed = 2 };
        var trainer = new Trainer<float>(network, new Adam<float>(0.01), new SoftmaxCrossEntropy<float>(), options);
        TrainingProgress last = trainer.Train(
            SequenceTrainingData.WhichCameFirst(600, 3), SequenceTrainingData.WhichCameFirst(200, 4), cancellationToken: Token);
        Assert.InRange(last.ValidationAccuracy!.Value, 0.97, 1);
    }

    [Fact]
    public void The_most_frequent_symbol_is_learned_and_the_best_epoch_is_kept()
    {
        var network = new NeuralNetwork<float>(
            1,
            [
                new Embedding<float>(3, 8), new SelfAttention<float>(heads: 2), new SequencePooling<float>(PoolingMode.Mean),
                new FullyConnectedLayer<float>(3),
            ],
            seed: 1);
        var options = new TrainerOptions { Epochs = 30, BatchSize = 16, Seed = 2, Patience = 4 };
        var trainer = new Trainer<float>(network, new Adam<float>(0.02), new SoftmaxCrossEntropy<float>(), options);
        Dataset<float> validation = SequenceTrainingData.MostFrequent(200, 4);
        TrainingProgress best = trainer.Train(SequenceTrainingData.MostFrequent(600, 3), validation, cancellationToken: Token);
        Assert.InRange(best.ValidationAccuracy!.Value, 0.95, 1);
        Assert.Equal(best.ValidationLoss, trainer.Evaluate(validation).Loss);
        Assert.Equal(best.ValidationAccuracy, trainer.EvaluateClasses(validation).Accuracy);
    }

    /// <summary>A target for each row; the share of right predictions is over those that are not ignored.</summary>
    [Fact]
    public void The_next_symbol_of_a_period_is_learned()
    {
        var network = new NeuralNetwork<float>(
            1,
            [
                new Embedding<float>(SequenceTrainingData.Symbols, 12), new Gru<float>(24),
                new FullyConnectedLayer<float>(SequenceTrainingData.Symbols),
            ],
            seed: 1);
        var options = new TrainerOptions { Epochs = 15, BatchSize = 16, Seed = 2 };
        var loss = new SoftmaxCrossEntropy<float>(ignoredClass: SequenceTrainingData.Ignored);
        var trainer = new Trainer<float>(network, new Adam<float>(0.02), loss, options);
        Dataset<float> validation = SequenceTrainingData.NextOfPeriod(150, 4);
        TrainingProgress last = trainer.Train(SequenceTrainingData.NextOfPeriod(400, 3), validation, cancellationToken: Token);
        Assert.InRange(last.ValidationAccuracy!.Value, 0.97, 1);
        ClassificationMetrics metrics = trainer.EvaluateClasses(validation);
        Assert.Equal(validation.Targets.Classes.ToArray().Count(target => target >= 0), metrics.Rows);
        Assert.Equal(last.ValidationAccuracy.Value, metrics.Accuracy!.Value, 1e-12);
    }

    /// <summary>
    /// A step on all sequences follows the mean of the gradients of each alone: over sequences, or over the rows that have a target; also
    /// if the mini-batch is cut into pieces.
    /// </summary>
    [Theory]
    [InlineData(true, 1, false)]
    [InlineData(true, 4, true)]
    [InlineData(false, 1, false)]
    [InlineData(false, 4, false)]
    [InlineData(false, 1, true)]
    [InlineData(false, 4, true)]
    public void A_step_follows_the_mean_over_all_sequences(bool bySequence, int pieces, bool weighted)
    {
        const int Count = 11;
        (TensorBuffer<double> features, int[] offsets) = SequenceTrainingData.Numbers(Count);
        int[] classes = [.. Enumerable.Range(0, bySequence ? Count : features.Rows).Select(i => i % 5 == 2 ? -100 : i * 7 % 4)];
        double[]? weights = weighted ? [.. classes.Select((_, i) => i % 3)] : null;
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);
        NeuralNetwork<double> network = SequenceTrainingData.Network(bySequence);
        double[] expected = network.Parameters.ToArray();
        Workspace<double> workspace = network.CreateTrainingWorkspace(features.Rows);
        double divisor = classes.Select((target, i) => target == -100 ? 0 : weights?[i] ?? 1).Sum();
        for (int i = 0; i < Count; i++)
        {
            int first = bySequence ? i : offsets[i];
            int count = bySequence ? 1 : offsets[i + 1] - offsets[i];
            ReadOnlyTensorView<double> input = features.View.SliceRows(offsets[i], offsets[i + 1] - offsets[i]);
            ReadOnlyTensorView<double> output = network.Forward(input, new([0, input.Rows]), workspace);
            for (int row = 0; row < count; row++)
            {
                loss.Sum(
                    output.SliceRows(row, 1), classes.AsSpan(first + row, 1), (weights?[first + row] ?? 1) / divisor,
                    workspace.GradOutput.SliceRows(row, 1));
            }

            network.Backward(input, workspace.GradOutput, workspace);
            for (int parameter = 0; parameter < expected.Length; parameter++)
            {
                expected[parameter] -= network.Gradients[parameter];
            }
        }

        var options = new TrainerOptions { Epochs = 1, BatchSize = (Count + pieces - 1) / pieces, AccumulatedBatches = pieces, Seed = 9 };
        var data = new Dataset<double>(features, new(offsets), classes) { Weights = weights };
        new Trainer<double>(network, new Sgd<double>(1), loss, options).Train(data, cancellationToken: Token);
        Assert.All(network.Parameters.ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-11));
    }

    /// <summary>Whatever the size of the mini-batches that evaluate, and wherever they begin.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_evaluation_is_that_of_each_sequence(bool bySequence)
    {
        const int Count = 10;
        (TensorBuffer<double> features, int[] offsets) = SequenceTrainingData.Numbers(Count);
        var values = new TensorBuffer<double>(bySequence ? Count : features.Rows, 4);
        Matrix<double, Ordinary>.Fill(values.View, 8);
        var data = new Dataset<double>(features, new(offsets), values);
        NeuralNetwork<double> network = SequenceTrainingData.Network(bySequence);
        var expected = new TensorBuffer<double>(values.Rows, 4);
        Workspace<double> workspace = network.CreateInferenceWorkspace(features.Rows);
        for (int i = 0; i < Count; i++)
        {
            ReadOnlyTensorView<double> input = features.View.SliceRows(offsets[i], offsets[i + 1] - offsets[i]);
            network.Predict(input, new([0, input.Rows]), workspace)
                .CopyTo(expected.View.SliceRows(bySequence ? i : offsets[i], bySequence ? 1 : input.Rows));
        }

        var loss = new MeanSquaredError<double>();
        double expectedLoss = loss.Forward(expected.View, values.View);
        foreach (int size in new[] { 1, 3, Count, 64 })
        {
            var trainer = new Trainer<double>(network, new Sgd<double>(1), loss, new() { BatchSize = size });
            Assert.Equal(expectedLoss, trainer.Evaluate(data).Loss, 1e-12);
            Assert.Equal(RegressionMetrics.Compute<double>(expected.View, values.View), trainer.EvaluateValues(data));
        }
    }

    /// <summary>Dropout's masks, the order of sequences and the sums of the epoch go on in the middle of an epoch.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_training_resumed_in_the_middle_of_an_epoch_has_the_same_bits(bool bySequence)
    {
        Dataset<double> data = Data(bySequence);
        TrainingCheckpoint<double>? checkpoint = null;
        Trainer<double>? saved = null;
        Trainer<double> whole = New(
            out NeuralNetwork<double> network, step => checkpoint = step.Step == 7 ? saved!.Checkpoint() : checkpoint);
        saved = whole;
        TrainingProgress expected = whole.Train(data, data, cancellationToken: Token);
        Assert.NotEqual(0, checkpoint!.Position);
        Trainer<double> resumed = New(out NeuralNetwork<double> continued, null);
        resumed.Resume(checkpoint);
        TrainingProgress found = resumed.Train(data, data, cancellationToken: Token);
        Assert.Equal(network.Parameters.ToArray(), continued.Parameters.ToArray());
        Assert.Equal((expected.TrainingLoss, expected.ValidationLoss), (found.TrainingLoss, found.ValidationLoss));
        resumed.Resume(checkpoint);
        Assert.Contains(
            "made with 23 sequences; there are 2.",
            Assert.Throws<ArgumentException>("training", () => resumed.Train(data.Select([3, 4]), cancellationToken: Token)).Message,
            StringComparison.Ordinal);

        Trainer<double> New(out NeuralNetwork<double> made, Action<TrainingStep>? finished)
        {
            made = SequenceTrainingData.Network(bySequence, dropout: 0.3);
            var options = new TrainerOptions { Epochs = 4, BatchSize = 5, Seed = 9, StepFinished = finished };
            return new(made, new Adam<double>(0.01), new SoftmaxCrossEntropy<double>(), options);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_number_of_threads_gives_the_same_bits(bool bySequence)
    {
        Dataset<double> data = Data(bySequence);
        Assert.Equal(Train(1), Train(4));

        double[] Train(int threads)
        {
            NeuralNetwork<double> network = SequenceTrainingData.Network(bySequence, dropout: 0.3);
            var options = new TrainerOptions { Epochs = 3, BatchSize = 5, Seed = 9, Threads = threads };
            new Trainer<double>(network, new Adam<double>(0.01), new SoftmaxCrossEntropy<double>(), options)
                .Train(data, cancellationToken: Token);
            return network.Parameters.ToArray();
        }
    }

    /// <summary>The second training has mini-batches of the same sizes as the first, which may enlarge the buffers of a thread.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 2)]
    public void A_warm_step_allocates_nothing(bool bySequence, int accumulated)
    {
        long? before = null;
        List<long> allocated = new(capacity: 64);
        var options = new TrainerOptions
        {
            Epochs = 3,
            BatchSize = 5,
            Seed = 9,
            AccumulatedBatches = accumulated,
            StepFinished = step =>
            {
                if (step.Step > 1)
                {
                    allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before!.Value);
                }

                before = GC.GetAllocatedBytesForCurrentThread();
            },
        };
        var trainer = new Trainer<double>(
            SequenceTrainingData.Network(bySequence, dropout: 0.3), new Adam<double>(0.01), new SoftmaxCrossEntropy<double>(), options);
        Dataset<double> data = Data(bySequence);

        // While the runtime replaces code by optimized code, it may allocate on this thread.
        for (int training = 0; training < 10; training++)
        {
            allocated.Clear();
            trainer.Train(data, cancellationToken: Token);
        }

        Assert.NotEmpty(allocated);
        Assert.All(allocated, bytes => Assert.Equal(0, bytes));
    }

    private static Dataset<double> Data(bool bySequence)
    {
        (TensorBuffer<double> features, int[] offsets) = SequenceTrainingData.Numbers(23);
        return new(features, new(offsets), [.. Enumerable.Range(0, bySequence ? 23 : features.Rows).Select(i => i * 7 % 4)]);
    }
}
