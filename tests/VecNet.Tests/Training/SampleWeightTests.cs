namespace VecNet.Tests;

/// <summary>The weights of a data set: what is accepted, kept and computed.</summary>
public sealed class SampleWeightTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-1.0, "The weight of row 1 is -1; weights must be finite and at least 0.")]
    [InlineData(double.NaN, "The weight of row 1 is NaN; weights must be finite and at least 0.")]
    [InlineData(double.PositiveInfinity, "The weight of row 1 is ∞; weights must be finite and at least 0.")]
    public void Weights_out_of_range_are_refused(double weight, string message)
    {
        Dataset<double> data = TrainingData.TwoRings(3, 1);
        int[] classes = data.Targets.Classes.ToArray();
        var logits = new TensorBuffer<double>(3, 2);
        double[] gradient = [.. Enumerable.Repeat(7.0, 6)];
        var loss = new SoftmaxCrossEntropy<double>();
        ArgumentException[] errors =
        [
            Assert.Throws<ArgumentException>(
                "weights", () => loss.ForwardBackward(logits.View, classes, [1, weight, 1], gradient.AsView(3, 2))),
            Assert.Throws<ArgumentException>("weights", () => loss.Forward(logits.View, classes, [1, weight, 1])),
            Assert.Throws<ArgumentException>("Weights", () => new Dataset<double>(data.Features, classes) { Weights = [1, weight, 1] }),
            Assert.Throws<ArgumentException>("weights", () => SampleWeights.Balanced(classes, [1, weight, 1])),
            Assert.Throws<ArgumentException>("weights", () => new ClassificationMetrics(2, classes, classes, [1, weight, 1])),
            Assert.Throws<ArgumentException>(
                "weights", () => RegressionMetrics.Compute<double>(logits.View, logits.View, [1, weight, 1])),
        ];
        Assert.All(errors, error => Assert.StartsWith(
            message.Replace("∞", $"{double.PositiveInfinity}", StringComparison.Ordinal), error.Message, StringComparison.Ordinal));
        Assert.All(gradient, g => Assert.Equal(7, g));
        Assert.StartsWith(
            "There are 2 weights for 3 rows.",
            Assert.Throws<ArgumentException>("Weights", () => new Dataset<double>(data.Features, classes) { Weights = [1, 1] }).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The weights of all rows are 0.",
            Assert.Throws<ArgumentException>("Weights", () => new Dataset<double>(data.Features, classes) { Weights = [0, 0, 0] }).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_keeps_its_weights_beside_its_rows()
    {
        Dataset<double> data = TrainingData.TwoRings(4, 1);
        double[] weights = [1, 2, 3, 4];
        var weighted = new Dataset<double>(data.Features, data.Targets.Classes.ToArray()) { Weights = weights };
        weights[0] = -1;
        Assert.Equal([1, 2, 3, 4], weighted.Weights!);
        Assert.Equal([4, 2, 2], weighted.Select([3, 1, 1]).Weights!);
        Assert.Null(data.Weights);
        Assert.Null(data.Select([0]).Weights);
    }

    /// <summary>Sums of weights that are no whole numbers survive a file, bit for bit.</summary>
    [Fact]
    public void A_resumed_epoch_of_weighted_rows_goes_on_as_if_uninterrupted()
    {
        using var scratch = new ScratchDirectory();
        Dataset<double> rings = TrainingData.TwoRings(20, 1);
        var data = new Dataset<double>(rings.Features, rings.Targets.Classes.ToArray())
        {
            Weights = [.. Enumerable.Range(0, 20).Select(row => 0.1 + (row % 7))],
        };
        Trainer<double> New(CancellationTokenSource? cancels, out NeuralNetwork<double> network)
        {
            network = new(2, 2, [4], new Tanh<double>(), seed: 1);
            return new(network, new Adam<double>(), new SoftmaxCrossEntropy<double>(), new()
            {
                Epochs = 2, BatchSize = 3, Seed = 1, StepFinished = step => (step.Step == 10 ? cancels : null)?.Cancel(),
            });
        }

        using var cancellation = new CancellationTokenSource();
        Trainer<double> interrupted = New(cancellation, out _);
        Assert.Throws<OperationCanceledException>(() => interrupted.Train(data, cancellationToken: cancellation.Token));
        CheckpointFile.Save(interrupted.Checkpoint(), scratch["checkpoint"]);
        Trainer<double> resumed = New(null, out NeuralNetwork<double> network);
        resumed.Resume(CheckpointFile.Load<double>(scratch["checkpoint"]));
        TrainingProgress progress = resumed.Train(data, cancellationToken: Token);
        TrainingProgress whole = New(null, out NeuralNetwork<double> uninterrupted).Train(data, cancellationToken: Token);
        Assert.Equal(
            (whole.Epoch, whole.TrainingLoss, whole.TrainingAccuracy),
            (progress.Epoch, progress.TrainingLoss, progress.TrainingAccuracy));
        Assert.Equal(uninterrupted.Parameters.ToArray(), network.Parameters.ToArray());
    }

    [Fact]
    public void Balanced_weights_are_those_of_scikit_learn()
    {
        Assert.Equal([2.0 / 3, 2.0 / 3, 2.0 / 3, 2], SampleWeights.Balanced([0, 0, 0, 1]));
        double[] weights = SampleWeights.Balanced([5, 0, 0, 2], [0, 1, 2, 6]);
        Assert.Equal([0, 1.5, 3, 4.5], weights);
        Assert.Equal([], SampleWeights.Balanced([]));
        Assert.Throws<ArgumentOutOfRangeException>("classes", () => SampleWeights.Balanced([0, -1]));
    }
}
