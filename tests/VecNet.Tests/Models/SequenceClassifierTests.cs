using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VecNet.Tests;

/// <summary>Classifiers that read texts as sequences of tokens, in the library and in the tool.</summary>
public sealed class SequenceClassifierTests : IDisposable
{
    private static readonly string[] Words = ["up", "down", "left", "right", "far", "near", "and", "then"];

    private readonly ScratchDirectory scratch = new();

    public static TheoryData<TextModel> Models => [TextModel.Lstm, TextModel.Gru, TextModel.Cnn, TextModel.Transformer];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    /// <summary>Which of two words comes first, with others between them: the words, and their pairs, do not tell.</summary>
    [Theory]
    [InlineData(TextModel.Lstm)]
    [InlineData(TextModel.Gru)]
    [InlineData(TextModel.Transformer)]
    public void The_order_of_words_is_learned(TextModel kind)
    {
        (string[] texts, string[] labels) = FirstOfTwo(900);
        var options = new FitOptions { TextModel = kind, Epochs = 12, Threads = 2 };
        TextClassifier<string> model = TextClassifier.Fit(texts[..700], labels[..700], options, cancellationToken: Token);
        Assert.InRange(Accuracy(model), 0.95, 1);
        Assert.InRange(Accuracy(TextClassifier.Fit(texts[..700], labels[..700], cancellationToken: Token)), 0, 0.8);
        Assert.StartsWith("Chosen without a comparison: a ", model.Report!.Summary, StringComparison.Ordinal);
        Assert.Equal((12, 0), (model.Report.History.Count, model.Report.HiddenSizes.Count));

        double Accuracy(TextClassifier<string> classifier) =>
            classifier.Predict(texts[700..]).Zip(labels[700..]).Average(pair => pair.First.Label == pair.Second ? 1.0 : 0);
    }

    /// <summary>A text has the same bits alone and among others, from memory and from a file, on any number of threads.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_prediction_has_the_same_bits_alone_and_in_any_batch(TextModel kind)
    {
        (string[] texts, string[] labels) = FirstOfTwo(300);
        var options = new FitOptions { TextModel = kind, Epochs = 1, HiddenSizes = [8], Seed = 3, MaxTokens = 40 };
        TextClassifier<string> model = TextClassifier.Fit(texts, labels, options, cancellationToken: Token);
        texts[7] = string.Join(' ', Enumerable.Repeat("very far", 100));
        Prediction<string>[] together = model.Predict(texts);
        model.Save(scratch["model"]);
        TextClassifier<string> loaded = TextClassifier.Load<string>(scratch["model"]);
        Prediction<string>[] reversed = loaded.Predict([.. texts.AsEnumerable().Reverse()]);
        float[] alone = new float[2];
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.Equal(together[i].Classes, model.Predict(texts[i]).Classes);
            Assert.Equal(together[i].Classes, reversed[^(i + 1)].Classes);
            loaded.Predict(texts[i], alone);
            Assert.Equal(together[i].Classes.Select(one => (float)one.Probability), alone);
        }

        TextClassifier<string> again = TextClassifier.Fit(
            FirstOfTwo(300).Texts, labels, options with { Threads = 3 }, cancellationToken: Token);
        Assert.Equal(model.Model.GetParametersHash(), again.Model.GetParametersHash());
        Assert.Equal((40, model.Model.Tokenizer!.VocabularySize), (loaded.Model.MaxTokens, loaded.Model.Tokenizer!.VocabularySize));
        Assert.Equal([8], model.Report!.HiddenSizes);
    }

    [Fact]
    public void The_tokens_after_the_first_are_ignored()
    {
        (string[] texts, string[] labels) = FirstOfTwo(60);
        var options = new FitOptions
        {
            TextModel = TextModel.Cnn, Epochs = 1, MaxTokens = 6, Tokenizer = CharacterTokenizer.Learn(texts, hasUnknown: true),
        };
        TextClassifier<string> model = TextClassifier.Fit(texts, labels, options, cancellationToken: Token);
        Assert.Same(options.Tokenizer, model.Model.Tokenizer);
        Assert.Equal(model.Predict("up and").Classes, model.Predict("up and down, and ever on ÄÖ").Classes);
        Assert.NotEqual(model.Predict("up and").Classes, model.Predict("up an").Classes);
        float[] probabilities = new float[2];
        Predict();
        Assert.Equal(0, Allocations.PerCall(Predict));

        void Predict() => model.Predict("up and down", probabilities);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        (string[] texts, string[] labels) = FirstOfTwo(20);
        var options = new FitOptions { TextModel = TextModel.Gru, Epochs = 1 };
        Refuses("tokens", "has a tokenizer", () => TextClassifier.Fit(texts, labels, options, tokens: new()));
        Refuses("options", "MaxTokens must be at least 1", () => TextClassifier.Fit(texts, labels, options with { MaxTokens = 0 }));
        Refuses("options", "TextModel must be one of", () => TextClassifier.Fit(texts, labels, new() { TextModel = (TextModel)9 }));
        var characters = CharacterTokenizer.Learn(["abc"]);
        Refuses("options", "Tokenizer must be null", () => TextClassifier.Fit(texts, labels, new() { Tokenizer = characters }));
        Refuses(
            "texts", "Text 0: The tokenizer does not know the character",
            () => TextClassifier.Fit(texts, labels, options with { Tokenizer = characters }));
        Refuses("texts", "Text 1 has no token.", () => TextClassifier.Fit(["a", " \t"], ["x", "y"], options));
        Refuses("options", "TextModel must be BagOfWords", () => Classifier.Fit(Flowers.Features, Flowers.Names, options));
        TextClassifier<string> model = TextClassifier.Fit(texts, labels, options, cancellationToken: Token);
        Refuses("text", "no token", () => model.Predict(" "));
        Refuses("texts", "Text 1 has no token.", () => model.Predict(["a", " "]));
        Refuses("texts", "Text 0 is null.", () => model.Predict([null!]));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new Model<float>(model.Model.Network) { MaxTokens = 0 });

        static void Refuses(string parameter, string part, Action action)
        {
            ArgumentException error = Assert.ThrowsAny<ArgumentException>(action);
            Assert.Equal(parameter, error.ParamName);
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The tool trains the network of the library, and every command works with it.</summary>
    [Fact]
    public void Every_command_works_with_a_model_of_sequences()
    {
        (string[] texts, string[] labels) = FirstOfTwo(160);
        string data = scratch.Write("t.tsv", string.Concat(texts.Zip(labels, (text, label) => $"{label}\t{text}\n")));
        scratch.Write(
            "t.split.csv",
            "row,set\n" + string.Concat(Enumerable.Range(0, 160).Select(row => $"{row},{(row < 120 ? "train" : "test")}\n")));
        string[] train =
            ["train", "--data", data, "--text", "--model", "transformer", "--epochs", "2", "--seed", "4", "--max-tokens", "50"];
        string output = Run([.. train, "--output", scratch.Path]).Output;
        var options = new FitOptions { TextModel = TextModel.Transformer, Epochs = 2, Seed = 4, MaxTokens = 50 };
        TextClassifier<string> model = TextClassifier.Fit(texts[..120], labels[..120], options, cancellationToken: Token);
        int tokens = model.Model.Tokenizer!.VocabularySize;
        Assert.Contains(model.Model.GetParametersHash(), output, StringComparison.Ordinal);
        Assert.Contains($"{tokens} byte-pair tokens, the first 50 of each text", output, StringComparison.Ordinal);
        Assert.Contains($"a transformer of two blocks on {tokens} tokens → 2; ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("GFLOP", output, StringComparison.Ordinal);
        string path = scratch["t.safetensors"];
        using JsonDocument evaluation = JsonDocument.Parse(Run("evaluate", path, "--data", data, "--json").Output);
        Assert.Equal(
            model.Predict(texts).Zip(labels).Average(pair => pair.First.Label == pair.Second ? 1.0 : 0),
            evaluation.RootElement.GetProperty("accuracy").GetDouble(),
            1e-9);
        Assert.Contains($"{tokens} byte-pair tokens, the first 50 of each text", Run("inspect", path).Output, StringComparison.Ordinal);
        Prediction<string> one = model.Predict("down then up");
        Assert.Contains($"0,{one.Label},", Run("predict", path, "--text", "down then up").Output, StringComparison.Ordinal);
        string[] rows = Run("predict", path, "--data", data).Output.TrimEnd().Split('\n');
        Assert.Equal(model.Predict(texts).Select((p, row) => $"{row},{p.Label},{(float)p.Probability:G9}"), rows[1..]);
        Assert.Contains("numbers of the tokens of one text", Run("export", path, "--probabilities").Output, StringComparison.Ordinal);
        AssertExported(scratch["t.onnx"], model, "down then up and left");
        CommandRun validated = Run(
            "cross-validate", "--data", data, "--text", "--model", "cnn", "--tokens", "characters", "--folds", "2", "--epochs", "1");
        Assert.Contains("Mean     accuracy", validated.Output, StringComparison.Ordinal);
    }

    /// <summary>In ONNX Runtime, the graph has the probabilities of one text of any length.</summary>
    private static void AssertExported(string path, TextClassifier<string> model, string text)
    {
        using var session = new InferenceSession(path);
        float[] tokens = [.. model.Model.Tokenizer!.Encode(text).Select(token => (float)token)];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(
            [NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(tokens, [tokens.Length, 1]))]);
        float[] found = outputs.Single().AsTensor<float>().ToArray();
        Assert.All(
            model.Predict(text).Classes.Zip(found), pair => Assert.Equal(pair.First.Probability, pair.Second, 1e-5));
    }

    /// <summary>A column of a CSV file, numbers as targets, and a limit of time.</summary>
    [Fact]
    public void Columns_numbers_and_budgets_work_as_with_bags_of_words()
    {
        (string[] texts, string[] labels) = FirstOfTwo(120);
        string data = scratch.Write(
            "t.csv", "y,note\n" + string.Concat(texts.Zip(labels, (text, label) => $"{(label == "up" ? 1.5 : -2)},{text}\n")));
        string output = Run(
            "train", "--data", data, "--target", "y", "--regression", "--text", "note", "--model", "gru", "--epochs", "60",
            "--budget", "5m", "--json", "--output", scratch.Path).Output;
        using JsonDocument result = JsonDocument.Parse(output);
        Assert.Equal(JsonValueKind.Null, result.RootElement.GetProperty("gflops").ValueKind);
        string path = scratch["t.safetensors"];
        Assert.Equal(("note", 256), (Model.Load<float>(path).TextColumn, Model.Load<float>(path).MaxTokens));
        Assert.Contains("(column 'note')", Run("inspect", path).Output, StringComparison.Ordinal);
        using JsonDocument evaluation = JsonDocument.Parse(Run("evaluate", path, "--data", data, "--json").Output);
        Assert.InRange(evaluation.RootElement.GetProperty("rSquared").GetDouble(), 0.5, 1);
    }

    [Theory]
    [InlineData("--model requires --text", "--target", "y", "--model", "gru")]
    [InlineData("--max-tokens requires --text", "--target", "y", "--max-tokens", "9")]
    [InlineData("--tokens requires --model lstm, gru, cnn or transformer", "--text", "--tokens", "parts")]
    [InlineData("--features requires --model bag-of-words", "--text", "--model", "cnn", "--features", "9")]
    [InlineData("--model must be bag-of-words or lstm or gru or cnn or transformer, not 'bert'", "--text", "--model", "bert")]
    public void Options_that_do_not_fit_are_refused(string message, params string[] options)
    {
        CommandRun run = CommandRun.Of(["train", "--data", "d", .. options]);
        Assert.Equal((1, "", $"error: {message}; try --help.\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void Small_texts_and_large_limits_are_no_bugs()
    {
        string data = scratch.Write("few.tsv", "A\txy\nB\tzw\nA\tpq\nB\trs\n");
        string[] train = ["train", "--data", data, "--text", "--epochs", "1", "--quiet", "--output", scratch.Path, "--max-tokens"];
        Run([.. train, "20", "--model", "gru", "--tokens", "characters"]);
        CommandRun run = CommandRun.Of([.. train, "2147483647", "--model", "transformer"]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Matches("^error: the network would have [0-9,]+ parameters; the limit is 100,000,000.\n$", run.Error);
    }

    private static CommandRun Run(params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    internal static (string[] Texts, string[] Labels) FirstOfTwo(int count)
    {
        var random = new SplitMix64(5);
        string[] texts = new string[count];
        string[] labels = new string[count];
        for (int i = 0; i < count; i++)
        {
            string[] words = [.. Enumerable.Range(0, 6 + random.NextInt(6)).Select(_ => Words[2 + random.NextInt(6)])];
            int first = random.NextInt(words.Length - 2), second = first + 2 + random.NextInt(words.Length - first - 2);
            int up = random.NextInt(2);
            (words[first], words[second], labels[i]) = (Words[1 - up], Words[up], Words[1 - up]);
            texts[i] = string.Join(' ', words);
        }

        return (texts, labels);
    }
}
