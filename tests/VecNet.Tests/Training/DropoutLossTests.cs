namespace VecNet.Tests;

/// <summary>Why a validation loss can lie below the training loss: dropout is on in the one and off in the other.</summary>
public sealed class DropoutLossTests(ITestOutputHelper output)
{
    [Fact]
    public void On_the_same_rows_the_loss_with_dropout_lies_above_the_loss_without()
    {
        Dataset<double> data = TrainingData.TwoRings(rows: 200, seed: 3);
        var network = new NeuralNetwork<double>(
            2,
            [
                new FullyConnectedLayer<double>(32, WeightInitialization.HeNormal),
                new ReLU<double>(),
                new Dropout<double>(0.5),
                new FullyConnectedLayer<double>(2, WeightInitialization.XavierNormal),
            ],
            seed: 8);
        var trainer = new Trainer<double>(
            network, new Sgd<double>(0.1, momentum: 0.9),
            new SoftmaxCrossEntropy<double>(),
            new() { Epochs = 60, BatchSize = 20, Seed = 5 });
        TrainingProgress last = trainer.Train(data, validation: data, cancellationToken: TestContext.Current.CancellationToken);

        // The parameters stand still from here on: both figures are of the same network on the same rows.
        double off = trainer.Evaluate(data).Loss;
        Workspace<double> workspace = network.CreateTrainingWorkspace(data.Rows, seed: 6);
        double[] on = [.. Enumerable.Range(0, 20).Select(
            _ => new SoftmaxCrossEntropy<double>().Forward(network.Forward(data.Features.View, workspace), data.Targets))];

        output.WriteLine($"Loss of the last epoch as training saw it: {last.TrainingLoss:F4}; "
            + $"as validation, on the same rows: {last.ValidationLoss:F4}.");
        output.WriteLine($"Loss of the trained network with dropout: {on.Average():F4} (of 20 masks: "
            + $"{on.Min():F4} to {on.Max():F4}); without: {off:F4}.");
        Assert.Equal(last.ValidationLoss!.Value, off, 1e-12);
        Assert.All(on, loss => Assert.True(loss > off, $"With dropout {loss}, without {off}."));
        Assert.True(last.TrainingLoss > last.ValidationLoss);
    }
}
