namespace VecNet.Tests;

public sealed class RegressorTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly FitOptions Short = new() { Epochs = 10 };

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Lengths_of_petals_are_learned()
    {
        (float[][] features, float[] values) = Flowers.Lengths;
        Regressor model = Regressor.Fit(features, values, cancellationToken: Token);

        double error = model.Predict(features).Zip(values, (predicted, actual) => Math.Abs(predicted - actual)).Average();
        Assert.True(error < 0.3, $"{error}");
        Assert.Matches("^Chosen: .*: R² 0.9.. ± 0.0.. in 3 × 5-fold cross-validation; ", model.Report!.Summary);
    }

    /// <summary>Values are standardized in double, so that a large offset costs nothing.</summary>
    [Fact]
    public void Types_of_values_and_their_units_do_not_matter()
    {
        (float[][] features, _) = Flowers.Lengths;
        int[] values = [.. features.Select(row => (int)(10 * row[2]))];
        Regressor model = Regressor.Fit(features, values, Short, cancellationToken: Token);

        Assert.Equal(
            model.Model.GetParametersHash(),
            Regressor.Fit(features, values.Select(value => (double)value).ToList(), Short, cancellationToken: Token).Model
                .GetParametersHash());
        double[] far =
            Regressor.Fit(features, [.. values.Select(value => 100_000_000m + value)], Short, cancellationToken: Token).Predict(features);
        Assert.Equal(model.Predict(features[3]), far[3] - 100_000_000, 1e-4);
    }

    [Fact]
    public void What_is_saved_comes_back_from_a_file_a_stream_and_memory()
    {
        (float[][] features, float[] values) = Flowers.Lengths;
        Regressor model = Regressor.Fit(features, values, Short, cancellationToken: Token);
        model.Save(scratch["model"]);
        using var stream = new MemoryStream();
        model.Save(stream);
        byte[] bytes = stream.ToArray();
        double[] expected = model.Predict(features);

        Assert.Equal(expected, Regressor.Load(scratch["model"]).Predict(features));
        Assert.Equal(expected, Regressor.Load(new MemoryStream(bytes)).Predict(features));
        Assert.Equal(expected, Regressor.Load(bytes.AsMemory()).Predict(features));
        Assert.Equal(expected, features.Select(row => model.Predict(row)));
        Assert.Contains(
            "predicts numbers", Assert.Throws<InvalidDataException>(() => Classifier.Load<int>(scratch["model"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_data_are_refused_with_the_parameter_and_both_sizes()
    {
        float[][] two = [[1, 2], [3, 4]];
        Refuses("values", "There are 2 rows of features and 1 values.", () => Regressor.Fit(two, [1.0]));
        Refuses("values", "The value of row 1 is NaN", () => Regressor.Fit(two, [1, double.NaN]));
        Refuses("values", "The value of row 0 is -", () => Regressor.Fit(two, [float.NegativeInfinity, 1]));
        Refuses("values", "All 2 rows have the value 5", () => Regressor.Fit(two, [5, 5]));
        Refuses("features", "Row 1 has 1 features; row 0 has 2 features.", () => Regressor.Fit([[1, 2], [3]], [1, 2]));

        Regressor model = Regressor.Fit(two, [1, 2], Short, cancellationToken: Token);
        Refuses("features", "There are 1 features; the model takes 2.", () => model.Predict([1]));
        Refuses("features", "row 0 are not finite", () => model.Predict([1, float.NaN]));
        Refuses("values", "The span has 1 elements; there are 2 rows.", () => model.Predict(new float[2, 2], new double[1]));
    }

    private static void Refuses(string parameter, string message, Action action)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
