using System.Text;

namespace VecNet.Tests;

/// <summary>Texts are classified in three lines, by the same network as the tool trains.</summary>
public sealed class TextClassifierTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "what a wonderful day", "how awful", "wonderful news for all", "an awful noise",
        "I like it", "I hate it", "we like this", "they hate that",
    ];

    private static readonly string[] Labels = ["good", "bad", "good", "bad", "good", "bad", "good", "bad"];

    private readonly ScratchDirectory scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Three_lines_learn_good_and_bad()
    {
        TextClassifier<string> model = TextClassifier.Fit(Texts, Labels, cancellationToken: Token);
        Prediction<string> p = model.Predict("a WONDERFUL noise, I like it!");

        Assert.Equal("good", p.Label);
        Assert.Equal(1, p.Classes.Sum(one => one.Probability), 1e-6);
        Assert.Equal(Labels, model.Predict(Texts).Select(one => one.Label));
        Assert.Equal(["bad", "good"], model.Labels);
        Assert.Equal((5, 0, false), (model.Report!.History.Count, model.Report.SelectionHistory.Count, model.Report.WasCanceled));
        Assert.Empty(model.Report.HiddenSizes);
    }

    [Fact]
    public void Options_and_types_of_labels_are_those_of_every_classifier()
    {
        var tokens = new TextVectorizerOptions { WordNgrams = 1, FewestTexts = 1, Tokens = TextTokens.Words };
        TextClassifier<bool> model = TextClassifier.Fit(
            Texts, [.. Labels.Select(label => label == "good")], new() { HiddenSizes = [8], Epochs = 30, Seed = 3, Threads = 2 }, tokens,
            cancellationToken: Token);
        Assert.Equal(new bool[] { true, false }, (bool[])[model.Predict("wonderful").Label, model.Predict("awful").Label]);
        Assert.Equal((tokens, 30), (model.Model.Vectorizer!.Options, model.Report!.History.Count));
        Assert.Equal(8, model.Model.Network.Weights[0].Columns);
        string hash = model.Model.GetParametersHash();
        TextClassifier<bool> again = TextClassifier.Fit(
            Texts, [.. Labels.Select(label => label == "good")], new() { HiddenSizes = [8], Epochs = 30, Seed = 3 }, tokens,
            cancellationToken: Token);
        Assert.Equal(hash, again.Model.GetParametersHash());
    }

    [Fact]
    public void With_many_texts_the_epochs_are_selected_and_the_tool_trains_the_same_network()
    {
        var random = new SplitMix64(3);
        string[] words = ["red", "blue", "green", "up", "down", "left", "right", "one", "two", "three"];
        string[] texts =
            [.. Enumerable.Range(0, 1300).Select(_ => string.Join(' ', Enumerable.Range(0, 8).Select(_ => words[random.NextInt(10)])))];
        string[] labels = [.. texts.Select(text => Has(text, "red") ? "r" : Has(text, "up down") ? "u" : "o")];
        string data = scratch.Write("data.tsv", string.Concat(texts.Zip(labels, (text, label) => $"{label}\t{text}\n")));
        scratch.Write(
            "data.split.csv",
            "row,set\n" + string.Concat(Enumerable.Range(0, 1300).Select(row => $"{row},{(row < 1100 ? "train" : "test")}\n")));
        CommandRun run = CommandRun.Of("train", "--data", data, "--text", "--seed", "4", "--json", "--output", scratch.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        TextClassifier<string> model = TextClassifier.Fit(texts[..1100], labels[..1100], new() { Seed = 4 }, cancellationToken: Token);

        Assert.Equal(5, model.Report!.SelectionHistory.Count);
        Assert.Contains(model.Model.GetParametersHash(), run.Output, StringComparison.Ordinal);
        TextClassifier<string> ofTool = TextClassifier.Load<string>(scratch["data.safetensors"]);
        Assert.Equal(model.Predict(texts[1200]).Classes, ofTool.Predict(texts[1200]).Classes);
        Assert.True(texts[1100..].Zip(labels[1100..]).Count(one => model.Predict(one.First).Label == one.Second) >= 180);

        static bool Has(string text, string words) => text.Contains(words, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_saved_comes_back_from_a_file_a_stream_and_memory()
    {
        TextClassifier<string> model = TextClassifier.Fit(Texts, Labels, cancellationToken: Token);
        model.Save(scratch["model"]);
        using var stream = new MemoryStream();
        model.Save(stream);
        byte[] bytes = stream.ToArray();
        Assert.Equal(File.ReadAllBytes(scratch["model"]), bytes);
        foreach (TextClassifier<string> loaded in (TextClassifier<string>[])
            [
                TextClassifier.Load<string>(scratch["model"]),
                TextClassifier.Load<string>(new MemoryStream(bytes)),
                TextClassifier.Load<string>(bytes.AsMemory()),
            ])
        {
            Assert.Equal(model.Labels, loaded.Labels);
            Assert.Null(loaded.Report);
            Assert.Equal(model.Predict("an awful day").Classes, loaded.Predict("an awful day").Classes);
            Assert.Equal(model.Model.Vectorizer!.Options, loaded.Model.Vectorizer!.Options);
        }

        Assert.Contains("\\u0022version\\u0022:3", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Classifier.Fit(Flowers.Features, Flowers.Names, new() { Epochs = 1 }, cancellationToken: Token).Save(scratch["flowers"]);
        Assert.Contains(
            "the model takes rows of numbers, not texts",
            Assert.Throws<InvalidDataException>(() => TextClassifier.Load<string>(scratch["flowers"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_vocabularies_are_refused()
    {
        TextClassifier<string> model = TextClassifier.Fit(Texts, Labels, cancellationToken: Token);
        model.Save(scratch["model"]);
        SafetensorsFile file = SafetensorsFile.Read(scratch["model"]);
        SafetensorsTensor tokens = file.Tensors.Single(tensor => tensor.Name == "vocabulary.tokens");
        SafetensorsTensor idf = file.Tensors.Single(tensor => tensor.Name == "vocabulary.idf");
        Refuses("the tensor 'vocabulary.tokens' is missing", With(tokens, null));
        Refuses("the tensor 'vocabulary.idf' is missing", With(idf, null));
        Refuses("the tensor 'vocabulary.idf' is I32", With(idf, idf with { Type = "I32" }));
        byte[] bytes = tokens.Data.ToArray();
        bytes.AsSpan(0, 8).CopyTo(bytes.AsSpan(8));
        Refuses("Token 1 of the vocabulary is 0 or occurs twice", With(tokens, tokens with { Data = bytes }));
        bytes = idf.Data.ToArray();
        bytes.AsSpan(0, 4).Fill(0xFF);
        Refuses("Token 0 of the vocabulary is 0 or occurs twice, or its weight NaN", With(idf, idf with { Data = bytes }));

        SafetensorsFile With(SafetensorsTensor old, SafetensorsTensor? changed) => new(
            [.. file.Tensors.Where(tensor => tensor != old), .. changed is null ? (SafetensorsTensor[])[] : [changed]], file.Metadata);

        static void Refuses(string message, SafetensorsFile damaged) => Assert.Contains(
            message, Assert.Throws<InvalidDataException>(() => Model.Load<float>(damaged)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_data_are_refused_and_say_which()
    {
        Refuses("texts", "There is no text.", () => TextClassifier.Fit<string>([], []));
        Refuses("labels", "There are 2 texts and 1 labels.", () => TextClassifier.Fit(["a", "b"], ["x"]));
        Refuses("labels", "All 2 rows have the label 'x'", () => TextClassifier.Fit(["a", "b"], ["x", "x"]));
        Refuses("texts", "Text 1 has no token.", () => TextClassifier.Fit(["a", " \t"], ["x", "y"]));
        Refuses("texts", "Text 0 is null.", () => TextClassifier.Fit([null!, "a"], ["x", "y"]));
        Refuses("options", "Epochs must be at least 1", () => TextClassifier.Fit(["a", "b"], ["x", "y"], new() { Epochs = 0 }));
        Refuses("options", "WordNgrams must be", () => TextClassifier.Fit(["a", "b"], ["x", "y"], null, new() { WordNgrams = 0 }));
        TextClassifier<string> model = TextClassifier.Fit(Texts, Labels, cancellationToken: Token);
        Refuses("text", "The text has no token", () => model.Predict(""));
        Refuses("text", "The text has no token", () => model.Predict((string?)null));
        Refuses("texts", "Text 1 has no token.", () => model.Predict(["a", ""]));
        Refuses("texts", "Text 0 is null.", () => model.Predict([null!]));
        Refuses("probabilities", "The span has 3 elements", () => model.Predict("a", new float[3]));
        Classifier<string> ofNumbers = Classifier.Fit(Flowers.Features, Flowers.Names, new() { Epochs = 1 }, cancellationToken: Token);
        Assert.Throws<InvalidOperationException>(() => ofNumbers.Model.PredictText("a"));

        static void Refuses(string parameter, string message, Action act)
        {
            ArgumentException error = Assert.ThrowsAny<ArgumentException>(act);
            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
            Assert.Equal(parameter, error.ParamName);
        }
    }

    [Fact]
    public void A_prediction_allocates_nothing_and_any_number_of_threads_may_predict()
    {
        TextClassifier<string> model = TextClassifier.Fit(Texts, Labels, cancellationToken: Token);
        float[] probabilities = new float[2];
        Assert.Equal(0, Allocations.PerCall(() => model.Predict("an awful day for all of you", probabilities)));
        Prediction<string>[] expected = model.Predict(Texts);
        Parallel.For(0, 200, new ParallelOptions { CancellationToken = Token }, i =>
            Assert.Equal(expected[i % 8].Classes, model.Predict(Texts[i % 8]).Classes));
    }

    [Fact]
    public void A_canceled_training_keeps_the_best_so_far()
    {
        string[] texts = [.. Enumerable.Range(0, 1200).Select(i => Texts[i % 8] + " " + (i / 8))];
        string[] labels = [.. Enumerable.Range(0, 1200).Select(i => Labels[i % 8])];
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        int epochs = 0;
        var progress = new Every(value =>
        {
            Assert.Equal((1, 2), (value.Step, value.Steps));
            if (++epochs == 2)
            {
                source.Cancel();
            }
        });
        TextClassifier<string> model = TextClassifier.Fit(texts, labels, progress: progress, cancellationToken: source.Token);
        Assert.Equal((2, 0, true), (model.Report!.SelectionHistory.Count, model.Report.History.Count, model.Report.WasCanceled));
        Assert.Equal("good", model.Predict("wonderful").Label);
        Assert.Throws<OperationCanceledException>(
            () => TextClassifier.Fit(texts, labels, cancellationToken: new CancellationToken(canceled: true)));
    }

    /// <summary>Models of earlier releases hash texts into dense features; they still load, predict, and save as before.</summary>
    [Fact]
    public void A_model_of_hashed_texts_predicts_as_before()
    {
        var hashing = new TextHashing(64, tokens: TextTokens.Words);
        var network = new NeuralNetwork<float>(64, 2, [5], new ReLU<float>(), seed: 2);
        new Model<float>(network, classNames: ["a", "b"], text: hashing).Save(scratch["old"]);
        Assert.Contains("\\u0022version\\u0022:1,", File.ReadAllText(scratch["old"]), StringComparison.Ordinal);
        TextClassifier<string> model = TextClassifier.Load<string>(scratch["old"]);
        float[] features = new float[64], expected = new float[2], actual = new float[2];
        hashing.Encode("the quick brown fox", features.AsSpan());
        model.Model.PredictProbabilities(features, expected);
        model.Predict("the quick brown fox", actual);
        Assert.Equal(expected, actual);
    }

    private sealed class Every(Action<FitProgress> report) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => report(value);
    }
}
