using System.Diagnostics;

namespace VecNet.Tests;

/// <summary>
/// Arguments are taken literally, whatever they begin with: none names a file of further arguments or is a directive for the parser.
/// </summary>
public sealed class ArgumentTests : IDisposable
{
    private static readonly string[] Prefixes =
    [
        "", "@", "[", "-", "--", "/", "#", "$", "%", "!", "=", ":", "+", "\"", "'", "\\", "-o", "-o=", "--data", "--data=", "--json ",
        "[diagram]", "[env:A=b]", "@@",
    ];

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    public static TheoryData<string> Beginnings => [.. Prefixes];

    /// <summary>The model gets the whole text: the prediction is the same as for the text in a file.</summary>
    [Theory]
    [MemberData(nameof(Beginnings))]
    public void A_text_may_begin_with_anything(string prefix)
    {
        string model = TextModel();
        foreach (string text in (string[])[$"{prefix}alice merci", $"{prefix}word", $"{prefix}merci]"])
        {
            string data = scratch.Write("data.tsv", $"fr\t{text}\n");
            string expected = CommandRun.Of("predict", model, "--data", data).Output;
            Assert.StartsWith("row,label,probability\n0,", expected, StringComparison.Ordinal);

            // A separate argument that looks like an option and its value is taken for one, which is an error; --text= accepts it.
            bool looksLikeOption = prefix is "-o=" or "--data=";
            string[][] apart = looksLikeOption ? [] : [["--text", text]];
            foreach (string[] given in (string[][])[[$"--text={text}"], [$"--text:{text}"], .. apart])
            {
                CommandRun run = CommandRun.Of(["predict", model, .. given]);
                Assert.Equal((0, "", expected), (run.ExitCode, run.Error, run.Output));
            }
        }
    }

    /// <summary>A file of that name exists, and has other words than the text.</summary>
    [Fact]
    public void A_text_that_begins_with_an_at_sign_reads_no_file()
    {
        string model = TextModel();
        string file = scratch.Write("word", "the house of the cat");
        CommandRun run = CommandRun.Of("predict", model, "--text", $"@{file}");
        string data = scratch.Write("data.tsv", $"fr\t@{file}\n");
        Assert.Equal((0, CommandRun.Of("predict", model, "--data", data).Output), (run.ExitCode, run.Output));
        Assert.NotEqual(CommandRun.Of("predict", model, "--text", File.ReadAllText(file)).Output, run.Output);
    }

    [Fact]
    public void Paths_and_columns_may_begin_with_an_at_sign()
    {
        scratch.Write(
            "@rows.csv", "@a,@y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 2},{(i % 2 == 0 ? "@u" : "@v")}\n")));
        using var train = new ToolProcess(
            scratch.Path, "train", "--data", "@rows.csv", "--target", "@y", "--categorical", "@a", "--epochs", "2", "--quiet", "--output",
            "@out");
        Assert.Equal((0, ""), (train.WaitForExit(), train.Error));
        using var predict = new ToolProcess(
            scratch.Path, "predict", "@out/@rows.safetensors", "--data", "@rows.csv", "--output", "@predicted.csv");
        Assert.Equal(0, predict.WaitForExit());
        Assert.Contains("@predicted.csv", scratch.Files);
        using var inspect = new ToolProcess(scratch.Path, "inspect", "@rows.csv");
        Assert.Equal((0, ""), (inspect.WaitForExit(), inspect.Error));
    }

    /// <summary>
    /// The output is a link to a file that does not exist yet: the new file is in the link's directory, not in the root directory.
    /// </summary>
    [Fact]
    public void A_name_without_a_directory_may_be_a_link_to_a_new_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        string model = TextModel();
        string name = $"{Path.GetRandomFileName()}.csv";
        File.CreateSymbolicLink(scratch["link"], name);
        using var predict = new ToolProcess(scratch.Path, "predict", model, "--text", "merci", "--output", "link");
        Assert.Equal((0, ""), (predict.WaitForExit(), predict.Error));
        Assert.Contains(name, scratch.Files);
        Assert.False(File.Exists(Path.Combine(Path.GetPathRoot(scratch.Path)!, name)));
        Assert.Equal(name, new FileInfo(scratch["link"]).LinkTarget);
    }

    /// <summary>The file of standard output is not replaced: its content stays, and the output is appended.</summary>
    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    [InlineData("/dev/fd/1")]
    public void Standard_output_has_a_name(string name)
    {
        Assert.SkipUnless(name == "-" || File.Exists(name), $"There is no {name}.");
        scratch.Write("log", "before\n");
        using var predict = ToolProcess.InShell(
            scratch.Path, "{ \"$@\" && echo after; } >> log", "predict", TextModel(), "--text", "merci", "--output", name);
        Assert.Equal((0, ""), (predict.WaitForExit(), predict.Error));
        string[] lines = File.ReadAllLines(scratch["log"]);
        Assert.Equal(["before", "row,label,probability", "after"], [lines[0], lines[1], lines[^1]]);
        Assert.Equal(4, lines.Length);
        Assert.DoesNotContain("-", scratch.Files);
    }

    [Theory]
    [InlineData("[diagram]", "predict", "m", "--text", "merci")]
    [InlineData("[suggest]")]
    [InlineData("[env:A=b]", "example")]
    [InlineData("[merci]")]
    [InlineData("@file")]
    public void A_first_argument_that_is_no_command_is_refused(string first, params string[] others)
    {
        CommandRun run = CommandRun.Of([first, .. others]);
        Assert.Equal((1, "", $"error: Unrecognized command or argument '{first}'; try --help.\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("@file")]
    [InlineData("[diagram]")]
    public void The_benchmarks_take_no_argument_for_a_file_of_arguments(string argument)
    {
        scratch.Write("file", "matmul\n--list\n");
        string program = Path.Combine(Repository.Root, "perf", "VecNet.Benchmarks", "bin", "Release", "net10.0", "VecNet.Benchmarks.dll");
        string[] others = argument[0] == '@' ? [] : ["matmul", "--list"];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, "compare", argument, .. others])
        {
            RedirectStandardError = true,
            WorkingDirectory = scratch.Path,
        })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.StartsWith($"error: '{argument}' is not known here; try compare", error, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
    }

    /// <summary>Every parser in the sources has this configuration.</summary>
    [Fact]
    public void No_parser_is_left_as_it_comes()
    {
        string[] parsers = [.. ((string[])["src", "perf"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .Where(text => text.Contains("ParseResult parsed = ", StringComparison.Ordinal)
                || text.Contains("new RootCommand", StringComparison.Ordinal))];
        Assert.True(parsers.Length >= 2);
        Assert.All(parsers, text => Assert.Contains("ResponseFileTokenReplacer = null", text, StringComparison.Ordinal));
    }

    private string TextModel()
    {
        IEnumerable<string> lines = Enumerable.Range(0, 20).Select(i => $"fr\tmerci alice word{i % 3}\nen\tthanks house word{i % 3}\n");
        string data = scratch.Write("languages.tsv", string.Concat(lines));
        Assert.Equal(0, CommandRun.Of("train", "--data", data, "--text", "--epochs", "20", "--quiet", "--output", scratch.Path).ExitCode);
        return scratch["languages.safetensors"];
    }
}
