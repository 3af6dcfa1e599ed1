using System.Text.Json;

namespace VecNet.Tests;

/// <summary>The kind of model of texts that is chosen where none is given, in the library and in the tool.</summary>
public sealed class TextComparisonTests : IDisposable
{
    private const int Texts = 1000;

    private static readonly FitOptions Threads = new() { Threads = 2 };

    private readonly ScratchDirectory scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Where_the_order_of_words_decides_a_network_that_reads_it_is_chosen()
    {
        (string[] texts, string[] labels) = SequenceClassifierTests.FirstOfTwo(Texts);
        FitOptions options = Threads with { Epochs = 12 };
        TextClassifier<string> chosen = TextClassifier.Fit(texts, labels, options, cancellationToken: Token);
        TextClassifier<string> given = TextClassifier.Fit(
            texts, labels, options with { TextModel = TextModel.Gru }, cancellationToken: Token);
        Bits.AssertSame<float>(given.Model.Network.Parameters, chosen.Model.Network.Parameters, "parameters");
        Assert.Equal([false, true], chosen.Report!.Candidates.Select(candidate => candidate.IsChosen));
        Assert.True(chosen.Report.Candidates[1].Score > chosen.Report.Candidates[0].Score + 0.2);
        Assert.Matches(
            "^Chosen: a bidirectional GRU: accuracy [01].[0-9]{3} ± 0.[0-9]{3} on 150 held-out texts, after training on "
                + "850; a bag of words has 0.[0-9]{3}.$",
            chosen.Report.Summary);
        Assert.Empty(given.Report!.Candidates);
        chosen.Model.Save(scratch["model"]);
        TextClassifier<string> loaded = TextClassifier.Load<string>(scratch["model"]);
        Assert.Equal(
            chosen.Predict(texts).Select(prediction => prediction.Probability),
            loaded.Predict(texts).Select(prediction => prediction.Probability));
    }

    [Fact]
    public void Where_words_decide_the_model_is_a_bag_of_words()
    {
        (string[] texts, string[] labels) = Topics(Texts);
        FitOptions options = Threads with { Epochs = 2 };
        TextClassifier<string> chosen = TextClassifier.Fit(texts, labels, options, cancellationToken: Token);
        TextClassifier<string> given = TextClassifier.Fit(
            texts, labels, options with { TextModel = TextModel.BagOfWords }, cancellationToken: Token);
        Bits.AssertSame<float>(given.Model.Network.Parameters, chosen.Model.Network.Parameters, "parameters");
        Assert.Equal([true, false], chosen.Report!.Candidates.Select(candidate => candidate.IsChosen));
        Assert.StartsWith("Chosen: a bag of words: accuracy 1.000", chosen.Report.Summary, StringComparison.Ordinal);
        Assert.Null(chosen.Model.Tokenizer);
        FitReport alone = TextClassifier.Fit(texts, labels, options with { Threads = 1 }, cancellationToken: Token).Report!;
        Assert.Equal(chosen.Report.Summary, alone.Summary);
        Assert.Equal(chosen.Report.Candidates, alone.Candidates);
        FitReport other = TextClassifier.Fit(texts, labels, options with { Seed = 1 }, cancellationToken: Token).Report!;
        Assert.NotEqual(chosen.Report.Candidates[1].Loss, other.Candidates[1].Loss);
    }

    /// <summary>Labels that have nothing to do with the texts: only a model that has seen the held-out texts would know them.</summary>
    [Fact]
    public void The_texts_that_decide_are_unknown_to_both_models()
    {
        (string[] texts, _) = Topics(Texts);
        var random = new SplitMix64(8);
        texts = [.. texts.Select((text, i) => $"{text} {i} {i}x")];
        string[] labels = [.. texts.Select(_ => random.NextInt(2) == 0 ? "a" : "b")];
        FitReport report = TextClassifier.Fit(
            texts, labels, Threads with { Epochs = 4 }, cancellationToken: Token).Report!;
        Assert.All(report.Candidates, candidate => Assert.InRange(candidate.Score!.Value, 0.4, 0.6));
        Assert.True(report.Candidates[0].IsChosen);
    }

    [Fact]
    public void There_is_no_comparison_if_the_options_or_the_texts_say_so()
    {
        (string[] texts, string[] labels) = Topics(Texts);
        FitOptions quick = Threads with { Epochs = 1 };
        AssertNone(quick with { TextModel = TextModel.BagOfWords }, texts);
        AssertNone(quick with { ValidationShare = 0 }, texts);
        AssertNone(quick with { HiddenSizes = [] }, texts);
        AssertNone(quick with { ValidationShare = 1e-4 }, texts);
        AssertNone(quick, texts, tokens: new TextVectorizerOptions());
        AssertNone(quick, texts[1..], ", since there are fewer than 1,000 texts");
        AssertNone(quick, [.. texts.Select(text => text.PadRight(201, '.'))], ", since the texts have more than 200 characters on average");
        Assert.True(TextComparison.Suits(quick, [.. texts.Select(text => text.PadRight(200, '.'))], out _));

        void AssertNone(FitOptions options, string[] some, string reason = "", TextVectorizerOptions? tokens = null)
        {
            FitReport report = TextClassifier.Fit(some, labels[..some.Length], options, tokens, cancellationToken: Token).Report!;
            Assert.Empty(report.Candidates);
            Assert.Equal($"Chosen without a comparison{reason}: a linear model.", report.Summary);
        }
    }

    /// <summary>The number of characters of all epochs is limited, unless the texts would be too few.</summary>
    [Theory]
    [InlineData(1, 4)]
    [InlineData(6, 20)]
    public void The_comparison_of_many_texts_is_one_of_some(int repeated, int epochs)
    {
        (string[] texts, string[] labels) = Topics(8000);
        texts = [.. texts.Select(text => string.Join(' ', Enumerable.Repeat(text, repeated)))];
        int most = Math.Max(1000, (int)Math.Round(600_000 / (epochs * texts.Average(text => text.Length))));
        FitReport report = TextClassifier.Fit(texts, labels, Threads with { Epochs = epochs }, cancellationToken: Token).Report!;
        Assert.Contains(
            FormattableString.Invariant($" on 1,000 held-out texts, after training on {most:N0};"),
            report.Summary,
            StringComparison.Ordinal);
    }

    /// <summary>A limit of time ends the comparison before the training, and the model is a bag of words.</summary>
    [Fact]
    public void Where_the_time_is_short_the_model_is_a_bag_of_words()
    {
        (string[] texts, string[] labels) = SequenceClassifierTests.FirstOfTwo(Texts);
        FitOptions options = Threads with { Budget = TimeSpan.FromDays(1), Time = new Alarm(), Epochs = 1 };
        FitReport report = TextClassifier.Fit(texts, labels, options, cancellationToken: Token).Report!;
        Assert.Empty(report.Candidates);
        Assert.Equal("Chosen without a comparison, since there was not enough time: a linear model.", report.Summary);
        Assert.False(report.WasCanceled);
        Assert.ThrowsAny<OperationCanceledException>(
            () => TextClassifier.Fit(texts, labels, Threads, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_tool_compares_too_and_an_interrupted_run_goes_on_with_the_chosen_kind()
    {
        (string[] texts, string[] labels) = SequenceClassifierTests.FirstOfTwo(1400);
        string data = scratch.Write("t.tsv", string.Concat(texts.Zip(labels, (text, label) => $"{label}\t{text}\n")));
        string[] arguments = ["train", "--data", data, "--text", "--epochs", "12"];
        using JsonDocument whole = Json([.. arguments, "--output", scratch["whole"], "--json"]);
        using JsonDocument given = Json([.. arguments, "--output", scratch["given"], "--json", "--model", "gru"]);
        Assert.Equal(Hash(given), Hash(whole));
        Assert.Equal(2, whole.RootElement.GetProperty("candidates").GetArrayLength());
        Assert.StartsWith("Chosen: a bidirectional GRU", whole.RootElement.GetProperty("chosen").GetString(), StringComparison.Ordinal);
        Assert.InRange(whole.RootElement.GetProperty("testAccuracy").GetDouble(), 0.9, 1);
        string[] parts = [.. arguments, "--output", scratch["parts"]];
        using var stop = new CancellationTokenSource();
        using var output = new InterruptingWriter(stop);
        using var error = new StringWriter();
        Assert.Equal(130, VecNet.Cli.Tool.Run(parts, output, error, cancellationToken: stop.Token));
        Assert.StartsWith("Comparing a bag of words with ", output.ToString(), StringComparison.Ordinal);
        using JsonDocument resumed = Json([.. parts, "--resume", scratch["parts/t.checkpoint.safetensors"], "--json"]);
        Assert.Equal(Hash(whole), Hash(resumed));
        Assert.Equal(
            whole.RootElement.GetProperty("candidates").GetRawText(), resumed.RootElement.GetProperty("candidates").GetRawText());
        string model = scratch["whole/t.safetensors"];
        using JsonDocument evaluation = Json(["evaluate", model, "--data", data, "--json"]);
        Assert.InRange(evaluation.RootElement.GetProperty("accuracy").GetDouble(), 0.9, 1);
        Assert.Contains(
            $",{TextClassifier.Load<string>(model).Predict(texts[0]).Label},",
            CommandRun.Of(["predict", model, "--text", texts[0]]).Output,
            StringComparison.Ordinal);

        static string? Hash(JsonDocument json) => json.RootElement.GetProperty("parametersHash").GetString();
    }

    /// <summary>Where nothing is compared, the tool says why, unless its options say so.</summary>
    [Fact]
    public void The_tool_says_why_it_does_not_compare()
    {
        string data = scratch.Write("few.tsv", "A\tx y\nB\tz w\nA\ty x\nB\tw z\nA\tx y\nB\tz w\nA\ty x\nB\tw z\n");
        string[] arguments = ["train", "--data", data, "--text", "--epochs", "1", "--output", scratch.Path];
        const string Reason = "A bag of words is not compared with a GRU, since there are fewer than 1,000 texts.";
        Assert.StartsWith(Reason, CommandRun.Of(arguments).Output, StringComparison.Ordinal);
        string[][] given = [["--model", "bag-of-words"], ["--no-search"], ["--hidden", "4"]];
        Assert.All(given, options =>
        {
            CommandRun run = CommandRun.Of([.. arguments, .. options]);
            Assert.Equal(0, run.ExitCode);
            Assert.DoesNotContain("GRU", run.Output, StringComparison.Ordinal);
        });
    }

    /// <summary>Numbers as targets are compared by R².</summary>
    [Fact]
    public void The_order_of_words_decides_about_numbers_too()
    {
        (string[] texts, string[] labels) = SequenceClassifierTests.FirstOfTwo(1400);
        string data = scratch.Write(
            "n.tsv", string.Concat(texts.Zip(labels, (text, label) => $"{(label == "up" ? 1.5 : -2)}\t{text}\n")));
        using JsonDocument found = Json(
            ["train", "--data", data, "--text", "--regression", "--epochs", "12", "--output", scratch.Path, "--json"]);
        string? chosen = found.RootElement.GetProperty("chosen").GetString();
        Assert.StartsWith("Chosen: a bidirectional GRU: R² 0.", chosen, StringComparison.Ordinal);
        Assert.InRange(found.RootElement.GetProperty("testRSquared").GetDouble(), 0.8, 1);
    }

    private static (string[] Texts, string[] Labels) Topics(int count)
    {
        string[] games = ["goal", "match", "team"], meals = ["soup", "bread", "cheese"];
        var random = new SplitMix64(3);
        return (
            [.. Enumerable.Range(0, count).Select(i =>
            {
                string[] topic = i % 2 == 0 ? games : meals;
                return string.Join(' ', Enumerable.Range(0, 5).Select(_ => topic[random.NextInt(3)]));
            })],
            [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? "game" : "meal")]);
    }

    private static JsonDocument Json(string[] arguments)
    {
        CommandRun run = CommandRun.Of(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output);
    }

    /// <summary>Its first timer ends at once, and the others never.</summary>
    private sealed class Alarm : TimeProvider
    {
        private bool hasRung;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (!hasRung)
            {
                hasRung = true;
                Assert.InRange(dueTime.TotalHours, 5.9, 6);
                callback(state);
            }

            return new Timer(_ => { });
        }
    }

    /// <summary>Interrupts the run after two epochs.</summary>
    private sealed class InterruptingWriter(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.StartsWith("       2 ", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        }
    }
}
