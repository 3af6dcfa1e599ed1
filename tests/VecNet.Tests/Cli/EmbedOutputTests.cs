using System.Text.Json;

namespace VecNet.Tests;

/// <summary>What <c>vecnet embed</c> writes beside a file: a warning about texts that are cut, and vectors to standard output.</summary>
public sealed class EmbedOutputTests : IDisposable
{
    private static readonly string[] Texts =
        [.. Enumerable.Range(0, 16).Select(i => string.Concat(Enumerable.Repeat("fox ", i % 9)) + "a")];

    private readonly TinyEncoder files = new();
    private readonly ScratchDirectory scratch = new();

    public void Dispose()
    {
        files.Dispose();
        scratch.Dispose();
    }

    /// <summary>What the encoder does not read of a text is said in one line, and counted.</summary>
    [Theory]
    [InlineData(0, "")]
    [InlineData(
        1, "warning: 1 of 17 texts has more than the 12 tokens that the encoder reads; what follows them is ignored.\n")]
    [InlineData(
        2, "warning: 2 of 18 texts have more than the 12 tokens that the encoder reads; what follows them is ignored.\n")]
    public void Long_texts_are_reported(int count, string warning)
    {
        string texts = scratch.Write("texts.txt", string.Join('\n', [.. Texts, .. Enumerable.Repeat("a b c a b c a b c a b", count)]));
        string[] args = ["embed", texts, "--model", files.Folder, "--output", scratch["v.npy"]];
        Assert.Equal((0, warning), (CommandRun.Of(args).ExitCode, CommandRun.Of(args).Error));
        CommandRun run = CommandRun.Of([.. args, "--json"]);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal((warning, count), (run.Error, json.RootElement.GetProperty("truncated").GetInt32()));
    }

    /// <summary>The array goes to standard output and the summary to standard error; no file has the name "-".</summary>
    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    public void Vectors_are_written_to_standard_output(string name)
    {
        string texts = scratch.Write("texts.txt", string.Join('\n', Texts));
        WriteFile(texts);
        using var bytes = new MemoryStream();
        using StringWriter output = new(), error = new() { NewLine = "\n" };
        string[] args = ["embed", texts, "--model", files.Folder, "-o", name];
        int exitCode = Tool.Run(
            args, output, error, openOutput: () => bytes, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (exitCode, output.ToString()));
        Assert.Contains("Vectors       standard output (16 × 20)\n", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(scratch["v.npy"]), bytes.ToArray());
        Assert.False(File.Exists("-"));

        using var refused = new StringWriter { NewLine = "\n" };
        exitCode = Tool.Run(args, output, refused, terminal: true, () => 80, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"error: --output {name} requires a pipe or a file as standard output: the vectors are not text.\n", refused.ToString());
    }

    /// <summary>As other programs see it: through a pipe, and on a full disk.</summary>
    [Fact]
    public void Vectors_go_through_a_pipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a shell and /dev/full.");
        string texts = scratch.Write("texts.txt", string.Join('\n', Texts));
        WriteFile(texts);
        string[] args = ["embed", texts, "--model", files.Folder, "--output", "-"];
        using var piped = ToolProcess.InShell(scratch.Path, "\"$@\" | cat > w.npy", args);
        Assert.Equal(0, piped.WaitForExit());
        Assert.Equal(File.ReadAllBytes(scratch["v.npy"]), File.ReadAllBytes(scratch["w.npy"]));
        using var full = ToolProcess.InShell(scratch.Path, "exec \"$@\" > /dev/full", args);
        Assert.Equal(1, full.WaitForExit());
        Assert.StartsWith("error: standard output: cannot be written: No space left on device", full.Error, StringComparison.Ordinal);
        Assert.Equal(["texts.txt", "v.npy", "w.npy"], scratch.Files);
    }

    private void WriteFile(string texts) =>
        Assert.Equal(0, CommandRun.Of("embed", texts, "--model", files.Folder, "--output", scratch["v.npy"]).ExitCode);
}
