namespace VecNet.Tests;

/// <summary>A training run survives the loss of the terminal, pipe or file that it writes to.</summary>
public sealed class LostOutputTests : IDisposable
{
    private const string NotHere = "There are no such devices.";

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>The system sends SIGHUP to the leader of the terminal's session, and every write fails from then on.</summary>
    [Fact]
    public void A_closed_terminal_leaves_a_checkpoint()
    {
        ToolProcess.SkipWhereIgnored(ToolProcess.HangUp);
        Assert.SkipUnless(OperatingSystem.IsLinux(), NotHere);
        using var terminal = new PseudoTerminal();
        using var tool = ToolProcess.InShell(
            scratch.Path, $"exec setsid --ctty \"$@\" < {terminal.Path} > {terminal.Path} 2>&1", Arguments(epochs: 100_000));
        terminal.WaitFor("epoch 1");
        terminal.Dispose();
        Assert.Equal(129, tool.WaitForExit());
        Assert.Equal(["iris.checkpoint.safetensors"], scratch.Files);
        CommandRun refused = CommandRun.Of(
            [.. Arguments(epochs: 7), "--output", scratch.Path, "--resume", scratch["iris.checkpoint.safetensors"]]);
        Assert.Contains("100000 epochs", refused.Error.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>SIGHUP is ignored as under <c>nohup</c>, but the output is the terminal itself, as after a shell's <c>disown</c>.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("--quiet")]
    [InlineData("--json")]
    public void Where_SIGHUP_is_ignored_the_training_goes_on_to_its_model(string say)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), NotHere);
        Assert.Equal(0, ToolProcess.MakePipe(scratch["pipe.csv"], 0b110_000_000));
        using var terminal = new PseudoTerminal();
        using var tool = ToolProcess.InShell(
            scratch.Path,
            $"trap '' HUP; exec setsid --ctty \"$@\" < {terminal.Path} > {terminal.Path} 2>&1",
            ["train", "--data", "pipe.csv", "--target", "label", "--epochs", "100", .. say.Length > 0 ? new[] { say } : []]);
        using (var data = new FileStream(scratch["pipe.csv"], FileMode.Open, FileAccess.Write))
        {
            terminal.Dispose();
            tool.Send(ToolProcess.HangUp);
            data.Write(File.ReadAllBytes(TestData.PathOf("iris.csv")));
        }

        Assert.Equal(0, tool.WaitForExit());
        Assert.Contains("pipe.safetensors", scratch.Files);
    }

    /// <summary>The system sends one SIGHUP and the shell another; a session that ends sends SIGTERM, too.</summary>
    [Theory]
    [InlineData(129, ToolProcess.HangUp, ToolProcess.HangUp, ToolProcess.HangUp)]
    [InlineData(129, ToolProcess.HangUp, ToolProcess.Terminate, ToolProcess.HangUp)]
    [InlineData(143, ToolProcess.Terminate, ToolProcess.HangUp, ToolProcess.HangUp)]
    public void Several_signals_of_one_closing_leave_a_checkpoint(int exitCode, params int[] signals)
    {
        ToolProcess.SkipWhereIgnored(signals[0]);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such signals.");
        using var tool = new ToolProcess(scratch.Path, Arguments(epochs: 1_000_000));
        tool.WaitFor("       1 ");
        tool.Send(signals[0]);
        Array.ForEach(signals[1..], tool.SendIfAlive);

        // Signals that arrive together are handled in any order.
        int actual = tool.WaitForExit();
        Assert.True(actual == exitCode || (signals.Contains(ToolProcess.Terminate) && actual is 129 or 143), $"{actual}");
        Assert.Equal(["iris.checkpoint.safetensors"], scratch.Files);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    public void A_reader_that_goes_away_loses_nothing(string say)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NotHere);
        using var tool = ToolProcess.InShell(
            scratch.Path, "{ \"$@\"; echo $? > code; } | head -n 1", [.. Arguments(epochs: 300), .. say.Length > 0 ? new[] { say } : []]);
        tool.WaitForExit();
        Assert.Equal("0\n", File.ReadAllText(scratch["code"]));
        Assert.Contains("iris.safetensors", scratch.Files);
        Assert.Equal("", tool.Error);
    }

    /// <summary>An incomplete output file is a failure, but the model is saved.</summary>
    [Theory]
    [InlineData("> /dev/full", "No space left on device")]
    [InlineData(">&-", "Access to the path is denied.")]
    public void An_output_that_cannot_be_written_is_told_when_the_model_is_saved(string to, string complaint)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), NotHere);
        using var tool = ToolProcess.InShell(scratch.Path, $"exec \"$@\" {to}", Arguments(epochs: 20));
        Assert.Equal(1, tool.WaitForExit());
        Assert.StartsWith($"error: standard output: {complaint}", tool.Error, StringComparison.Ordinal);
        Assert.Contains("iris.safetensors", scratch.Files);
        Assert.DoesNotContain('\n', tool.Error);
    }

    [Theory]
    [InlineData("2> /dev/full")]
    [InlineData("2>&-")]
    public void Without_an_error_output_the_exit_code_still_tells(string to)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), NotHere);
        using var tool = ToolProcess.InShell(scratch.Path, $"exec \"$@\" {to}", "train", "--data", "none.csv", "--target", "y");
        Assert.Equal((1, ""), (tool.WaitForExit(), tool.Error));
    }

    private static string[] Arguments(int epochs) =>
        ["train", "--data", TestData.PathOf("iris.csv"), "--target", "label", "--hidden", "64", "--no-search", "--epochs", $"{epochs}"];
}
