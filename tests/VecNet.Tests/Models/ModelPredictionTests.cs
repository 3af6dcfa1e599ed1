namespace VecNet.Tests;

/// <summary>Predictions of models: what is in them, from many threads, and without allocating.</summary>
[Collection(Alone.Name)]
public sealed class ModelPredictionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly Classifier<string> Species = Classifier.Fit(Flowers.Features, Flowers.Names, new() { Epochs = 10 });

    [Fact]
    public void A_softmax_at_the_end_of_the_network_is_the_only_one()
    {
        var logits = new NeuralNetwork<float>(2, [new FullyConnectedLayer<float>(3)], seed: 1);
        var probabilities = new NeuralNetwork<float>(2, [new FullyConnectedLayer<float>(3), new Softmax<float>()], seed: 1);

        Assert.Equal(
            new Model<float>(logits).Predict([1.0, 2.0]).Classes, new Model<float>(probabilities).Predict([1.0, 2.0]).Classes);
        Assert.Equal(["0", "1", "2"], new Model<float>(logits).Predict([1f, 2f]).Classes.Select(one => one.Label));
    }

    [Fact]
    public void Numbers_have_the_units_of_the_target_and_the_other_kind_is_refused()
    {
        var network = new NeuralNetwork<double>(1, [new FullyConnectedLayer<double>(2)], seed: 1);
        network.Weights[0][0, 0] = 1;
        network.Weights[0][0, 1] = -1;
        var model = new Model<double>(network, new Standardization<double>([1], [2]))
        {
            TargetStandardization = new([100, 10], [10, 1]),
        };
        double[,] numbers = new double[2, 2];
        model.PredictNumbers(new double[,] { { 1 }, { 5 } }, numbers);

        Assert.Equal(new double[,] { { 100, 10 }, { 120, 8 } }, numbers);
        Assert.False(model.PredictsClasses);
        Assert.Throws<InvalidOperationException>(() => model.Predict([1.0]));
        Assert.Throws<InvalidOperationException>(() => Species.Model.PredictNumbers(new float[1, 4], new double[1, 3]));
    }

    /// <summary>A unit that a ReLU turns off hides an infinity: the prediction would be that of a row of zeros.</summary>
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    [InlineData(-1e300)]
    public void Nothing_is_predicted_from_features_that_are_not_finite_or_too_large(double wrong)
    {
        var network = new NeuralNetwork<float>(
            1, [new FullyConnectedLayer<float>(1), new ReLU<float>(), new FullyConnectedLayer<float>(2)]);
        network.Weights[0][0, 0] = wrong > 0 ? -1 : 1;
        double[,] rows = { { 1 }, { wrong }, { -1 } };
        bool[] wrongRows = [false, false, true, true, false, false];
        var classes = new Model<float>(network, new Standardization<float>([0], [1]));
        float[,] probabilities = new float[3, 2];
        classes.PredictProbabilities(rows, probabilities);
        Assert.Equal(wrongRows, probabilities.Cast<float>().Select(float.IsNaN));
        Assert.Throws<ArgumentException>("features", () => classes.Predict([wrong]));
        Assert.Throws<ArgumentException>("features", () => classes.Predict([(float)wrong]));

        var numbers = new Model<float>(network) { TargetStandardization = new([0, 0], [1, 1]) };
        double[,] predicted = new double[3, 2];
        numbers.PredictNumbers(rows, predicted);
        Assert.Equal(wrongRows, predicted.Cast<double>().Select(double.IsNaN));
    }

    [Fact]
    public void Results_may_not_partly_overlap_the_features()
    {
        float[] memory = [1, 2, 3, 4, 5, 6, 7];
        float[] before = [.. memory];
        Assert.Throws<ArgumentException>(
            "probabilities", () => Species.Model.PredictProbabilities(memory.AsSpan(0, 4), memory.AsSpan(2, 3)));
        Assert.Equal(before, memory);
        Species.Model.PredictProbabilities(memory.AsSpan(0, 4), memory.AsSpan(4, 3));
        Assert.Equal(1, memory[4..].Sum(), 1e-6);
    }

    [Fact]
    public void Batches_of_any_size_have_the_bits_of_single_rows()
    {
        int rows = 3 * Flowers.Features.Length;
        var features = new TensorBuffer<float>(rows, 4);
        for (int row = 0; row < rows; row++)
        {
            Flowers.Features[row % 150].CopyTo(features.View.Row(row));
        }

        foreach (int count in new[] { 0, 1, 255, 256, 257, rows })
        {
            Prediction<string>[] all = Species.Predict(features.View.SliceRows(0, count));
            Assert.Equal(count, all.Length);
            Assert.All(all.Index(), one => Assert.Equal(Species.Predict(Flowers.Features[one.Index % 150]).Classes, one.Item.Classes));
        }
    }

    [Fact]
    public async Task Two_threads_get_the_bits_that_one_computes()
    {
        Prediction<string>[] expected = Species.Predict(Flowers.Features);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(thread => Task.Run(() =>
        {
            float[] probabilities = new float[3];
            for (int i = 0; i < 20_000; i++)
            {
                int row = ((thread * 77) + i) % 150;
                Assert.Equal(expected[row].Label, Species.Predict(Flowers.Features[row], probabilities));
                Assert.Equal(expected[row].Probability, probabilities.Max());
            }
        })));
    }

    [Fact]
    public void Predictions_into_spans_allocate_nothing()
    {
        (float[][] features, float[] values) = Flowers.Lengths;
        Regressor lengths = Regressor.Fit(features, values, new() { Epochs = 1 }, cancellationToken: Token);
        float[] sample = Flowers.Features[0];
        float[] probabilities = new float[3];
        double[] numbers = new double[600];
        var rows = new TensorBuffer<float>(600, 3);
        var flowers = new TensorBuffer<float>(600, 4);
        var all = new TensorBuffer<float>(600, 3);

        Assert.Equal(0, Allocations.PerCall(() => Species.Predict(sample, probabilities)));
        Assert.Equal(0, Allocations.PerCall(() => lengths.Predict(features[0])));
        Assert.Equal(0, Allocations.PerCall(() => lengths.Predict(rows.View, numbers)));
        Assert.Equal(0, Allocations.PerCall(() => Species.Model.PredictProbabilities(flowers.View, all.View)));
    }
}
