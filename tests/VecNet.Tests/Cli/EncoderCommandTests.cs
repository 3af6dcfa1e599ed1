using System.Text.Json;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>The commands that use a sentence encoder.</summary>
public sealed class EncoderCommandTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "a red fox", "the fox runs", "foxes run", "red fox ?", "the red foxes", "a fox .", "fox fox a", "foxes ? run",
        "a b c", "b b c", "c a b .", "b c c", "a c c ?", "the b c", "c b .", "b a b c",
    ];

    private readonly TinyEncoder files = new();
    private readonly ScratchDirectory scratch = new();

    public void Dispose()
    {
        files.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void Vectors_are_written_as_an_array()
    {
        string texts = scratch.Write("texts.txt", string.Join('\n', Texts));
        CommandRun run = Run("embed", texts, "--model", files.Folder, "--output", scratch["v.npy"]);
        Assert.Contains("Encoding      16 texts, ", run.Output, StringComparison.Ordinal);
        Assert.Contains(" tokens/s\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Vectors       {scratch["v.npy"]} (16 × 20)\n", run.Output, StringComparison.Ordinal);
        float[] expected = files.Load().Encode(Texts, cancellationToken: TestContext.Current.CancellationToken).Span.ToArray();
        TensorBuffer<float> written = NpyFile.Read(scratch["v.npy"]).ToMatrix<float>();
        Assert.Equal((16, 20), (written.Rows, written.Columns));
        Assert.Equal(expected, written.Span.ToArray());

        string table = scratch.Write("t.csv", "id,question\n" + string.Join('\n', Texts.Select((text, i) => $"{i},\"{text}\"")));
        using JsonDocument json = JsonDocument.Parse(
            Run("embed", table, "--text", "question", "--model", files.Folder, "-o", scratch["w.npy"], "--json").Output);
        Assert.Equal(16, json.RootElement.GetProperty("texts").GetInt32());
        Assert.Equal(20, json.RootElement.GetProperty("dimension").GetInt32());
        Assert.Equal(scratch["w.npy"], json.RootElement.GetProperty("output").GetString());
        Assert.Equal(File.ReadAllBytes(scratch["v.npy"]), File.ReadAllBytes(scratch["w.npy"]));
    }

    [Fact]
    public void The_nearest_texts_are_found()
    {
        string texts = scratch.Write("texts.tsv", string.Concat(Texts.Select((text, i) => $"label{i % 2}\t{text}\n")));
        string output = Run("search", "the b c", "--in", texts, "--model", files.Folder, "--top", "3").Output;
        string[] lines = output.Split('\n');
        Assert.Equal(" score  line  text", lines[0]);
        Assert.Equal(" 1.000    14  the b c", lines[1]);
        Assert.Equal(5, lines.Length);
        using JsonDocument json = JsonDocument.Parse(Run("search", "the b c", "--in", texts, "--model", files.Folder, "--json").Output);
        JsonElement hits = json.RootElement.GetProperty("hits");
        Assert.Equal(10, hits.GetArrayLength());
        Assert.Equal(("the b c", 14), (hits[0].GetProperty("text").GetString(), hits[0].GetProperty("line").GetInt32()));
        double[] scores = [.. hits.EnumerateArray().Select(hit => hit.GetProperty("score").GetDouble())];
        Assert.Equal(scores.OrderDescending(), scores);
    }

    [Fact]
    public void A_classifier_is_trained_on_vectors_and_used()
    {
        string data = WriteTable("kinds.csv");
        CommandRun trained = Run(
            "train", "--data", data, "--text", "question", "--target", "kind", "--encoder", files.Folder, "--no-search", "--output",
            scratch.Path);
        Assert.Contains("Chosen without a comparison: a logistic regression on the vectors", trained.Output, StringComparison.Ordinal);
        Assert.Contains($"Encoder       {files.Folder}, which is not part", trained.Output, StringComparison.Ordinal);
        string model = scratch["kinds.safetensors"];
        string one = Run("predict", model, "--encoder", files.Folder, "--text", "red foxes").Output;
        Assert.StartsWith("row,label,probability\n0,animal,", one, StringComparison.Ordinal);
        string rows = Run("predict", model, "--encoder", files.Folder, "--data", data).Output;
        Assert.Equal(17, rows.Trim().Split('\n').Length);
        using JsonDocument evaluation = JsonDocument.Parse(
            Run("evaluate", model, "--encoder", files.Folder, "--data", data, "--json").Output);
        Assert.True(evaluation.RootElement.GetProperty("accuracy").GetDouble() > 0.6);
        Assert.Contains(
            "vectors of a sentence encoder, which is not part of the file (column 'question')",
            Run("inspect", model).Output,
            StringComparison.Ordinal);
        Assert.Equal(
            "animal", EmbeddingClassifier.Load<string>(model, files.Load()).Predict("red foxes").Label);
    }

    /// <summary>Where single words decide, the bag of words is better than an encoder with random weights.</summary>
    [Fact]
    public void The_better_model_is_kept()
    {
        var random = new SplitMix64(2);
        string[] fillers = ["a", "b", "c", "red", "run", "?", "."];
        string data = scratch.Write("rows.tsv", string.Concat(Enumerable.Range(0, 120).Select(i =>
        {
            string[] words = [.. Enumerable.Range(0, 8).Select(_ => fillers[random.NextInt(fillers.Length)])];
            words[random.NextInt(8)] = i % 2 == 0 ? "fox" : "the";
            return $"{(i % 2 == 0 ? "x" : "y")}\t{string.Join(' ', words)}\n";
        })));
        using JsonDocument json = JsonDocument.Parse(
            Run("train", "--data", data, "--text", "--encoder", files.Folder, "--output", scratch.Path, "--json").Output);
        JsonElement root = json.RootElement;
        JsonElement[] candidates = [.. root.GetProperty("candidates").EnumerateArray()];
        Assert.Equal(2, candidates.Length);
        JsonElement best = candidates.MaxBy(candidate => candidate.GetProperty("score").GetDouble());
        Assert.True(best.GetProperty("chosen").GetBoolean());
        Assert.Equal("a bag of words", best.GetProperty("description").GetString());
        Assert.StartsWith("Chosen: a bag of words: accuracy ", root.GetProperty("chosen").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("encoder").ValueKind);
        Assert.NotNull(Model.Load<float>(scratch["rows.safetensors"]).Vectorizer);
        Assert.Contains(",x,", Run("predict", scratch["rows.safetensors"], "--text", "a fox").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_model_is_trained_again()
    {
        string data = WriteTable("kinds.csv");
        string[] args =
            ["train", "--data", data, "--text", "question", "--target", "kind", "--encoder", files.Folder, "--output", scratch.Path, "-q"];
        Run(args);
        byte[] first = File.ReadAllBytes(scratch["kinds.safetensors"]);
        Run(args);
        Assert.Equal(first, File.ReadAllBytes(scratch["kinds.safetensors"]));
    }

    [Theory]
    [InlineData("embed TEXTS --model NONE --output v.npy", "error: NONE: the encoder does not exist.")]
    [InlineData("embed TEXTS --model ENCODER", "error: Option '--output' is required; try --help.")]
    [InlineData("embed TEXTS --output v.npy", "error: Option '--model' is required; try --help.")]
    [InlineData(
        "embed TEXTS --model ENCODER --output TEXTS", "error: TEXTS: the output would overwrite the texts; choose another --output.")]
    [InlineData(
        "embed TEXTS --model ENCODER --output - --json", "error: --json cannot be used with --output -: standard output has the vectors.")]
    [InlineData(
        "embed TABLE --model ENCODER --output v.npy",
        "error: TABLE: name the column of a CSV file that has the texts by --text COLUMN.")]
    [InlineData("search a --in TEXTS --model ENCODER --top 0", "error: --top requires an integer of at least 1, not '0'; try --help.")]
    [InlineData("train --data TABLE --target kind --encoder ENCODER", "error: --encoder requires --text; try --help.")]
    [InlineData(
        "train --data TABLE --text question --target kind --encoder ENCODER --epochs 3",
        "error: --epochs cannot be used with --encoder; try --help.")]
    public void Misuse_is_one_line(string command, string error)
    {
        string texts = scratch.Write("texts.txt", "a b\nc\n"), table = WriteTable("t.csv");
        string Filled(string text) => text.Replace("TEXTS", texts).Replace("TABLE", table)
            .Replace("ENCODER", files.Folder).Replace("NONE", scratch["none"]);
        CommandRun run = CommandRun.Of([.. command.Split(' ').Select(Filled)]);
        Assert.Equal((1, "", $"{Filled(error)}\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_model_and_its_encoder_belong_together()
    {
        string data = WriteTable("kinds.csv");
        Run("train", "--data", data, "--text", "question", "--target", "kind", "--encoder", files.Folder, "--no-search", "-q", "--output",
            scratch.Path);
        string model = scratch["kinds.safetensors"];
        Assert.Contains(
            "name its folder by --encoder DIRECTORY", Error("predict", model, "--text", "a fox"), StringComparison.Ordinal);
        using var other = new TinyEncoder(width: 24);
        Assert.StartsWith(
            $"error: {model}: the classifier takes vectors of 20 numbers",
            Error("predict", model, "--text", "a fox", "--encoder", other.Folder),
            StringComparison.Ordinal);
        Assert.Contains(
            "trained without a sentence encoder",
            Error("predict", WriteBag(), "--text", "a fox", "--encoder", files.Folder),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_canceled_command_writes_nothing()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        string texts = scratch.Write("texts.txt", string.Join('\n', Texts));
        CommandRun run = CommandRun.Interrupted(
            ["embed", texts, "--model", files.Folder, "--output", scratch["v.npy"]], source.Token);
        Assert.Equal((Tool.Canceled, "", "canceled: nothing was saved.\n"), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(["texts.txt"], scratch.Files);
    }

    private static CommandRun Run(params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    private static string Error(params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        return run.Error;
    }

    private string WriteTable(string name) => scratch.Write(
        name, "kind,question\n" + string.Concat(Texts.Select((text, i) => $"{(i < 8 ? "animal" : "letter")},{text}\n")));

    private string WriteBag()
    {
        TextClassifier.Fit(["one two", "three four"], ["a", "b"]).Save(scratch["bag.safetensors"]);
        return scratch["bag.safetensors"];
    }
}
