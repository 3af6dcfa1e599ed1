namespace VecNet.Tests;

/// <summary>A step that throws has not been taken: a checkpoint after it is that of the step before.</summary>
public sealed class FailedStepTests
{
    private const int Words = 9;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// One id is not in the table. Once it is corrected, training continues from the checkpoint as if it had always been right, with the
    /// dropout masks and, in pieces of sequences, the states of the step that failed.
    /// </summary>
    [Theory]
    [InlineData(null, 1)]
    [InlineData(null, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void Training_continues_with_the_step_that_failed(int? truncation, int accumulated)
    {
        int[] offsets = [0, 7, 12, 20, 26, 31, 40];
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => i * 5 % Words)], targets = [.. ids.Select(id => (id + 1) % Words)];
        for (int row = 0; row < ids.Length; row++)
        {
            int[] wrong = [.. ids];
            wrong[row] = Words;
            Trainer<double> failing = New(out _);
            Assert.Throws<ArgumentOutOfRangeException>(
                () => failing.Train(new(wrong, new(offsets), targets), cancellationToken: Token));
            Trainer<double> resumed = New(out NeuralNetwork<double> continued), other = New(out NeuralNetwork<double> whole);
            resumed.Resume(failing.Checkpoint());
            resumed.Train(new(ids, new(offsets), targets), cancellationToken: Token);
            other.Train(new(ids, new(offsets), targets), cancellationToken: Token);
            Bits.AssertSame<double>(whole.Parameters, continued.Parameters, $"parameters, where row {row} was wrong");
        }

        Trainer<double> New(out NeuralNetwork<double> network)
        {
            network = new(
                1,
                [
                    new Embedding<double>(Words, 4), new Gru<double>(4), new Dropout<double>(0.3),
                    new VocabularyProjection<double>(Words, tied: true),
                ],
                seed: 5);
            var options = new TrainerOptions
            {
                Epochs = 2, BatchSize = 2, TruncationLength = truncation, AccumulatedBatches = accumulated, Seed = 3,
            };
            return new(network, new Adam<double>(0.05), new SoftmaxCrossEntropy<double>(), options);
        }
    }

    /// <summary>
    /// Pieces of sequences, weights, ignored rows (also whole blocks of them), accumulation and clipping together: the steps are those of
    /// the logits of all rows.
    /// </summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void Blocks_of_the_output_of_pieces_make_the_steps_of_whole_logits(int accumulated, bool weighted)
    {
        // 300 sequences in pieces of 4 rows: 1,200 rows in blocks of 512.
        int[] offsets = [0, .. Enumerable.Range(1, 300).Select(i => (9 * i) - (i % 4))];
        int[] ids = [.. Enumerable.Range(0, offsets[^1]).Select(i => i * 5 % 11 % Words)];
        Assert.InRange(ProjectionOperation<double>.RowsOfBlock(Words), 1, 600);
        var options = new TrainerOptions
        {
            Epochs = 2, BatchSize = 300, TruncationLength = 4, AccumulatedBatches = accumulated, Seed = 3,
            MaxGradientNorm = weighted ? 0.1 : null,
        };
        int[] order = [.. Enumerable.Range(0, 300)];
        SplitMix64.ForStream(3, RandomStream.RowOrder).Shuffle(order.AsSpan());
        int[] targets = [.. ids.Select((id, i) => i % 7 == 3 ? -100 : (id + i) % Words)];
        foreach (int sequence in order[..150])
        {
            // In the first epoch, the first block of each piece has no target.
            targets.AsSpan(offsets[sequence]..offsets[sequence + 1]).Fill(-100);
        }

        var data = new Dataset<double>(ids, new(offsets), targets)
        {
            Weights = weighted ? [.. ids.Select((_, i) => (double)(i % 3))] : null,
        };
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);

        // Dropout that drops nothing makes the projection a layer that is not the last one.
        NeuralNetwork<double> blocks = Make(), whole = Make(new Dropout<double>(0));
        Assert.NotNull(blocks.Plan.LastProjection);
        Assert.Null(whole.Plan.LastProjection);
        Bits.AssertSame<double>(whole.Parameters, blocks.Parameters, "initial parameters");
        var ofBlocks = new Trainer<double>(blocks, new Adam<double>(0.01), loss, options);
        var ofWhole = new Trainer<double>(whole, new Adam<double>(0.01), loss, options);
        TrainingProgress one = ofBlocks.Train(data, data, cancellationToken: Token);
        TrainingProgress other = ofWhole.Train(data, data, cancellationToken: Token);
        Assert.All(whole.Parameters.ToArray().Zip(blocks.Parameters.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
        Assert.Equal(other.TrainingLoss, one.TrainingLoss, 1e-12);
        Assert.Equal(other.ValidationLoss!.Value, one.ValidationLoss!.Value, 1e-12);
        Assert.Equal((other.TrainingAccuracy, other.ValidationAccuracy), (one.TrainingAccuracy, one.ValidationAccuracy));
        ClassificationMetrics metrics = ofBlocks.EvaluateClasses(data), expected = ofWhole.EvaluateClasses(data);
        Assert.Equal((expected.Rows, expected.Accuracy), (metrics.Rows, metrics.Accuracy));

        // Whole sequences give the same evaluation.
        var untruncated = new Trainer<double>(whole, new Adam<double>(0.01), loss, options with { TruncationLength = null });
        Assert.Equal(untruncated.Evaluate(data).Loss, ofWhole.Evaluate(data).Loss, 1e-12);

        NeuralNetwork<double> Make(params ILayer<double>[] last) => new(
            1,
            [
                new Embedding<double>(Words, 6), new Lstm<double>(6), new VocabularyProjection<double>(Words, bias: true, tied: true),
                .. last,
            ],
            seed: 8);
    }
}
