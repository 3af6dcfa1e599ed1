namespace VecNet.Tests;

/// <summary>Weights, cross-validation and calibration of classifiers and regressors.</summary>
public sealed class WeightedFitTests
{
    private static readonly FitOptions Short = new() { Epochs = 30, Seed = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_row_of_weight_0_is_as_if_it_were_absent()
    {
        double[] weights = [.. Flowers.Numbers.Select((_, row) => row % 3 == 0 ? 0.0 : 1.5)];
        int[] kept = [.. Enumerable.Range(0, weights.Length).Where(row => weights[row] != 0)];
        Classifier<string> weighted = Classifier.Fit(
            Flowers.Features, Flowers.Names, Short with { SampleWeights = weights }, cancellationToken: Token);
        Classifier<string> absent = Classifier.Fit(
            [.. kept.Select(row => Flowers.Features[row])], [.. kept.Select(row => Flowers.Names[row])], Short, cancellationToken: Token);
        AssertNear(absent.Model, weighted.Model);

        Regressor weightedNumbers = Regressor.Fit(
            Flowers.Lengths.Features, Flowers.Lengths.Values, Short with { SampleWeights = weights }, cancellationToken: Token);
        Regressor absentNumbers = Regressor.Fit(
            [.. kept.Select(row => Flowers.Lengths.Features[row])],
            [.. kept.Select(row => Flowers.Lengths.Values[row])],
            Short,
            cancellationToken: Token);
        AssertNear(absentNumbers.Model, weightedNumbers.Model);
    }

    [Fact]
    public void Weights_of_1_change_no_bit() => Assert.Equal(
        Classifier.Fit(Flowers.Features, Flowers.Names, Short, cancellationToken: Token).Model.GetParametersHash(),
        Classifier.Fit(
            Flowers.Features,
            Flowers.Names,
            Short with { SampleWeights = [.. Flowers.Numbers.Select(_ => 1.0)] },
            cancellationToken: Token).Model.GetParametersHash());

    /// <summary>
    /// One row in a hundred has ten times the weight of all others together. Most mini-batches have none of them, and must not count as
    /// much as those that have.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rare_rows_of_a_large_weight_prevail(bool isLinear)
    {
        var random = new SplitMix64(1);
        float[][] features = [.. Enumerable.Range(0, 1000).Select(_ => new[] { (float)random.NextNormal() })];
        double[] weights = [.. features.Select((_, row) => row % 100 == 0 ? 1 : 0.001)];
        FitOptions options = new() { HiddenSizes = isLinear ? [] : [16], SampleWeights = weights };
        string[] labels = [.. features.Select((_, row) => row % 100 == 0 ? "heavy" : "light")];
        Classifier<string> model = Classifier.Fit(features, labels, options, cancellationToken: Token);
        Assert.InRange(features.Average(row => model.Predict(row)["heavy"]), 0.8, 0.98);
        string[] texts = [.. features.Select((_, row) => $"text number {row % 7}")];
        TextClassifier<string> ofTexts = TextClassifier.Fit(texts, labels, new() { SampleWeights = weights }, cancellationToken: Token);
        Assert.InRange(ofTexts.Predict("text")["heavy"], 0.8, 1);
        Regressor numbers = Regressor.Fit(
            features, [.. features.Select((_, row) => row % 100 == 0 ? 1.0 : 0)], options, cancellationToken: Token);
        Assert.InRange(features.Average(row => numbers.Predict(row)), 0.8, 1);
    }

    /// <summary>The rows that count are noise, and those that do not follow a line, so that R² is near 0.</summary>
    [Fact]
    public void R_squared_of_the_comparison_is_weighted()
    {
        var random = new SplitMix64(6);
        float[][] features = [.. Enumerable.Range(0, 200).Select(row => new float[] { (float)random.NextNormal(), row % 2 })];
        double[] values = [.. features.Select((row, i) => i % 2 == 0 ? 0.1 * random.NextNormal() : 5 * row[0])];
        FitOptions options = Short with { SampleWeights = [.. features.Select((_, row) => row % 2 == 0 ? 1 : 1e-6)] };
        FitReport report = Regressor.Fit(features, values, options, cancellationToken: Token).Report!;
        Assert.All(report.Candidates, candidate => Assert.True(candidate.Score < 0.2, $"{candidate}"));
        Assert.All(report.Candidates, candidate => Assert.Equal(1, candidate.Score!.Value + candidate.Loss!.Value, 1e-9));
    }

    [Fact]
    public void Values_are_standardized_with_their_weights()
    {
        (float[][] features, float[] values) = Flowers.Lengths;
        Standardization<float> Units(Func<int, double> weight, double scale = 1) => Regressor.Fit(
            features, [.. values.Select(value => scale * value)],
            new() { HiddenSizes = [], ValidationShare = 0, Epochs = 1, SampleWeights = [.. values.Select((_, row) => weight(row))] },
            cancellationToken: Token).Model.TargetStandardization!;
        int[] copies = [.. Enumerable.Range(0, 150).SelectMany(row => Enumerable.Repeat(row, row % 4))];
        double mean = copies.Average(row => (double)values[row]);
        double deviation = Math.Sqrt(copies.Average(row => Math.Pow(values[row] - mean, 2)));
        foreach (double scale in new[] { 1, 1e300, 1e-300 })
        {
            Standardization<float> units = Units(row => row % 4 * 1e300, scale);
            Assert.Equal((mean, deviation), (Math.Round(units.Means[0] / scale, 12), Math.Round(units.Deviations[0] / scale, 12)), Near);
        }

        // Where only equal values have a weight, the others do not become infinite.
        int[] equal = [.. Enumerable.Range(0, 150).Where(row => values[row] == values[0])];
        Assert.InRange(equal.Length, 2, 149);
        Assert.InRange(Units(row => equal.Contains(row) ? 1 : 1e-300).Deviations[0], 1, 3);
    }

    private static bool Near((double, double) expected, (double, double) actual) =>
        Math.Abs(expected.Item1 - actual.Item1) < 1e-9 && Math.Abs(expected.Item2 - actual.Item2) < 1e-9;

    /// <summary>Two overlapping classes, one nine times as frequent: without weights the rare one is hardly ever predicted.</summary>
    [Fact]
    public void Balanced_classes_are_found_equally_often()
    {
        (float[][] features, string[] labels) = Overlapping(900);
        double RecallOfRare(FitOptions options)
        {
            Classifier<string> model = Classifier.Fit(features, labels, options, cancellationToken: Token);
            int[] rare = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] == "rare")];
            return rare.Average(row => model.Predict(features[row]).Label == "rare" ? 1.0 : 0);
        }

        FitOptions options = Short with { HiddenSizes = [] };
        Assert.InRange(RecallOfRare(options), 0, 0.3);
        double balanced = RecallOfRare(options with { ClassWeights = ClassWeights.Balanced });
        Assert.InRange(balanced, 0.55, 0.85);
        double byHand = RecallOfRare(options with { SampleWeights = SampleWeights.Balanced([.. labels.Select(label => label[0])]) });
        Assert.Equal(balanced, byHand, 1e-12);
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        ArgumentException Refused(FitOptions wrong) => Assert.Throws<ArgumentException>(
            "options", () => Classifier.Fit(Flowers.Features, Flowers.Names, wrong, cancellationToken: Token));
        Assert.StartsWith(
            "There are 1 weights for 150 rows.", Refused(Short with { SampleWeights = [1] }).Message, StringComparison.Ordinal);
        Assert.Contains(
            "must be finite and at least 0", Refused(Short with { SampleWeights = [.. new double[149], -1] }).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The weights of all rows are 0.", Refused(Short with { SampleWeights = new double[150] }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            "options",
            () => Classifier.Fit(
                Flowers.Features, Flowers.Names, Short with { ClassWeights = (ClassWeights)7 }, cancellationToken: Token));
        foreach (FitOptions wrong in (FitOptions[])[Short with { Calibrate = true }, Short with { ClassWeights = ClassWeights.Balanced }])
        {
            Assert.Contains(
                "applies to classes",
                Assert.Throws<ArgumentException>(
                    "options", () => Regressor.Fit(
                        Flowers.Lengths.Features, Flowers.Lengths.Values, wrong, cancellationToken: Token)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Cross_validation_scores_rows_that_were_not_trained_on()
    {
        List<double> reported = [];
        CrossValidationResult result = Classifier.CrossValidate(
            Flowers.Features, Flowers.Names, 5, Short, new Each(reported.Add), Token);
        Assert.Equal(5, result.Scores.Count);
        Assert.Equal(result.Scores, reported);
        Assert.InRange(result.Mean, 0.9, 1);
        Assert.Equal(
            Math.Sqrt(result.Scores.Average(score => Math.Pow(score - result.Mean, 2))), result.StandardDeviation, 1e-15);
        Assert.Equal(result.Scores, Classifier.CrossValidate(Flowers.Matrix(), Flowers.Kinds, 5, Short, null, Token).Scores);

        // Labels without a relation to the features cannot be predicted, although they can be learned by heart.
        var random = new SplitMix64(3);
        bool[] coins = [.. Flowers.Numbers.Select(_ => random.NextInt(2) == 0)];
        Assert.InRange(Classifier.CrossValidate(Flowers.Features, coins, 3, Short, null, Token).Mean, 0.3, 0.65);
    }

    [Fact]
    public void Cross_validation_of_numbers_scores_R_squared()
    {
        CrossValidationResult result = Regressor.CrossValidate(Flowers.Lengths.Features, Flowers.Lengths.Values, 3, Short, null, Token);
        Assert.Equal(3, result.Scores.Count);
        Assert.InRange(result.Mean, 0.9, 1);
        Assert.Contains(
            "Use fewer folds",
            Assert.Throws<ArgumentException>(
                "folds",
                () => Regressor.CrossValidate((float[][])[[1], [2], [3]], [1.0, 2, 3], 3, Short, null, Token)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Wrong labels of weight 0 are neither trained on nor scored.</summary>
    [Fact]
    public void Cross_validation_weights_its_scores()
    {
        string[] labels = [.. Flowers.Names.Select((name, row) => row % 4 == 0 ? "Setosa" : name)];
        double[] weights = [.. Flowers.Numbers.Select((_, row) => row % 4 == 0 ? 0.0 : 1)];
        Assert.InRange(Classifier.CrossValidate(Flowers.Features, labels, 3, Short, null, Token).Mean, 0, 0.89);
        Assert.InRange(
            Classifier.CrossValidate(Flowers.Features, labels, 3, Short with { SampleWeights = weights }, null, Token).Mean, 0.9, 1);
    }

    /// <summary>
    /// With labels of which a quarter are wrong, a network that learns them by heart is overconfident. Its temperature is above 1, and its
    /// probabilities of new rows are better, while its predictions are the same.
    /// </summary>
    [Fact]
    public void Calibrated_probabilities_are_nearer_to_the_truth()
    {
        (float[][] features, int[] labels) = Noisy(750, 1);
        (float[][] newFeatures, int[] newLabels) = Noisy(2000, 2);
        FitOptions options = new() { Epochs = 60, HiddenSizes = [64], ValidationShare = 0, Seed = 1 };
        Classifier<int> plain = Classifier.Fit(features, labels, options, cancellationToken: Token);
        Classifier<int> calibrated = Classifier.Fit(features, labels, options with { Calibrate = true }, cancellationToken: Token);

        Assert.Null(plain.Report!.Temperature);
        Assert.InRange(calibrated.Report!.Temperature!.Value, 1.5, 10);
        Assert.Equal(
            plain.Predict(newFeatures).Select(one => one.Label), calibrated.Predict(newFeatures).Select(one => one.Label));
        Assert.True(Error(calibrated) < 0.9 * Error(plain), $"{Error(calibrated)}, without calibration {Error(plain)}");
        Assert.True(Loss(calibrated) < Loss(plain));

        double Error(Classifier<int> model)
        {
            Prediction<int>[] predictions = model.Predict(newFeatures);
            return new CalibrationMetrics(
                [.. predictions.Select(one => one.Probability)],
                [.. predictions.Zip(newLabels).Select(pair => pair.First.Label == pair.Second)]).ExpectedCalibrationError!.Value;
        }

        double Loss(Classifier<int> model) => model.Predict(newFeatures).Zip(newLabels).Average(pair => -Math.Log(pair.First[pair.Second]));
    }

    [Fact]
    public void A_canceled_calibration_leaves_the_network_as_it_is()
    {
        using var cancellation = new CancellationTokenSource();
        FitOptions one = Short with { HiddenSizes = [16], ValidationShare = 0 };
        Classifier<string> canceled = Classifier.Fit(
            Flowers.Features,
            Flowers.Names,
            one with { Calibrate = true },
            new EachFit(progress =>
            {
                if (progress.Epoch.Epoch == Short.Epochs)
                {
                    cancellation.Cancel();
                }
            }),
            cancellation.Token);
        Assert.Equal((null, true), (canceled.Report!.Temperature, canceled.Report.WasCanceled));
        Assert.Equal(
            Classifier.Fit(Flowers.Features, Flowers.Names, one, cancellationToken: Token).Model.GetParametersHash(),
            canceled.Model.GetParametersHash());
    }

    private static (float[][] Features, string[] Labels) Overlapping(int rows)
    {
        var random = new SplitMix64(4);
        string[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 10 == 0 ? "rare" : "frequent")];
        return ([.. labels.Select(label => new[] { (float)(random.NextNormal() + (label == "rare" ? 1.2 : 0)) })], labels);
    }

    private static (float[][] Features, int[] Labels) Noisy(int rows, ulong seed)
    {
        var random = new SplitMix64(seed);
        float[][] features = [.. Enumerable.Range(0, rows).Select(_ =>
            Enumerable.Range(0, 12).Select(_ => (float)random.NextNormal()).ToArray())];
        return (features, [.. features.Select(row => (row[0] + row[1] > 0) != (random.NextInt(4) == 0) ? 1 : 0)]);
    }

    private static void AssertNear(Model<float> expected, Model<float> actual) => Assert.All(
        expected.Network.Parameters.ToArray().Zip(actual.Network.Parameters.ToArray()),
        pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

    private sealed class Each(Action<double> action) : IProgress<double>
    {
        public void Report(double value) => action(value);
    }

    private sealed class EachFit(Action<FitProgress> action) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => action(value);
    }
}
