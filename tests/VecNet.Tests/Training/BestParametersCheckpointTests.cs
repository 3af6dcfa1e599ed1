namespace VecNet.Tests;

/// <summary>A checkpoint tells the end of the last step, whichever parameters the training goes back to.</summary>
public sealed class BestParametersCheckpointTests
{
    private const int Epochs = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Dataset<double> Data => TrainingData.TwoRings(rows: 46, seed: 1);

    private static Dataset<double> Validation => TrainingData.TwoRings(rows: 20, seed: 2);

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void One_taken_when_an_epoch_is_reported_knows_whether_that_was_the_best(int? patience)
    {
        List<TrainingCheckpoint<double>> checkpoints = [];
        Trainer<double> trainer = New(Epochs, patience, out NeuralNetwork<double> network);
        TrainingProgress whole = trainer.Train(Data, Validation, new Reports(() => checkpoints.Add(trainer.Checkpoint())), Token);
        string expected = new Model<double>(network).GetParametersHash();
        Assert.InRange(whole.Epoch, 1, checkpoints.Count - 1);
        foreach (TrainingCheckpoint<double> checkpoint in checkpoints)
        {
            Trainer<double> second = New(Epochs, patience, out NeuralNetwork<double> resumed);
            second.Resume(checkpoint);
            TrainingProgress best = second.Train(Data, Validation, cancellationToken: Token);
            Assert.True(
                expected == new Model<double>(resumed).GetParametersHash(),
                $"Resumed after epoch {checkpoint.Epoch}; the best is {whole.Epoch}.");
            Assert.Equal((whole.Epoch, whole.ValidationLoss), (best.Epoch, best.ValidationLoss));
        }
    }

    [Fact]
    public void One_taken_behind_the_end_goes_on_to_more_epochs_from_the_last_and_not_from_the_best()
    {
        New(Epochs, null, out NeuralNetwork<double> whole).Train(Data, Validation, cancellationToken: Token);
        int wentBack = 0;
        for (int epochs = 1; epochs <= Epochs; epochs++)
        {
            Trainer<double> first = New(epochs, null, out NeuralNetwork<double> network);
            wentBack += first.Train(Data, Validation, cancellationToken: Token).Epoch < epochs ? 1 : 0;
            double[] best = network.Parameters.ToArray();
            TrainingCheckpoint<double> checkpoint = first.Checkpoint();
            Assert.Equal(best, checkpoint.BestParameters);
            Assert.Equal(best, network.Parameters.ToArray());

            Trainer<double> second = New(Epochs, null, out NeuralNetwork<double> resumed);
            second.Resume(checkpoint);
            second.Train(Data, Validation, cancellationToken: Token);
            Assert.True(whole.Parameters.SequenceEqual(resumed.Parameters), $"{epochs} epochs, then to {Epochs}.");
        }

        Assert.InRange(wentBack, 1, Epochs);
    }

    /// <summary>Steps so large that the validation loss rises and falls.</summary>
    private static Trainer<double> New(int epochs, int? patience, out NeuralNetwork<double> network)
    {
        network = new NeuralNetwork<double>(
            2,
            [
                new FullyConnectedLayer<double>(9, WeightInitialization.XavierNormal),
                new BatchNorm<double>(), new Tanh<double>(), new FullyConnectedLayer<double>(2),
            ],
            seed: 5);
        return new(
            network, new Adam<double>(0.3), new SoftmaxCrossEntropy<double>(),
            new() { Epochs = epochs, BatchSize = 10, Seed = 3, Patience = patience, KeepBest = true });
    }

    private sealed class Reports(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }
}
