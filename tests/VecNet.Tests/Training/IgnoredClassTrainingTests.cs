namespace VecNet.Tests;

/// <summary>A trainer with a loss that leaves some rows out.</summary>
public sealed class IgnoredClassTrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>PyTorch's number for what does not count; the rows' weights must be those of training without them.</summary>
    [Fact]
    public void Rows_of_a_class_that_the_network_does_not_give_are_left_out()
    {
        Assert.Equal(Train([0, 1, 2, 0], rows: 4), Train([0, 1, 2, 0, -100, -100, -100, -100], rows: 8));
    }

    [Fact]
    public void No_other_class_that_the_network_does_not_give_is_taken() =>
        Assert.Contains(
            "The class of row 1 is -99",
            Assert.Throws<ArgumentException>("training", () => Train([0, -99, 2, 0], rows: 4)).Message,
            StringComparison.Ordinal);

    private static double[] Train(int[] classes, int rows)
    {
        var features = new TensorBuffer<double>(rows, 2);
        for (int row = 0; row < rows; row++)
        {
            (features.View[row, 0], features.View[row, 1]) = (row % 3, row);
        }

        var network = new NeuralNetwork<double>(2, [new FullyConnectedLayer<double>(3)], seed: 1);
        var loss = new SoftmaxCrossEntropy<double>(ignoredClass: -100);
        var trainer = new Trainer<double>(network, new Sgd<double>(0.1), loss, new() { Epochs = 1, BatchSize = 8 });
        trainer.Train(new(features, classes), new(features, classes), cancellationToken: Token);
        trainer.Evaluate(new(features, classes));
        return [.. network.Parameters.ToArray().Select(parameter => Math.Round(parameter, 12))];
    }
}
