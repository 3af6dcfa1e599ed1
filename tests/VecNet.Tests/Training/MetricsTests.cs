namespace VecNet.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void Figures_of_a_confusion_matrix_by_hand()
    {
        // Class 0: 3 rows, 2 right. Class 1: 2 rows, 1 right. Class 2: 1 row, right. Class 3 never occurs and is predicted once.
        var metrics = new ClassificationMetrics(5, [0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 3, 2]);
        Assert.Equal((5, 6, 1, 0), (metrics.Classes, metrics.Rows, metrics[0, 1], metrics[1, 0]));
        Assert.Equal(4 / 6.0, metrics.Accuracy!.Value, 1e-15);
        Assert.Equal([1, 0.5, 1, 0, null], Enumerable.Range(0, 5).Select(metrics.Precision));
        Assert.Equal([2 / 3.0, 0.5, 1, null, null], Enumerable.Range(0, 5).Select(metrics.Recall));
        Assert.Equal([4 / 5.0, 0.5, 1, 0, null], Enumerable.Range(0, 5).Select(metrics.F1));
        Assert.Equal((1 + 0.5 + 1 + 0) / 4, metrics.MeanPrecision!.Value, 1e-15);
        Assert.Equal(((2 / 3.0) + 0.5 + 1) / 3, metrics.MeanRecall!.Value, 1e-15);
        Assert.Equal((0.8 + 0.5 + 1 + 0) / 4, metrics.MeanF1!.Value, 1e-15);
    }

    [Fact]
    public void Classes_that_are_none_and_rows_without_a_prediction_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("actual", () => new ClassificationMetrics(2, [2], [0]));
        Assert.Throws<ArgumentOutOfRangeException>("predicted", () => new ClassificationMetrics(2, [0], [-1]));
        Assert.Throws<ArgumentException>("predicted", () => new ClassificationMetrics(2, [0], []));
        Assert.Throws<ArgumentOutOfRangeException>("classes", () => new ClassificationMetrics(0, [], []));
        Assert.Null(new ClassificationMetrics(2, [], []).Accuracy);
    }

    [Fact]
    public void Figures_of_numbers_by_hand()
    {
        double[,] values = { { 1, 10 }, { 3, 20 } };
        double[,] predictions = { { 2, 10 }, { 3, 16 } };
        RegressionMetrics metrics = RegressionMetrics.Compute<double>(predictions, values);
        Assert.Equal(5 / 4.0, metrics.MeanAbsoluteError, 1e-15);
        Assert.Equal(Math.Sqrt(17 / 4.0), metrics.RootMeanSquaredError, 1e-15);
        Assert.Equal(((1 - (1 / 2.0)) + (1 - (16 / 50.0))) / 2, metrics.RSquared!.Value, 1e-15);
        Assert.Null(RegressionMetrics.Compute<double>(new double[,] { { 1 }, { 1 } }, new double[,] { { 2 }, { 2 } }).RSquared);
    }

    [Fact]
    public void A_trainer_judges_classes_and_values_batch_by_batch()
    {
        Dataset<double> rings = TrainingData.TwoRings(rows: 23, seed: 1);
        var classifier = new Trainer<double>(
            new NeuralNetwork<double>(2, 2, [5], new Tanh<double>(), seed: 1),
            new Sgd<double>(0.1), new SoftmaxCrossEntropy<double>(), new() { BatchSize = 7 });
        ClassificationMetrics classes = classifier.EvaluateClasses(rings);
        Assert.Equal(23, classes.Rows);
        Assert.Equal(classifier.Evaluate(rings).Accuracy!.Value, classes.Accuracy!.Value, 1e-15);
        Assert.Throws<ArgumentException>("data", () => classifier.EvaluateValues(rings));

        Dataset<double> surface = TrainingData.Surface(rows: 23, seed: 1);
        var regressor = new Trainer<double>(
            new NeuralNetwork<double>(2, 2, [5], new Tanh<double>(), seed: 1),
            new Sgd<double>(0.1), new MeanSquaredError<double>(), new() { BatchSize = 7 });
        RegressionMetrics numbers = regressor.EvaluateValues(surface);
        Assert.Equal(regressor.Evaluate(surface).Loss, 0.5 * numbers.RootMeanSquaredError * numbers.RootMeanSquaredError, 1e-12);
        Assert.Throws<ArgumentException>("data", () => regressor.EvaluateClasses(surface));
    }
}
