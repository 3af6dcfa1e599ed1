namespace VecNet.Tests;

public sealed class ClassifierTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly FitOptions Short = new() { Epochs = 10, Seed = 1 };

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Three_lines_learn_flowers()
    {
        Classifier<string> model = Classifier.Fit(Flowers.Features, Flowers.Names, cancellationToken: Token);
        Prediction<string> flower = model.Predict([6.3f, 3.3f, 6.0f, 2.5f]);

        Assert.Equal("Virginica", flower.Label);
        Assert.True(flower.Probability > 0.7 && flower.Probability == flower["Virginica"], flower.ToString());
        Assert.Equal(1, flower.Classes.Sum(one => one.Probability), 1e-6);
        Assert.Equal(["Setosa", "Versicolor", "Virginica"], flower.Classes.Select(one => one.Label));
        Assert.True(Accuracy(model.Predict(Flowers.Features), Flowers.Names) >= 0.95);
        Assert.False(model.Report!.WasCanceled);
        Assert.Equal(model.Report.History.Count, model.Report.SelectionHistory.Count);
        Assert.Single(model.Report.Candidates, candidate => candidate.IsChosen);
        Assert.All(model.Report.Candidates, candidate => Assert.InRange(candidate.Score!.Value, 0.8, 1));
        Assert.Matches("^Chosen: .*: accuracy 0.9.. ± 0.0.. in 3 × 5-fold cross-validation; .* has 0.9..\\.$", model.Report.Summary);
        Assert.Contains("Setosa, ", Assert.Throws<KeyNotFoundException>(() => flower["Rose"]).Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever the labels are called, and however the features lie in memory, the network is the same.</summary>
    [Fact]
    public void Arrays_of_arrays_matrices_and_views_are_alike_and_so_are_types_of_labels()
    {
        Classifier<string> byName = Classifier.Fit(Flowers.Features, Flowers.Names, Short, cancellationToken: Token);
        Classifier<int> byNumber = Classifier.Fit(Flowers.Matrix(), Flowers.Numbers, Short, cancellationToken: Token);
        TensorBuffer<float> buffer = TensorBuffer.Copy<float>(Flowers.Matrix());
        Classifier<Flowers.Species> byKind = Classifier.Fit(
            buffer.View, Flowers.Kinds.ToList(), Short with { Threads = 2 }, cancellationToken: Token);

        Assert.Equal(byName.Model.GetParametersHash(), byNumber.Model.GetParametersHash());
        Assert.Equal(byName.Model.GetParametersHash(), byKind.Model.GetParametersHash());
        Assert.Equal(Flowers.Species.Setosa, byKind.Predict(Flowers.Features[0]).Label);
        Assert.Equal(
            byName.Predict(Flowers.Features).Select(one => one.Probability),
            byKind.Predict(Flowers.Matrix()).Select(one => one.Probability));
        Assert.NotEqual(
            byName.Model.GetParametersHash(),
            Classifier.Fit(Flowers.Features, Flowers.Names, Short with { Seed = 2 }, cancellationToken: Token).Model.GetParametersHash());
    }

    [Fact]
    public void The_command_trains_the_same_network_on_the_same_rows()
    {
        var random = new SplitMix64(5);
        float[][] features =
            [.. Enumerable.Range(0, 1400).Select(_ => Enumerable.Range(0, 3).Select(_ => random.NextInt(64) / 8f).ToArray())];
        string[] labels = [.. features.Select(row => row[0] + row[1] > 8 ? "10" : row[2] > 4 ? "9" : "x")];
        for (int variant = 0; variant < 2; variant++)
        {
            string data = scratch.Write(
                "data.csv",
                "a,b,c,label\n" + string.Concat(
                    features.Zip(labels, (row, label) => FormattableString.Invariant($"{row[0]},{row[1]},{row[2]},{label}\n"))));
            scratch.Write(
                "data.split.csv",
                "row,set\n" + string.Concat(Enumerable.Range(0, 1400).Select(row => $"{row},{(row < 1300 ? "train" : "test")}\n")));
            CommandRun run = CommandRun.Of(
                "train", "--data", data, "--target", "label", "--epochs", "6", "--seed", "4", "--json", "--output", scratch.Path);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));

            Classifier<string> model = Classifier.Fit(
                features[..1300], labels[..1300], new() { Epochs = 6, Seed = 4, Threads = 2 }, cancellationToken: Token);

            Assert.Equal(6, model.Report!.SelectionHistory.Count);
            Assert.Equal(Classifier.Load<string>(scratch["data.safetensors"]).Labels, model.Labels);
            Assert.Contains(model.Model.GetParametersHash(), run.Output, StringComparison.Ordinal);

            // Labels that are all numbers are ordered by value.
            labels = [.. labels.Select(label => label == "x" ? "100" : label)];
        }
    }

    [Fact]
    public void What_is_saved_comes_back_from_a_file_a_stream_and_memory()
    {
        Classifier<Flowers.Species> model = Classifier.Fit(Flowers.Features, Flowers.Kinds, Short, cancellationToken: Token);
        model.Save(scratch["model"]);
        using var stream = new MemoryStream();
        model.Save(stream);
        byte[] bytes = stream.ToArray();
        Assert.Equal(File.ReadAllBytes(scratch["model"]), bytes);
        Classifier<Flowers.Species>[] all =
        [
            Classifier.Load<Flowers.Species>(scratch["model"]),
            Classifier.Load<Flowers.Species>(new MemoryStream(bytes)),
            Classifier.Load<Flowers.Species>(bytes.AsMemory()),
        ];

        foreach (Classifier<Flowers.Species> loaded in all)
        {
            Assert.Equal(model.Labels, loaded.Labels);
            Assert.Null(loaded.Report);
            Assert.Equal(model.Predict(Flowers.Features[77]).Classes, loaded.Predict(Flowers.Features[77]).Classes);
        }

        Assert.StartsWith(
            $"{scratch["model"]}: the model's class 'Setosa' is not a label of type System.Int32.",
            Assert.Throws<InvalidDataException>(() => Classifier.Load<int>(scratch["model"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "predicts classes",
            Assert.Throws<InvalidDataException>(() => Regressor.Load(scratch["model"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_of_every_supported_type_come_back_from_a_file()
    {
        RoundTrip([true, false]);
        RoundTrip(['ä', ',']);
        RoundTrip([-7, 12]);
        RoundTrip([ulong.MaxValue, 0UL]);
        RoundTrip([0.1, -2.5e300]);
        RoundTrip([1.10m, 2m]);
        RoundTrip(["\"quoted\"", "", "ein\nZeilenumbruch"]);
        RoundTrip([DayOfWeek.Friday, (DayOfWeek)17]);
        Assert.Contains(
            "System.Guid",
            Assert.Throws<NotSupportedException>(() => RoundTrip([Guid.Empty, Guid.Empty])).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A file cannot keep half of a surrogate pair: without a check, two classes would have one name in it.</summary>
    [Fact]
    public void Names_that_a_file_cannot_keep_are_refused()
    {
        RoundTrip(["\U0001F600", "\U0001F601"]);
        float[][] two = [[1], [2]];
        Refuses("labels", "The label of row 1 is not valid Unicode", () => Classifier.Fit(two, ["a", "\uD800"]));
        Refuses("labels", "The label of row 0 is not valid Unicode", () => Classifier.Fit(two, ['\uDFFF', 'a']));
        Refuses("labels", "The label of row 1 is not valid Unicode", () => TextClassifier.Fit(["a", "b"], ["a", "\uD83D"]));
        var network = new NeuralNetwork<float>(1, [new FullyConnectedLayer<float>(1)]);
        Refuses("classNames", "The class name '", () => _ = new Model<float>(network, classNames: ["\uD800"]));
        Refuses("featureNames", "The feature name '", () => _ = new Model<float>(network, featureNames: ["\uD800"]));
        Refuses("targetName", "The target name '", () => _ = new Model<float>(network, targetName: "a\uDC00"));
        Refuses("name", "The column name '", () => FeatureColumn.Number("\uD800"));
        Refuses("name", "The column name '", () => FeatureColumn.Category("\uD800", ["a"]));
        Refuses("categories", "Column 'a': the category '", () => FeatureColumn.Category("a", ["\uD800"]));
    }

    [Fact]
    public void A_file_whose_classes_are_one_label_or_that_takes_texts_is_refused()
    {
        using var numbers = new MemoryStream();
        Classifier.Fit([[1], [2]], ["1", "01"], Short, cancellationToken: Token).Save(numbers);
        Assert.Equal(["01", "1"], Classifier.Load<string>(numbers.ToArray().AsMemory()).Labels.Order(StringComparer.Ordinal));
        Assert.Contains(
            "are the same label of type System.Int32",
            Assert.Throws<InvalidDataException>(() => Classifier.Load<int>(numbers.ToArray().AsMemory())).Message,
            StringComparison.Ordinal);

        using var texts = new MemoryStream();
        TextClassifier.Fit(["a", "b"], ["1", "01"], Short, cancellationToken: Token).Save(texts);
        Assert.Contains(
            "are the same label of type System.Int32",
            Assert.Throws<InvalidDataException>(() => TextClassifier.Load<int>(texts.ToArray().AsMemory())).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "TextClassifier.Load",
            Assert.Throws<InvalidDataException>(() => Classifier.Load<string>(texts.ToArray().AsMemory())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_data_are_refused_with_the_parameter_and_both_sizes()
    {
        float[][] two = [[1, 2], [3, 4]];
        Refuses("labels", "There are 2 rows of features and 3 labels.", () => Classifier.Fit(two, ["a", "b", "c"]));
        Refuses("features", "Row 1 has 3 features; row 0 has 2 features.", () => Classifier.Fit([[1, 2], [3, 4, 5]], ["a", "b"]));
        Refuses("features", "Row 1 is null; row 0 has 2 features.", () => Classifier.Fit([[1, 2], null!], ["a", "b"]));
        Refuses("features", "Row 0 is null. ", () => Classifier.Fit([null!, [1, 2]], ["a", "b"]));
        Refuses("features", "There are 0 rows of 0 features", () => Classifier.Fit<string>(Array.Empty<float[]>(), []));
        Refuses("features", "There are 2 rows of 0 features", () => Classifier.Fit([[], []], ["a", "b"]));
        Refuses("features", "Feature 1 of row 1 is NaN", () => Classifier.Fit([[1, 2], [3, float.NaN]], ["a", "b"]));
        Refuses("features", "Feature 0 of row 0 is ", () => Classifier.Fit([[float.PositiveInfinity, 2], [3, 4]], ["a", "b"]));
        Refuses("labels", "All 2 rows have the label 'a'", () => Classifier.Fit(two, ["a", "a"]));
        Refuses("labels", "The label of row 1 is NaN.", () => Classifier.Fit(two, [1, double.NaN]));
        Refuses("labels", "The label of row 0 is null.", () => Classifier.Fit(two, new string[] { null!, "a" }));
        Refuses("options", "Epochs must be at least 1; it is 0.", () => Classifier.Fit(two, ["a", "b"], new() { Epochs = 0 }));
        Refuses("options", "Threads must be at least 1", () => Classifier.Fit(two, ["a", "b"], new() { Threads = 0 }));
        Refuses("options", "HiddenSizes must be", () => Classifier.Fit(two, ["a", "b"], new() { HiddenSizes = [4, -1] }));
        Refuses("options", "Budget must be more than 0", () => Classifier.Fit(two, ["a", "b"], new() { Budget = TimeSpan.Zero }));
        Refuses("options", "ValidationShare must be in [0, 1)", () => Classifier.Fit(two, ["a", "b"], new() { ValidationShare = 1 }));
        Refuses("options", "parameters; the limit is", () => Classifier.Fit(two, ["a", "b"], new() { HiddenSizes = [100_000, 100_000] }));

        Classifier<string> model = Classifier.Fit(two, ["a", "b"], Short, cancellationToken: Token);
        Refuses("sample", "There are 3 features; the model takes 2.", () => model.Predict([1, 2, 3]));
        Refuses("sample", "not finite", () => model.Predict([1, float.NaN]));
        Refuses("probabilities", "The span has 3 elements; the model has 2 classes.", () => model.Predict([1, 2], new float[3]));
        Refuses("features", "There are 3 features; the model takes 2.", () => model.Predict(new float[1, 3]));
        Assert.Empty(model.Predict(Array.Empty<float[]>()));
        Refuses("features", "A feature of row 1 is not finite.", () => model.Predict([[1, 2], [float.NegativeInfinity, 1]]));
    }

    [Fact]
    public void Options_are_followed()
    {
        var steps = new List<FitProgress>();
        Classifier<int> model = Classifier.Fit(
            Flowers.Features, Flowers.Numbers,
            new() { HiddenSizes = [], ValidationShare = 0.2, Epochs = 7 },
            new Reports<FitProgress>(steps.Add), cancellationToken: Token);

        FitReport report = model.Report!;
        Assert.Single(model.Model.Network.Layers);
        Assert.Equal((7, 7, 2), (report.SelectionHistory.Count, report.History.Count, report.Candidates.Count));
        Assert.All(report.SelectionHistory, epoch => Assert.NotNull(epoch.ValidationLoss));
        Assert.Equal([1, 2, .. Enumerable.Repeat(3, 7)], steps.Select(step => step.Step));
        Assert.Equal([7, 7, 1, 2, 3, 4, 5, 6, 7], steps.Select(step => step.Epoch.Epoch));
        Assert.All(steps, step => Assert.Equal(3, step.Steps));

        // Layers that are given are those of one network; without validation nothing is compared.
        report = Classifier.Fit(
            Flowers.Features, Flowers.Numbers, new() { HiddenSizes = [6, 4], ValidationShare = 0, Epochs = 2 },
            cancellationToken: Token).Report!;
        Assert.Equal([6, 4], report.HiddenSizes);
        Assert.Equal((0, 1), (report.Candidates.Count, report.Trainings));
        Assert.Equal("Chosen without a comparison: hidden layers of 6 and 4.", report.Summary);
    }

    private static double Accuracy(Prediction<string>[] predictions, string[] labels) =>
        predictions.Zip(labels, (prediction, label) => prediction.Label == label ? 1.0 : 0).Average();

    private static void Refuses(string parameter, string message, Action action)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static void RoundTrip<TLabel>(TLabel[] labels)
        where TLabel : notnull
    {
        float[][] features = [.. labels.Select((_, row) => new float[] { row })];
        Classifier<TLabel> model = Classifier.Fit(features, labels, Short);
        using var stream = new MemoryStream();
        model.Save(stream);
        Assert.Equal(labels.Order(labels is string[] ? (IComparer<TLabel>)StringComparer.Ordinal : null), model.Labels);
        Assert.Equal(model.Labels, Classifier.Load<TLabel>(stream.ToArray().AsMemory()).Labels);
    }
}

/// <summary>Calls its action at once and on the same thread, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Reports<T>(Action<T> action) : IProgress<T>
{
    public void Report(T value) => action(value);
}
