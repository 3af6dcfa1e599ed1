namespace VecNet.Tests;

/// <summary>Training and evaluation of networks that end with a projection to a vocabulary, whose logits are computed by blocks.</summary>
public sealed class ProjectedTrainingTests
{
    /// <summary>More rows than a block has.</summary>
    private const int Classes = 7, Sequences = 90;

    private static readonly int[] Offsets = [0, .. Enumerable.Range(1, Sequences).Select(i => (9 * i) - (i % 4))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int[] Ids => [.. Enumerable.Range(0, Offsets[^1]).Select(i => i * 5 % 11 % Classes)];

    /// <summary>The next of the sequence; the last has none.</summary>
    private static int[] Targets => [.. Ids.Select((_, i) => Offsets.Contains(i + 1) ? -100 : Ids[i + 1])];

    [Fact]
    public void A_batch_has_several_blocks() =>
        Assert.InRange(ProjectionOperation<double>.RowsOfBlock(Classes), 1, Offsets[^1] / 2 * 2 - 1);

    /// <summary>
    /// The steps of a trainer are those of the logits of all rows, whatever it accumulates, clips or weights, by token and by sequence.
    /// </summary>
    [Theory]
    [InlineData(true, false, false, 1)]
    [InlineData(true, true, false, 1)]
    [InlineData(false, false, false, 1)]
    [InlineData(true, false, true, 1)]
    [InlineData(true, true, true, 3)]
    [InlineData(false, true, true, 3)]
    public void A_trainer_makes_the_steps_of_whole_logits(bool byToken, bool clips, bool weights, int accumulated)
    {
        int[] targets = byToken ? Targets : [.. Enumerable.Range(0, Sequences).Select(i => i % 5 == 2 ? -100 : i % Classes)];
        var data = new Dataset<double>(Ids, new(Offsets), targets)
        {
            Weights = weights ? [.. targets.Select((_, i) => (double)(i % 3))] : null,
        };
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);
        var options = new TrainerOptions
        {
            Epochs = 2,
            BatchSize = Sequences / accumulated,
            AccumulatedBatches = accumulated,
            MaxGradientNorm = clips ? 0.5 : null,
            Seed = 4,
        };
        NeuralNetwork<double> blocks = Network(byToken, withProjection: true), whole = Network(byToken, withProjection: false);
        Bits.AssertSame<double>(Values(whole), Values(blocks), "initial parameters");
        var ofBlocks = new Trainer<double>(blocks, new Adam<double>(0.01), loss, options);
        var ofWhole = new Trainer<double>(whole, new Adam<double>(0.01), loss, options);
        TrainingProgress one = ofBlocks.Train(data, data, cancellationToken: Token);
        TrainingProgress other = ofWhole.Train(data, data, cancellationToken: Token);
        Assert.All(Values(whole).Zip(Values(blocks)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(other.TrainingLoss, one.TrainingLoss, 1e-12);
        Assert.Equal(other.ValidationLoss!.Value, one.ValidationLoss!.Value, 1e-12);
        Assert.Equal((other.TrainingAccuracy, other.ValidationAccuracy), (one.TrainingAccuracy, one.ValidationAccuracy));
        ClassificationMetrics metrics = ofBlocks.EvaluateClasses(data), expected = ofWhole.EvaluateClasses(data);
        Assert.Equal((expected.Rows, expected.Accuracy), (metrics.Rows, metrics.Accuracy));
    }

    /// <summary>The table gets its step when both parts of its gradient are there.</summary>
    [Fact]
    public void Tied_tables_have_the_bits_of_separate_calls()
    {
        NeuralNetwork<double> Make() => new(
            1, [new Embedding<double>(Classes, 6), new Gru<double>(6), new VocabularyProjection<double>(Classes, bias: true, tied: true)],
            seed: 3);
        NeuralNetwork<double> trained = Make(), stepped = Make();
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);
        new Trainer<double>(trained, new AdamW<double>(0.01), loss, new() { Epochs = 1, BatchSize = Sequences, Seed = 4 })
            .Train(new Dataset<double>(Ids, new(Offsets), Targets), cancellationToken: Token);
        int[] order = [.. Enumerable.Range(0, Sequences)];
        SplitMix64.ForStream(4, RandomStream.RowOrder).Shuffle(order.AsSpan());
        Dataset<double> shuffled = new Dataset<double>(Ids, new(Offsets), Targets).Select(order);
        Workspace<double> workspace = stepped.CreateTrainingWorkspace(Offsets[^1]);
        loss.Backward(stepped.Forward(shuffled.Ids, shuffled.Sequences, workspace), shuffled.Targets, workspace.GradOutput);
        stepped.Backward(workspace.GradOutput, workspace);
        stepped.Step(new AdamW<double>(0.01));
        Bits.AssertSame<double>(stepped.Parameters, trained.Parameters, "parameters");
    }

    /// <summary>Rows without a target may have any activations, if all of a batch are such.</summary>
    [Fact]
    public void A_batch_without_targets_changes_nothing()
    {
        NeuralNetwork<double> network = Network(byToken: true, withProjection: true);
        double[] before = network.Parameters.ToArray();
        int[] none = [.. Targets.Select(_ => -100)];
        var trainer = new Trainer<double>(
            network, new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(ignoredClass: -100), new() { Epochs = 1, BatchSize = 4 });
        TrainingProgress progress = trainer.Train(new(Ids, new(Offsets), none), cancellationToken: Token);
        Assert.True(double.IsNaN(progress.TrainingLoss));
        Bits.AssertSame<double>(before, network.Parameters, "parameters");
    }

    /// <summary>256 rows of 50,257 classes: their logits alone would take 51 MB, and their gradient as much again.</summary>
    [Theory]
    [InlineData(32_000)]
    [InlineData(50_257)]
    public void The_memory_of_a_large_vocabulary_is_bounded(int classes)
    {
        var network = new NeuralNetwork<float>(1, [new Embedding<float>(classes, 4), new VocabularyProjection<float>(classes, tied: true)]);
        Workspace<float> Make(int rows, bool training) => new(network, rows, rows, training, false, 0, hasOutputBlocks: true);
        Assert.InRange(Make(256, training: true).Bytes, 1, 64_000_000);
        Assert.Equal(
            Make(512, training: true).Bytes - Make(384, training: true).Bytes,
            Make(1024, training: true).Bytes - Make(896, training: true).Bytes);
        Assert.InRange(Make(2048, training: false).Bytes, 1, 32_000_000);
    }

    /// <summary>The logits of any rows, on demand, are those of all rows.</summary>
    [Fact]
    public void Rows_of_the_output_are_computed_on_demand()
    {
        var network = new NeuralNetwork<float>(
            1,
            [
                new Embedding<float>(Classes, 6), new SelfAttention<float>(2, causal: true),
                new VocabularyProjection<float>(Classes, bias: true, tied: true),
            ],
            seed: 2);
        int[] ids = [.. Ids[..9]];
        ReadOnlyTensorView<float> all = network.Predict(ids, new([0, 9]), network.CreateInferenceWorkspace(9));
        Workspace<float> workspace = network.CreateInferenceWorkspace(9, 1, outputOnDemand: true);
        Assert.True(network.Predict(ids, new([0, 9]), workspace).IsEmpty);
        Bits.AssertSame<float>(all.Row(8), workspace.GetOutput(8, 1).Row(0), "the last row");
        Bits.AssertSame<float>(all.SliceRows(2, 3).AsSpan(), workspace.GetOutput(2, 3).AsSpan(), "rows in between");
        foreach ((int first, int rows) in new[] { (9, 1), (-1, 1), (0, 10), (0, -1), (8, 2) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => workspace.GetOutput(first, rows).Rows);
        }

        Workspace<float> whole = network.CreateInferenceWorkspace(9);
        network.Predict(ids, new([0, 9]), whole);
        Bits.AssertSame<float>(all.Row(8), whole.GetOutput(8, 1).Row(0), "the last row of all");
    }

    [Fact]
    public void A_message_names_the_scratch_memory()
    {
        var scratch = new TensorBuffer<float>(4, 6);
        TensorBuffer<float> hidden = new(4, 2), table = new(3, 2);
        ArgumentException error = Assert.Throws<ArgumentException>("gradTable", () => ProjectedLoss.ForwardBackward(
            new SoftmaxCrossEntropy<float>(), hidden.View, table.View, default, new Targets<float>([0, 1, 2, 0]), default,
            scratch.View.Slice(1, 0, 3, 2), default, scratch.View));
        Assert.Contains("gradTable shares elements with scratch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_have_the_same_bits_on_any_number_of_threads()
    {
        double[] Trained(int threads)
        {
            NeuralNetwork<double> network = Network(byToken: true, withProjection: true);
            var options = new TrainerOptions { Epochs = 2, BatchSize = 60, Threads = threads };
            var trainer = new Trainer<double>(network, new Adam<double>(), new SoftmaxCrossEntropy<double>(ignoredClass: -100), options);
            trainer.Train(new(Ids, new(Offsets), Targets), cancellationToken: Token);
            return network.Parameters.ToArray();
        }

        double[] expected = Trained(1);
        Bits.AssertSame<double>(expected, Trained(2), "two threads");
        Bits.AssertSame<double>(expected, Trained(3), "three threads");
    }

    [Fact]
    public void Warm_steps_allocate_nothing()
    {
        List<long> allocated = [];
        long? before = null;
        var options = new TrainerOptions
        {
            Epochs = 2,
            BatchSize = 80,
            StepFinished = _ =>
            {
                if (before is { } count)
                {
                    allocated.Add(GC.GetAllocatedBytesForCurrentThread() - count);
                }

                before = GC.GetAllocatedBytesForCurrentThread();
            },
        };
        var trainer = new Trainer<double>(
            Network(byToken: true, withProjection: true), new Adam<double>(), new SoftmaxCrossEntropy<double>(ignoredClass: -100), options);
        int[] offsets = [.. Offsets, .. Offsets.Skip(1).Select(offset => Offsets[^1] + offset)];
        trainer.Train(new([.. Ids, .. Ids], new(offsets), [.. Targets, .. Targets]), cancellationToken: Token);

        // Between the last two steps, no epoch ends. All steps but the last of an epoch have several blocks.
        Assert.Equal(5, allocated.Count);
        Assert.Equal(0, allocated[^1]);
    }

    /// <summary>The same network, with a projection or with a fully connected layer of the same weights.</summary>
    private static NeuralNetwork<double> Network(bool byToken, bool withProjection)
    {
        ILayer<double> last = withProjection
            ? new VocabularyProjection<double>(Classes, bias: true)
            : new FullyConnectedLayer<double>(Classes);
        ILayer<double>[] pooling = byToken ? [] : [new SequencePooling<double>(PoolingMode.Mean)];
        var network = new NeuralNetwork<double>(1, [new Embedding<double>(Classes, 6), new Gru<double>(6), .. pooling, last], seed: 3);
        SlotViews<double> parameters = network.GetParameters(network.Layers.Count - 1);
        for (int i = 0; i < Classes; i++)
        {
            parameters[1][0, i] = 0.1 * i;
            for (int j = 0; j < 6; j++)
            {
                parameters[0][withProjection ? i : j, withProjection ? j : i] = Math.Sin((6 * i) + j);
            }
        }

        return network;
    }

    /// <summary>The parameters, those of the last layer as classes × features.</summary>
    private static double[] Values(NeuralNetwork<double> network)
    {
        List<double> values = [];
        int last = network.Layers.Count - 1;
        for (int layer = 0; layer <= last; layer++)
        {
            SlotViews<double> parameters = network.GetParameters(layer);
            for (int i = 0; i < parameters.Count; i++)
            {
                TensorView<double> view = parameters[i];
                bool isTransposed = layer == last && i == 0 && network.Layers[last] is FullyConnectedLayer<double>;
                for (int k = 0; k < view.Length; k++)
                {
                    values.Add(isTransposed ? view[k % view.Rows, k / view.Rows] : view[k / view.Columns, k % view.Columns]);
                }
            }
        }

        return [.. values];
    }
}
