using System.Text.Json;

namespace VecNet.Tests;

/// <summary>Every command works with a model that was trained on texts.</summary>
public sealed class TextModelTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_model_of_texts_is_evaluated_inspected_and_exported()
    {
        string data = TestData.PathOf("languages.tsv");
        Run("train", "--data", data, "--text", "--features", "2000", "--output", scratch.Path, "--quiet");
        string model = scratch["languages.safetensors"];
        using JsonDocument evaluation = JsonDocument.Parse(Run("evaluate", model, "--data", data, "--json").Output);
        Assert.True(evaluation.RootElement.GetProperty("accuracy").GetDouble() > 0.98);
        string text = "words, pairs of words, n-grams of 1 to 4 characters and symbols, a vocabulary of 2000, weighted by TF-IDF";
        Assert.Contains(text, Run("inspect", model).Output, StringComparison.Ordinal);
        Assert.Contains("the 2000 features of a text, weighted by TF-IDF", Run("export", model).Output, StringComparison.Ordinal);
        Assert.Equal(2000, Model.Load<float>(model).Network.InputSize);
    }

    /// <summary>The lines of a CSV file would be taken for texts, with their commas and all other columns.</summary>
    [Fact]
    public void A_CSV_file_is_refused_where_lines_of_text_are_expected()
    {
        string data = scratch.Write("t.tsv", "a\tone two\nb\tthree four\na\tone\nb\tfour\na\ttwo one\nb\tfour three\na\ttwo\nb\tthree\n");
        Run("train", "--data", data, "--text", "--output", scratch.Path, "--quiet");
        string table = scratch.Write("rows.CSV", "id,text\n1,one two\n");
        CommandRun refused = CommandRun.Of("predict", scratch["t.safetensors"], "--data", table);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith(
            $"error: {table}: the model takes lines of text, and does not know which column", refused.Error, StringComparison.Ordinal);
        new Model<float>(new NeuralNetwork<float>(8, 2, [], new ReLU<float>()), text: new TextHashing(8)).Save(scratch["old"]);
        Assert.Equal(refused.Error, CommandRun.Of("predict", scratch["old"], "--data", table).Error);
        Assert.StartsWith(
            "row,label,probability\n0,a,",
            Run("predict", scratch["t.safetensors"], "--data", scratch.Write("lines.txt", "one two\n")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_can_be_predicted_from_texts()
    {
        var random = new SplitMix64(4);
        string data = scratch.Write("t.tsv", string.Concat(Enumerable.Range(0, 400).Select(_ =>
        {
            int stars = 1 + random.NextInt(5);
            return $"{stars}\t{string.Join(' ', Enumerable.Range(0, 6).Select(i => i < stars ? "good" : "bad"))}\n";
        })));
        using JsonDocument result = JsonDocument.Parse(
            Run("train", "--data", data, "--text", "--regression", "--epochs", "20", "--json", "--output", scratch.Path).Output);
        Assert.True(result.RootElement.GetProperty("testRSquared").GetDouble() > 0.9, result.RootElement.ToString());
    }

    private static CommandRun Run(params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }
}
