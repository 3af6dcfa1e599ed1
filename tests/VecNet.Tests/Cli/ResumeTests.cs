using System.Text.Json;

namespace VecNet.Tests;

/// <summary>
/// After Ctrl-C, there is a checkpoint and a command that resumes from it, with the same bits as an uninterrupted training run.
/// </summary>
public sealed class ResumeTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>The test runs separate processes; the second runs the command that the first has printed.</summary>
    [Theory]
    [InlineData(ToolProcess.Interrupt, 130)]
    [InlineData(ToolProcess.Terminate, 143)]
    [InlineData(ToolProcess.HangUp, 129)]
    public void A_signal_saves_a_checkpoint_and_the_printed_command_goes_on_bit_for_bit(int signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such signals.");
        ToolProcess.SkipWhereIgnored(signal);
        File.Copy(TestData.PathOf("iris.csv"), scratch["a flower's.csv"]);
        string[] arguments =
        [
            "train", "--data", "a flower's.csv", "--target", "label", "--hidden", "64", "--no-search", "--epochs", "4000",
            "--output", "out",
        ];
        using var first = new ToolProcess(scratch.Path, arguments);
        first.WaitFor("       1 ");
        first.Send(signal);
        Assert.Equal(exitCode, first.WaitForExit());
        Assert.Equal(["a flower's.csv", "out/a flower's.checkpoint.safetensors"], scratch.Files);
        const string Command = "vecnet train --data 'a flower'\\''s.csv' --target label --hidden 64 --no-search --epochs 4000 --output out "
            + "--resume 'out/a flower'\\''s.checkpoint.safetensors'";
        Assert.Matches(
            $"^interrupted after [0-9,]+ steps; to resume, run: {System.Text.RegularExpressions.Regex.Escape(Command)}$", first.Error);

        using var second = new ToolProcess(scratch.Path, [.. arguments, "--json", "--resume", "out/a flower's.checkpoint.safetensors"]);
        Assert.Equal((0, ""), (second.WaitForExit(), second.Error));
        CommandRun whole = CommandRun.Of(
            "train", "--data", scratch["a flower's.csv"], "--target", "label", "--hidden", "64", "--no-search", "--epochs", "4000",
            "--output", scratch["whole"], "--json");
        Assert.Equal(Hash(whole), JsonDocument.Parse(second.Output).RootElement.GetProperty("parametersHash").GetString());
    }

    /// <summary>A process that waits for a pipe does not react to the first signal.</summary>
    [Fact]
    public void A_second_signal_ends_the_process_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such signals.");
        ToolProcess.SkipWhereIgnored(ToolProcess.Interrupt);
        Assert.Equal(0, ToolProcess.MakePipe(scratch["pipe.csv"], 0b110_000_000));
        using var tool = new ToolProcess(scratch.Path, "train", "--data", "pipe.csv", "--target", "y");
        using var writer = new FileStream(scratch["pipe.csv"], FileMode.Open, FileAccess.Write);
        tool.Send(ToolProcess.Interrupt);
        Thread.Sleep(500);
        Assert.True(tool.IsAlive, tool.Error);
        tool.Send(ToolProcess.Interrupt);
        Assert.Equal(130, tool.WaitForExit());
        Assert.Equal(["pipe.csv"], scratch.Files);
    }

    /// <summary>A run with a search is interrupted in the final training, which needs the results of the search.</summary>
    [Theory]
    [InlineData("--hidden", "16")]
    [InlineData("--seed", "2")]
    public void Interrupted_twice_after_a_search_nothing_is_different(params string[] options)
    {
        string data = scratch.Write("many.csv", ManyRows());
        string[] arguments = ["train", "--data", data, "--target", "y", "--epochs", "10", .. options];
        CommandRun whole = CommandRun.Of([.. arguments, "--output", scratch["whole"], "--json"]);
        string expected = Hash(whole);
        string checkpoint = scratch["parts/many.checkpoint.safetensors"];
        string[] parts = [.. arguments, "--output", scratch["parts"]];
        Assert.Contains("to resume, run: vecnet train", Interrupted(parts, lines: 3).Error, StringComparison.Ordinal);
        Assert.Contains(" 10 epochs,", SafetensorsFile.Read(checkpoint).Metadata["vecnet.train"], StringComparison.Ordinal);
        CommandRun again = Interrupted([.. parts, "--resume", checkpoint], lines: 2);
        Assert.Equal(130, again.ExitCode);
        Assert.Equal(1, again.Error.Split("--resume").Length - 1);
        CommandRun last = CommandRun.Of([.. parts, "--resume", checkpoint, "--json"]);
        Assert.Equal(expected, Hash(last));
        Assert.Equal(Chosen(whole), Chosen(last));
        Assert.True(JsonDocument.Parse(last.Output).RootElement.GetProperty("samplesPerSecond").GetDouble() > 0);

        static string Chosen(CommandRun run) => JsonDocument.Parse(run.Output).RootElement.GetProperty("candidates").GetRawText();
    }

    [Fact]
    public void The_digits_go_on_too()
    {
        string[] arguments = ["--epochs", "10", "--output", scratch.Path];
        string expected = Hash(CommandRun.Of([.. arguments, "--json"]));
        Assert.StartsWith("interrupted after ", Interrupted(arguments, lines: 2).Error, StringComparison.Ordinal);
        Assert.Equal(
            expected, Hash(CommandRun.Of([.. arguments, "--json", "--resume", scratch["vecnet-digits.checkpoint.safetensors"]])));
    }

    [Fact]
    public void A_checkpoint_of_something_else_is_refused_in_one_line_that_says_of_what()
    {
        string data = scratch.Write(
            "data.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 7},{i % 5},{i % 2}\n")));
        string[] arguments =
            ["train", "--data", data, "--target", "y", "--epochs", "50", "--hidden", "64", "--no-search", "--output", scratch.Path];
        Assert.Equal(130, Interrupted(arguments, lines: 1).ExitCode);
        string checkpoint = scratch["data.checkpoint.safetensors"];
        string[] files = scratch.Files;
        Refuses(
            $"{checkpoint}: the checkpoint is of a different network: 2 → 64 → 2, ReLU, dropout 0.1; 322 parameters. This run has 2 "
                + "→ 8 → 2, ReLU, dropout 0.1; 42 parameters.",
            [.. arguments[..7], "--hidden", "8", .. arguments[9..]]);
        Refuses(
            $"{checkpoint}: the checkpoint has different hyperparameters: AdamW, maximum learning rate 0.01, weight decay 0.1, 50 epochs, "
                + "seed 0. This run has AdamW, maximum learning rate 0.01, weight decay 0.1, 50 epochs, seed 1.",
            [.. arguments, "--seed", "1"]);
        File.WriteAllText(data, File.ReadAllText(data).Replace("6,1,0", "6,2,0", StringComparison.Ordinal));
        Refuses(
            $"{checkpoint}: the checkpoint was saved with different data ({data}): the rows, their split or the preprocessing options "
                + $"differ from those of this run ({data}).",
            arguments);
        Assert.Equal(files, scratch.Files);

        void Refuses(string complaint, string[] args) => RefusesFile(complaint, args, checkpoint);
    }

    [Fact]
    public void What_is_no_checkpoint_is_refused()
    {
        string[] arguments =
        [
            "train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--epochs", "50", "--hidden", "4", "--no-search",
            "--output", scratch.Path,
        ];
        RefusesFile($"{scratch["no"]}: the checkpoint does not exist.", arguments, scratch["no"]);
        RefusesFile($"{scratch.Path}: this is a directory, not a checkpoint.", arguments, scratch.Path);
        RefusesFile("--resume requires a path that is not empty; try --help.", arguments, "");
        new Model<float>(new NeuralNetwork<float>(1, 2, [], new ReLU<float>())).Save(scratch["model"]);
        RefusesFile(
            $"{scratch["model"]}: the file is not a checkpoint of vecnet, which an interrupted training run saves.",
            arguments,
            scratch["model"]);
        Assert.Equal(130, Interrupted(arguments, lines: 1).ExitCode);
        string checkpoint = scratch["iris.checkpoint.safetensors"];
        byte[] bytes = File.ReadAllBytes(checkpoint);
        for (int length = 0; length < bytes.Length; length += 97)
        {
            File.WriteAllBytes(checkpoint, bytes[..length]);
            CommandRun run = CommandRun.Of([.. arguments, "--resume", checkpoint]);
            Assert.Equal((1, "", 1), (run.ExitCode, run.Output, run.Error.Count('\n')));
            Assert.StartsWith($"error: {checkpoint}", run.Error, StringComparison.Ordinal);
        }

        File.WriteAllBytes(checkpoint, bytes);
        Refused("\"history\":[[1,50", "\"history\":[[1,\"x\"");
        Refused("\"history\":[[1", "\"epochs\":[[");

        void Refused(string part, string other)
        {
            SafetensorsFile file = SafetensorsFile.Read(checkpoint);
            string text = file.Metadata["vecnet.train"];
            Assert.Contains(part, text, StringComparison.Ordinal);
            var metadata = new Dictionary<string, string>(file.Metadata)
            {
                ["vecnet.train"] = text.Replace(part, other, StringComparison.Ordinal),
            };
            string changed = scratch["changed"];
            AtomicFile.Write(changed, new SafetensorsFile(file.Tensors, metadata).Write);
            RefusesFile($"{changed}: the checkpoint is damaged.", arguments, changed);
        }
    }

    [Fact]
    public void A_model_does_not_take_the_place_of_the_checkpoint_it_comes_from()
    {
        string[] arguments =
        [
            "train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--epochs", "50", "--output", scratch.Path,
        ];
        Interrupted(arguments, lines: 1);
        File.Move(scratch["iris.checkpoint.safetensors"], scratch["iris.safetensors"]);
        RefusesFile(
            $"{scratch["iris.safetensors"]}: the output would overwrite the checkpoint to resume from; choose another --output.",
            arguments,
            scratch["iris.safetensors"]);
    }

    private static void RefusesFile(string complaint, string[] args, string checkpoint)
    {
        CommandRun run = CommandRun.Of([.. args, "--resume", checkpoint, "--json"]);
        Assert.Equal((1, "", $"error: {complaint}\n"), (run.ExitCode, run.Output, run.Error));
    }

    /// <summary>Runs a command and cancels it after a number of lines.</summary>
    private static CommandRun Interrupted(string[] args, int lines)
    {
        using var cancellation = new CancellationTokenSource();
        int seen = 0;
        using var output = new InterferingWriter(() =>
        {
            if (++seen == lines)
            {
                cancellation.Cancel();
            }
        });
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = Tool.Run(args, output, error, cancellationToken: cancellation.Token);
        return new(exitCode, output.ToString(), error.ToString());
    }

    private static string Hash(CommandRun run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("parametersHash").GetString()!;
    }

    private static string ManyRows()
    {
        var random = new SplitMix64(1);
        return "x,z,y\n" + string.Concat(Enumerable.Range(0, 1400).Select(_ =>
        {
            (double x, double z) = (random.NextNormal(), random.NextNormal());
            return FormattableString.Invariant($"{x},{z},{(x * z > 0 ? 1 : 0)}\n");
        }));
    }
}
