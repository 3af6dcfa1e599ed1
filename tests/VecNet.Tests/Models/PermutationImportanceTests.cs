namespace VecNet.Tests;

public sealed class PermutationImportanceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The class is the sign of the second of three features.</summary>
    [Fact]
    public void Only_the_feature_that_decides_matters()
    {
        Dataset<float> data = Signs(400);
        var model = new Model<float>(Linear([0, 1, 0]), featureNames: ["a", "b", "c"]);
        PermutationImportance importance = PermutationImportance.Compute(model, data, repeats: 4, seed: 3, Token);

        Assert.Equal(1, importance.Score);
        Assert.Equal(["a", "b", "c"], importance.Features.Select(feature => feature.Name));
        Assert.Equal([0, 0, 0, 0], importance.Features[0].Drops);
        Assert.Equal([0, 0, 0, 0], importance.Features[2].Drops);
        Assert.InRange(importance.Features[1].Mean, 0.4, 0.6);
        Assert.InRange(importance.Features[1].StandardDeviation, 1e-6, 0.05);
        Assert.Equal(
            importance.Features[1].Drops, PermutationImportance.Compute(model, data, 4, 3, Token).Features[1].Drops);
        Assert.NotEqual(
            importance.Features[1].Drops, PermutationImportance.Compute(model, data, 4, 4, Token).Features[1].Drops);
    }

    /// <summary>
    /// y = 10 + 3·b: R² of permuted predictions is about −1, a drop of 2. Standardization and units of the target belong to it.
    /// </summary>
    [Fact]
    public void The_score_of_numbers_is_R_squared()
    {
        Dataset<float> classes = Signs(400);
        var values = new TensorBuffer<float>(classes.Rows, 1);
        for (int row = 0; row < classes.Rows; row++)
        {
            values.Span[row] = 10 + (3 * classes.Features.View[row, 1]);
        }

        var network = new NeuralNetwork<float>(3, [new FullyConnectedLayer<float>(1)]);
        network.Parameters.Clear();
        network.Weights[0][1, 0] = 1;
        var model = new Model<float>(network, new Standardization<float>([0, 2, 0], [1, 2, 1]))
        {
            TargetStandardization = new Standardization<float>([16], [6]),
        };
        PermutationImportance importance = PermutationImportance.Compute(
            model, new Dataset<float>(classes.Features, values), cancellationToken: Token);
        Assert.Equal(1, importance.Score, 1e-6);
        Assert.Equal(["0", "1", "2"], importance.Features.Select(feature => feature.Name));
        Assert.Equal(0, importance.Features[0].Mean);
        Assert.InRange(importance.Features[1].Mean, 1.8, 2.2);
        values.Span.Fill(1);
        Assert.Contains(
            "R² is undefined",
            Assert.Throws<ArgumentException>(
                "data",
                () => PermutationImportance.Compute(
                    model, new Dataset<float>(classes.Features, values), cancellationToken: Token)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A category is one column: no row is given two categories or none.</summary>
    [Fact]
    public void The_features_of_a_categorical_column_are_permuted_together()
    {
        var random = new SplitMix64(1);
        var features = new TensorBuffer<float>(300, 4);
        int[] classes = new int[300];
        for (int row = 0; row < 300; row++)
        {
            int category = random.NextInt(3);
            features.View[row, 0] = (float)random.NextNormal();
            features.View[row, 1 + category] = 1;
            classes[row] = category == 0 ? 1 : 0;
        }

        var table = new TableFeatures([FeatureColumn.Number("x"), FeatureColumn.Category("kind", ["p", "q", "r"])]);

        // A row of two categories, or of none, would be of class 1 by this network.
        var network = new NeuralNetwork<float>(4, [new FullyConnectedLayer<float>(2)]);
        network.Parameters.Clear();
        network.Weights[0][1, 1] = 2;
        network.Weights[0][2, 0] = network.Weights[0][3, 0] = 1;
        network.Biases[0][0, 1] = 0.5f;
        var model = new Model<float>(network, table: table);
        PermutationImportance importance = PermutationImportance.Compute(model, new Dataset<float>(features, classes), 20, 1, Token);
        Assert.Equal(["x", "kind"], importance.Features.Select(feature => feature.Name));
        Assert.Equal(0, importance.Features[0].Mean);
        double share = classes.Average();
        Assert.Equal(2 * share * (1 - share), importance.Features[1].Mean, 0.02);
    }

    [Fact]
    public void A_row_of_weight_0_is_not_in_the_score()
    {
        Dataset<float> signs = Signs(200);
        int[] classes = signs.Targets.Classes.ToArray();
        double[] weights = [.. Enumerable.Range(0, 200).Select(row => row < 50 ? 0.0 : 2)];
        for (int row = 0; row < 50; row++)
        {
            classes[row] = 1 - classes[row];
        }

        var model = new Model<float>(Linear([0, 1, 0]));
        Assert.Equal(0.75, PermutationImportance.Compute(model, new Dataset<float>(signs.Features, classes), 1, 0, Token).Score);
        var weighted = new Dataset<float>(signs.Features, classes) { Weights = weights };
        Assert.Equal(1, PermutationImportance.Compute(model, weighted, 1, 0, Token).Score);
    }

    [Fact]
    public void Data_that_do_not_fit_are_refused()
    {
        Dataset<float> data = Signs(10);
        var classes = new Model<float>(Linear([0, 1, 0]));
        Assert.Throws<ArgumentOutOfRangeException>("repeats", () => PermutationImportance.Compute(classes, data, 0, 0, Token));
        Assert.Throws<ArgumentException>("data", () => PermutationImportance.Compute(classes, data.Select([]), 1, 0, Token));
        Assert.Throws<ArgumentException>(
            "data",
            () => PermutationImportance.Compute(
                classes, new Dataset<float>(data.Features, new TensorBuffer<float>(10, 2)), 1, 0, Token));
        var texts = new Model<float>(
            new NeuralNetwork<float>(8, [new FullyConnectedLayer<float>(2)]), text: new TextHashing(8));
        Assert.Throws<ArgumentException>(
            "model",
            () => PermutationImportance.Compute(texts, new Dataset<float>(new TensorBuffer<float>(1, 8), [0]), 1, 0, Token));
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        Assert.Throws<OperationCanceledException>(() => PermutationImportance.Compute(classes, data, 1, 0, canceled.Token));
    }

    /// <summary>Class 1 where the sum of the weighted features is above 0.</summary>
    private static NeuralNetwork<float> Linear(float[] weights)
    {
        var network = new NeuralNetwork<float>(weights.Length, [new FullyConnectedLayer<float>(2)]);
        network.Parameters.Clear();
        for (int i = 0; i < weights.Length; i++)
        {
            network.Weights[0][i, 1] = weights[i];
        }

        return network;
    }

    private static Dataset<float> Signs(int rows)
    {
        var random = new SplitMix64(2);
        var features = new TensorBuffer<float>(rows, 3);
        foreach (ref float feature in features.Span)
        {
            feature = (float)random.NextNormal();
        }

        return new(features, [.. Enumerable.Range(0, rows).Select(row => features.View[row, 1] > 0 ? 1 : 0)]);
    }
}
