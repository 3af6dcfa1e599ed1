using System.Text.Json;

namespace VecNet.Tests;

/// <summary>
/// Predict ignores the target: its predictions are the same whatever the column contains, or without it. Evaluate reads it.
/// </summary>
public sealed class PredictedTargetTests : IDisposable
{
    private static readonly string[] Written = ["x", "", "NA", "\"\"", "no such class", "1e999", "\0", "\"a\nb\"", "many words, but"];

    private readonly ScratchDirectory scratch = new();

    public static TheoryData<string> Models => ["classes", "numbers", "columns", "without names", "texts in a column"];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void The_target_s_column_is_not_read(string kind)
    {
        string model = scratch["model"];
        ModelOf(kind).Save(model);
        string expected = Predict("a\n1\n2\n").Output;
        Assert.Equal(3, expected.Count('\n'));
        foreach (string written in Written)
        {
            string field = written.Contains(',', StringComparison.Ordinal) ? $"\"{written}\"" : written;
            CommandRun run = Predict($"a,y\n1,{field}\n2,{field}\n");
            Assert.Equal((0, expected, ""), (run.ExitCode, run.Output, run.Error));
            JsonElement json = JsonDocument.Parse(Predict($"a,y\n1,{field}\n2,{field}\n", "--json").Output).RootElement;
            Assert.Equal(["rows"], json.EnumerateObject().Select(member => member.Name));
        }

        CommandRun judged = CommandRun.Of("evaluate", model, "--data", scratch.Write("e.csv", "a,y\n1,\n2,\n"));
        Assert.Equal((1, $"error: {scratch["e.csv"]}, line 2, column 'y': the label is missing.\n"), (judged.ExitCode, judged.Error));
        Assert.Equal(0, CommandRun.Of("evaluate", model, "--data", scratch.Write("e.csv", "a,y\n1,1\n2,2\n")).ExitCode);

        CommandRun Predict(string text, params string[] more) =>
            CommandRun.Of(["predict", model, "--data", scratch.Write("t.csv", text), .. more]);
    }

    [Fact]
    public void What_stands_before_the_tab_is_not_read()
    {
        new Model<float>(
            new NeuralNetwork<float>(8, 2, [], new ReLU<float>()), null, null, ["u", "v"], "label", text: new TextHashing(8))
            .Save(scratch["model"]);
        string expected = Predict("one\ntwo\n").Output;
        Assert.Equal(3, expected.Count('\n'));
        foreach (string label in new[] { "u", "", " ", "no such class", "NA" })
        {
            CommandRun run = Predict($"{label}\tone\n{label}\ttwo\n");
            Assert.Equal((0, expected, ""), (run.ExitCode, run.Output, run.Error));
        }

        CommandRun judged = CommandRun.Of("evaluate", scratch["model"], "--data", scratch.Write("e.tsv", "u\tone\n\ttwo\n"));
        Assert.Equal((1, $"error: {scratch["e.tsv"]}, line 2: the label before the tab is missing.\n"), (judged.ExitCode, judged.Error));

        CommandRun Predict(string text) => CommandRun.Of("predict", scratch["model"], "--data", scratch.Write("t.tsv", text));
    }

    /// <summary>
    /// The same rule applies to texts in a file and on the command line: symbols are tokens, and a text without tokens is refused.
    /// </summary>
    [Fact]
    public void A_text_without_a_word_has_one_answer()
    {
        foreach (TextTokens tokens in Enum.GetValues<TextTokens>())
        {
            foreach (string? column in new[] { null, "a" })
            {
                new Model<float>(
                    new NeuralNetwork<float>(64, 2, [], new ReLU<float>()),
                    null,
                    null,
                    ["u", "v"],
                    "y",
                    text: new TextHashing(64, column: column, tokens: tokens)).Save(scratch["model"]);
                foreach (string text in new[] { "!!!", "😀😀", "\u200B", "\uFEFF", "word" })
                {
                    CommandRun given = CommandRun.Of("predict", scratch["model"], "--text", text);
                    CommandRun read = CommandRun.Of(
                        "predict", scratch["model"], "--data", scratch.Write("t", column is null ? $"u\t{text}\n" : $"a\n\"{text}\"\n"));
                    bool isTold = text == "word" || (tokens == TextTokens.WordsAndSymbols && (text is "!!!" or "😀😀"));
                    Assert.Equal((isTold ? 0 : 1, given.Output), (given.ExitCode, read.Output));
                    Assert.Equal(
                        given.Error,
                        read.Error.Replace(
                            $"{scratch["t"]}, line {(column is null ? "1" : "2, column 'a'")}:", "--text:", StringComparison.Ordinal));
                    Assert.Equal(isTold, given.Error.Length == 0);
                }
            }
        }
    }

    /// <summary>A model can be trained on texts that have symbols only.</summary>
    [Fact]
    public void Symbols_can_be_told_apart()
    {
        string data = scratch.Write(
            "t.tsv", string.Concat(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "good\t😀!\n" : "bad\t😡!\n")));
        Assert.Equal(0, CommandRun.Of("train", "--data", data, "--text", "--epochs", "20", "--output", scratch.Path, "-q").ExitCode);
        Assert.StartsWith(
            "row,label,probability\n0,good,",
            CommandRun.Of("predict", scratch["t.safetensors"], "--text", "😀😀").Output,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "row,label,probability\n0,bad,",
            CommandRun.Of("predict", scratch["t.safetensors"], "--text", "😡😡").Output,
            StringComparison.Ordinal);
    }

    /// <summary>The CSV reader reads the labels that predict writes unchanged.</summary>
    [Fact]
    public void A_class_that_is_called_NA_is_written_in_quotes()
    {
        new Model<float>(new NeuralNetwork<float>(1, 2, [], new ReLU<float>()), null, ["a"], ["NA", " x"], "y").Save(scratch["model"]);
        Assert.StartsWith(
            "row,label,probability\n0,\"NA\",",
            CommandRun.Of("predict", scratch["model"], "--data", scratch.Write("t.csv", "a\n0\n")).Output,
            StringComparison.Ordinal);
    }

    private static Model<float> ModelOf(string kind)
    {
        var network = new NeuralNetwork<float>(1, 2, [], new ReLU<float>());
        return kind switch
        {
            "classes" => new(network, null, ["a"], ["1", "2"], "y"),
            "numbers" => new(new NeuralNetwork<float>(1, [new FullyConnectedLayer<float>(1)]), null, ["a"], null, "y"),
            "columns" => new(network, null, null, ["1", "2"], "y", new TableFeatures([FeatureColumn.Number("a", missing: 0)])),
            "without names" => new(network, null, null, ["1", "2"], "y"),
            "texts in a column" => new(
                new NeuralNetwork<float>(8, 2, [], new ReLU<float>()), null, null, ["1", "2"], "y", text: new TextHashing(8, column: "a")),
            _ => throw new ArgumentException(kind, nameof(kind)),
        };
    }
}
