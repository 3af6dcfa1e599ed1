namespace VecNet.Tests;

public sealed class ContinueFitTests
{
    private static readonly FitOptions Short = new() { HiddenSizes = [32], ValidationShare = 0, Epochs = 40, Seed = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The labels change their meaning; further training follows, and the first classifier stays as it was.</summary>
    [Fact]
    public void A_classifier_learns_from_further_rows()
    {
        Classifier<string> model = Classifier.Fit(Flowers.Features, Flowers.Names, Short, cancellationToken: Token);
        string before = model.Model.GetParametersHash();
        string[] renamed = [.. Flowers.Names.Select(name => name == "Setosa" ? "Virginica" : "Setosa")];
        var epochs = new List<int>();

        var reports = new Reports<FitProgress>(one => epochs.Add(one.Epoch.Epoch));
        Classifier<string> updated = model.ContinueFit(Flowers.Features, renamed, new() { Epochs = 200, Seed = 5 }, reports, Token);

        Assert.Equal(before, model.Model.GetParametersHash());
        Assert.True(Right(updated, renamed) > 140 && Right(model, renamed) < 20);
        Assert.Equal(model.Labels, updated.Labels);
        Assert.Equal(model.Model.Standardization!.Means, updated.Model.Standardization!.Means);
        Assert.Equal(Enumerable.Range(1, 200), epochs);
        Assert.Equal(200, updated.Report!.History.Count);
        Assert.Equal(10, model.ContinueFit(Flowers.Features, renamed, cancellationToken: Token).Report!.History.Count);
        Classifier<string> again = model.ContinueFit(
            Flowers.Features, renamed, new() { Epochs = 200, Seed = 5, Threads = 2 }, cancellationToken: Token);
        Assert.Equal(updated.Model.GetParametersHash(), again.Model.GetParametersHash());
    }

    [Fact]
    public void A_regressor_learns_in_its_units()
    {
        (float[][] features, float[] values) = Flowers.Lengths;
        Regressor model = Regressor.Fit(features, values, Short, cancellationToken: Token);
        double[] shifted = [.. values.Select(value => value + 1.0)];

        Regressor updated = model.ContinueFit(features, shifted, new() { Epochs = 100 }, cancellationToken: Token);

        Assert.True(Error(updated, features, shifted) < 0.4 && Error(model, features, shifted) > 0.8);
        Assert.Equal(model.Model.TargetStandardization!.Means, updated.Model.TargetStandardization!.Means);
    }

    /// <summary>A row of weight 0 is absent, whatever is in it, and balanced classes have the weights that are computed by hand.</summary>
    [Fact]
    public void Weights_of_rows_and_classes_count()
    {
        FitOptions options = new() { Epochs = 5 };
        int[] kept = [.. Enumerable.Range(0, 150).Where(row => row is < 20 or > 60)];
        double[] weights = [.. Enumerable.Range(0, 150).Select(row => kept.Contains(row) ? 2.0 : 0)];
        float[][] features = [.. Flowers.Features.Select((row, i) => i == 30 ? [float.NaN, 0, 0, 0] : row)];
        float[][] keptFeatures = [.. kept.Select(row => features[row])];
        string[] keptNames = [.. kept.Select(row => Flowers.Names[row])];
        Classifier<string> model = Classifier.Fit(Flowers.Features, Flowers.Names, Short, cancellationToken: Token);

        string Continued(float[][] rows, string[] labels, FitOptions one) =>
            model.ContinueFit(rows, labels, one, cancellationToken: Token).Model.GetParametersHash();

        string plain = Continued(keptFeatures, keptNames, options);
        Assert.Equal(plain, Continued(features, Flowers.Names, options with { SampleWeights = weights }));
        string balanced = Continued(keptFeatures, keptNames, options with { ClassWeights = ClassWeights.Balanced });
        Assert.NotEqual(plain, balanced);
        double[] byHand = SampleWeights.Balanced([.. kept.Select(row => Flowers.Numbers[row])]);
        Assert.Equal(balanced, Continued(keptFeatures, keptNames, options with { SampleWeights = byHand }));

        (float[][] lengthFeatures, float[] lengths) = Flowers.Lengths;
        Regressor regressor = Regressor.Fit(lengthFeatures, lengths, Short, cancellationToken: Token);
        Assert.Equal(
            regressor.ContinueFit(
                [.. kept.Select(row => lengthFeatures[row])], [.. kept.Select(row => lengths[row])], options,
                cancellationToken: Token).Model.GetParametersHash(),
            regressor.ContinueFit(
                lengthFeatures, lengths, options with { SampleWeights = weights }, cancellationToken: Token).Model.GetParametersHash());
    }

    [Fact]
    public void Canceled_after_an_epoch_the_network_of_the_last_step_is_the_result()
    {
        Classifier<int> model = Classifier.Fit(Flowers.Features, Flowers.Numbers, Short, cancellationToken: Token);
        using var source = new CancellationTokenSource();
        Classifier<int> canceled = model.ContinueFit(
            Flowers.Features, Flowers.Numbers, null, new Reports<FitProgress>(_ => source.Cancel()), source.Token);
        Assert.True(canceled.Report!.WasCanceled);
        Assert.Single(canceled.Report.History);
        Assert.Throws<OperationCanceledException>(
            () => model.ContinueFit(Flowers.Features, Flowers.Numbers, cancellationToken: source.Token));
    }

    [Fact]
    public void Wrong_data_and_options_are_refused()
    {
        Classifier<string> model = Classifier.Fit(Flowers.Features, Flowers.Names, Short with { Epochs = 1 }, cancellationToken: Token);
        float[][] one = [[1, 2, 3, 4]];
        Refuses("labels", "The label of row 0 is 'Rose'; the model has Setosa, ", () => model.ContinueFit(one, ["Rose"]));
        Refuses("labels", "There are 1 rows of features and 2 labels.", () => model.ContinueFit(one, ["Setosa", "Setosa"]));
        Refuses("features", "There are 3 features; the model takes 4.", () => model.ContinueFit([[1, 2, 3]], ["Setosa"]));
        Refuses("features", "A feature of row 0 is not finite.", () => model.ContinueFit([[1, 2, 3, float.NaN]], ["Setosa"]));
        Refuses("options", "leave HiddenSizes", () => model.ContinueFit(one, ["Setosa"], new() { HiddenSizes = [3] }));
        Refuses("options", "Calibrate false", () => model.ContinueFit(one, ["Setosa"], new() { Calibrate = true }));
        Refuses("options", "The weight of row 0 is -1", () => model.ContinueFit(one, ["Setosa"], new() { SampleWeights = [-1] }));
        Refuses("options", "There are 2 weights for 1 rows", () => model.ContinueFit(one, ["Setosa"], new() { SampleWeights = [1, 1] }));
        Refuses("options", "Epochs must be", () => model.ContinueFit(one, ["Setosa"], new() { Epochs = 0 }));
        Regressor regressor = Regressor.Fit(Flowers.Features, Flowers.Numbers, Short with { Epochs = 1 }, cancellationToken: Token);
        Refuses("values", "The value of row 0 is NaN", () => regressor.ContinueFit(one, [double.NaN]));
    }

    private static int Right(Classifier<string> model, string[] labels) =>
        model.Predict(Flowers.Features).Zip(labels).Count(pair => pair.First.Label == pair.Second);

    private static double Error(Regressor model, float[][] features, double[] values) =>
        model.Predict(features).Zip(values, (found, actual) => Math.Abs(found - actual)).Average();

    private static void Refuses(string parameter, string message, Action action)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
