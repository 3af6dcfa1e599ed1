using System.Text.Json;
using VecNet.Cli.Generation;

namespace VecNet.Tests;

/// <summary>The commands that train language models and write with them.</summary>
public sealed class GenerateTests : IDisposable
{
    private static readonly string[] Small =
        ["--width", "16", "--layers", "1", "--heads", "2", "--context", "16", "--batch-size", "4", "--learning-rate", "0.01"];

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_text_is_learnt_and_written()
    {
        string text = scratch.Write("a text.txt", Text());
        CommandRun trained = Run(["generate", "train", "--text", text, "--steps", "500", "--output", scratch["out"], .. Small]);
        Assert.Equal(
            ["a text.txt", "out/a text.curves.png", "out/a text.curves.svg", "out/a text.safetensors"], scratch.Files);
        Assert.Contains("4,000 characters, 4,000 tokens, 6 different characters", trained.Output);
        Assert.Matches("       1 +[0-9.]+ +[0-9.]+ +[0-9,]+ +[0-9]+ s   .+", trained.Output);
        Assert.Matches("Loss +[0-9.]+ in the last epoch, on the validation text 0.[0-9]+", trained.Output);
        string model = scratch["out/a text.safetensors"];
        CommandRun written = Run("generate", "write", model, "--prompt", "one ", "--tokens", "40", "--temperature", "0.3");
        Assert.StartsWith("one ", written.Output);
        Assert.Contains("one two one", written.Output);
        Assert.Equal(45, written.Output.Length);
        using JsonDocument json = JsonDocument.Parse(Run(
            "generate", "write", model, "--prompt", "one ", "--tokens", "40", "--temperature", "0.3", "--json").Output);
        Assert.Equal(written.Output, json.RootElement.GetProperty("prompt").GetString() + json.RootElement.GetProperty("text") + "\n");
        Assert.Contains("text", Run("inspect", model).Output);
        Assert.Contains("6 characters", Run("inspect", model).Output);
        Assert.Matches("predicts +the next token", Run("inspect", model).Output);
    }

    [Fact]
    public void An_interrupted_run_goes_on_bit_for_bit()
    {
        string text = scratch.Write("text.txt", Text());
        string[] arguments = ["generate", "train", "--text", text, "--steps", "600", "--vocabulary", "262", .. Small];
        CommandRun whole = Run([.. arguments, "--output", scratch["whole"], "--json"]);
        string[] parts = [.. arguments, "--output", scratch["parts"]];
        string checkpoint = scratch["parts/text.checkpoint.safetensors"];
        using var stop = new CancellationTokenSource();
        using var output = new InterferingSampleWriter(stop.Cancel);
        using var error = new StringWriter();
        Assert.Equal(130, Tool.Run(parts, output, error, cancellationToken: stop.Token));
        Assert.StartsWith("interrupted after 200 steps; to resume, run: vecnet generate train", error.ToString());
        CommandRun other = CommandRun.Of([.. parts, "--resume", checkpoint, "--seed", "1"]);
        Assert.Equal((1, true), (other.ExitCode, other.Error.Contains("different hyperparameters")));
        CommandRun again = Run([.. parts, "--resume", checkpoint, "--json"]);
        Assert.Equal(Property(whole, "parametersHash"), Property(again, "parametersHash"));
        Assert.Equal(Property(whole, "validationLoss"), Property(again, "validationLoss"));
        Assert.Equal(Property(whole, "sample"), Property(again, "sample"));
    }

    [Fact]
    public void One_of_anything_is_not_many()
    {
        CommandRun run = Run(
            "generate", "train", "--text", scratch.Write("text.txt", Text()), "--output", scratch.Path, "--width", "8", "--layers", "1",
            "--heads", "1", "--context", "4", "--steps", "1", "--batch-size", "1");
        Assert.Contains("1 block of width 8 with 1 head, context 4, 6 tokens", run.Output);
        Assert.Contains("1 step of 1 window,", run.Output);
        string one = scratch.Write("one.txt", "a");
        Assert.Contains("the text has 1 token;", CommandRun.Of("generate", "train", "--text", one).Error);
    }

    /// <summary>There is nothing to save or to resume: what was written is on the screen.</summary>
    [Theory]
    [InlineData(false, "canceled after 1 token.\n")]
    [InlineData(true, "canceled: nothing was written.\n")]
    public void Writing_can_be_canceled(bool json, string message)
    {
        string text = scratch.Write("text.txt", Text());
        Run(["generate", "train", "--text", text, "--steps", "2", "--output", scratch.Path, .. Small]);
        using var stop = new CancellationTokenSource();
        using var output = new InterferingWriter(stop.Cancel);
        using var error = new StringWriter();
        if (json)
        {
            stop.Cancel();
        }

        string[] arguments =
            ["generate", "write", scratch["text.safetensors"], "--prompt", "one", .. json ? ["--json"] : Array.Empty<string>()];
        Assert.Equal(130, Tool.Run(arguments, output, error, cancellationToken: stop.Token));
        Assert.Equal(message, error.ToString());
        Assert.Equal(json ? 0 : 5, output.ToString().Length);
    }

    [Fact]
    public void The_built_in_text_is_VecNet_s_own()
    {
        string text = EmbeddedText.Read();
        Assert.Contains("namespace VecNet;", text);
        Assert.Contains("# The mathematics", text);
        Assert.DoesNotContain('\uFFFD', text);
        Assert.InRange(text.Length, 300_000, 1_000_000);
        using JsonDocument json = JsonDocument.Parse(
            Run(["generate", "train", "--steps", "2", "--output", scratch.Path, "--json", .. Small]).Output);
        Assert.Equal(GenerationSource.BuiltInVocabulary, json.RootElement.GetProperty("vocabulary").GetInt32());
        Assert.True(File.Exists(scratch["vecnet-text.safetensors"]));
    }

    [Fact]
    public void A_live_display_shows_steps_and_samples()
    {
        string text = scratch.Write("text.txt", Text());
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = Tool.Run(
            ["generate", "train", "--text", text, "--steps", "300", "--output", scratch["out"], .. Small],
            output, error, terminal: true, () => 100, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (exitCode, error.ToString()));
        Assert.Contains("300 of 300", output.ToString());
    }

    [Fact]
    public void Mistakes_are_explained_in_one_line()
    {
        string text = scratch.Write("text.txt", Text());
        Run(["generate", "train", "--text", text, "--steps", "2", "--output", scratch.Path, .. Small]);
        string model = scratch["text.safetensors"];
        new Model<float>(new NeuralNetwork<float>(1, [new Tanh<float>()])).Save(scratch["other.safetensors"]);
        File.WriteAllBytes(scratch["bytes.txt"], [0xC3, 0x28, 0x61]);
        Fails("does not exist", "generate", "train", "--text", scratch["none.txt"]);
        Fails("not UTF-8", "generate", "train", "--text", scratch["bytes.txt"]);
        Fails("is empty", "generate", "train", "--text", scratch.Write("empty.txt", ""));
        Fails("has 3 tokens", "generate", "train", "--text", scratch.Write("short.txt", "abc"));
        Fails("does not know the character 'X'", "generate", "train", "--text", text, "--prompt", "X");
        Fails("--width must be a multiple of --heads, 3, not 128", "generate", "train", "--text", text, "--heads", "3");
        Fails("limit is 100,000,000", "generate", "train", "--text", text, "--width", "4096");
        Fails("--vocabulary requires", "generate", "train", "--vocabulary", "255");
        Fails("--dropout requires a number", "generate", "train", "--dropout", "1");
        Fails("Required command was not provided", "generate");
        Fails("must come after the command 'train'", "--seed", "1", "generate", "train");
        Fails("does not write texts", "generate", "write", scratch["other.safetensors"], "--prompt", "a");
        Fails(
            "--prompt: The tokenizer does not know the character 'X' (U+0058) at position 3",
            "generate", "write", model, "--prompt", "oneX");
        Fails("--prompt requires a text", "generate", "write", model, "--prompt", "");
        Fails("'--prompt' is required", "generate", "write", model);
        Fails("--top-p requires a number above 0", "generate", "write", model, "--prompt", "o", "--top-p", "0");
        Fails("--temperature requires", "generate", "write", model, "--prompt", "o", "--temperature", "hot");
        Fails("limit is 100,000,000", "generate", "train", "--text", text, "--width", "1518500249", "--heads", "1");
        Fails(
            "--batch-size 2147483647 with --context 64: there are too many tokens",
            "generate", "train", "--text", text, "--batch-size", "2147483647");
        Fails(
            "--batch-size 5000000 with --context 1: there are too many tokens",
            "generate", "train", "--text", text, "--batch-size", "5000000", "--context", "1", "--steps", "1", "--quiet");
        Fails("diverged", "generate", "train", "--text", text, "--width", "16", "--steps", "20", "--learning-rate", "1e30", "--quiet");
        Fails("the model writes texts", "predict", model, "--text", "one");
        Fails("the model writes texts", "predict", model, "--data", scratch.Write("one.csv", "x\n1\n"));
        Fails("the model writes texts", "evaluate", model, "--data", TestData.PathOf("iris.csv"));

        static void Fails(string part, params string[] arguments)
        {
            CommandRun run = CommandRun.Of(arguments);
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.StartsWith("error: ", run.Error);
            Assert.Equal(1, run.Error.Count('\n'));
            Assert.Contains(part, run.Error);
        }
    }

    private static string Text() => string.Concat(Enumerable.Repeat("one two ", 500));

    private static string Property(CommandRun run, string name) =>
        JsonDocument.Parse(run.Output).RootElement.GetProperty(name).GetRawText();

    private static CommandRun Run(params string[] arguments)
    {
        CommandRun run = CommandRun.Of(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    /// <summary>Calls an action after the first token.</summary>
    private sealed class InterferingWriter(Action interfere) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value!.Length == 1)
            {
                interfere();
            }
        }
    }

    /// <summary>Calls an action after the first epoch.</summary>
    private sealed class InterferingSampleWriter(Action interfere) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.StartsWith("       1 ", StringComparison.Ordinal))
            {
                interfere();
            }
        }
    }
}
