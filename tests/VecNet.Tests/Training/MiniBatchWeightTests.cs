namespace VecNet.Tests;

/// <summary>How much a sequence counts in a training on mini-batches with different numbers of sequences.</summary>
public sealed class MiniBatchWeightTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// With a target for each sequence, mini-batches of few long or of many short sequences take steps of the same size, as in PyTorch; the
    /// loss of the epoch is the mean over all sequences all the same.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_follows_the_mean_over_its_sequences_and_the_epoch_has_the_mean_over_all(bool buckets)
    {
        (TensorBuffer<double> features, int[] offsets) = SequenceTrainingData.Numbers(23);
        var data = new Dataset<double>(features, new(offsets), [.. Enumerable.Range(0, 23).Select(i => i * 7 % 4)]);
        List<TrainingStep> steps = [];
        var options = new TrainerOptions
        {
            Epochs = 1, BatchSize = 100, MaxBatchTokens = 12, BucketByLength = buckets, Seed = 9, StepFinished = steps.Add,
        };
        int[] order = [.. Enumerable.Range(0, 23)];
        SplitMix64.ForStream(9, RandomStream.RowOrder).Shuffle(order.AsSpan());
        int[][] batches = MiniBatchTests.Divide(data, options, 0, order);
        Assert.InRange(batches.Select(batch => batch.Length).Distinct().Count(), 3, 23);
        var loss = new SoftmaxCrossEntropy<double>();
        NeuralNetwork<double> expected = SequenceTrainingData.Network(bySequence: true);
        double sum = 0;
        foreach (int[] batch in batches)
        {
            Dataset<double> own = data.Select(batch);
            Workspace<double> workspace = expected.CreateTrainingWorkspace(own.Rows);
            ReadOnlyTensorView<double> output = expected.Forward(own.Features.View, own.Sequences, workspace);
            sum += batch.Length * loss.ForwardBackward(output, own.Targets.Classes, workspace.GradOutput);
            expected.Backward(own.Features.View, workspace.GradOutput, workspace);
            for (int i = 0; i < expected.Parameters.Length; i++)
            {
                expected.Parameters[i] -= expected.Gradients[i];
            }
        }

        NeuralNetwork<double> network = SequenceTrainingData.Network(bySequence: true);
        var trainer = new Trainer<double>(network, new Sgd<double>(1), loss, options);
        double found = trainer.Train(data, cancellationToken: Token).TrainingLoss;
        Assert.All(network.Parameters.ToArray().Zip(expected.Parameters.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-11));
        Assert.Equal(sum / 23, found, 1e-12);
        Assert.Equal(batches.Select(batch => batch.Length), steps.Select(step => step.Rows));
        Assert.Equal(sum / 23, steps.Sum(step => step.Rows * step.Loss) / 23, 1e-12);
        Assert.NotEqual(sum / 23, steps.Average(step => step.Loss), 1e-3);

        // Without steps, it is the loss of an evaluation.
        network = SequenceTrainingData.Network(bySequence: true);
        trainer = new(network, new Sgd<double>(1), loss, options with { LearningRateOfStep = _ => 0, StepFinished = null });
        Assert.Equal(trainer.Train(data, cancellationToken: Token).TrainingLoss, trainer.Evaluate(data).Loss, 1e-12);
    }
}
