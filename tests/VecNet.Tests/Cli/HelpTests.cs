using System.CommandLine;
using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>The help of every command has examples, and they are valid.</summary>
public sealed partial class HelpTests
{
    private static System.CommandLine.Command Tree =>
        CommandTree.Build(new CommandContext(TextWriter.Null, TextWriter.Null, terminal: false, TestContext.Current.CancellationToken));

    [Fact]
    public void Every_example_is_understood()
    {
        foreach ((string name, (string What, string Command)[] examples) in HelpText.Examples)
        {
            foreach ((string _, string command) in examples)
            {
                string[] words = [.. Word().Matches(command).Select(word => word.Value.Trim('\''))];
                Assert.Equal("vecnet", words[0]);
                ParseResult parsed = Tree.Parse(words[1..]);
                Assert.True(parsed.Errors.Count == 0, $"{command}: {string.Join("; ", parsed.Errors)}");
                Assert.True(name == "vecnet" || words.Skip(1).Take(name.Split(' ').Length).SequenceEqual(name.Split(' ')), command);
                Assert.Empty(name == "vecnet" ? [] : parsed.CommandResult.Command.Subcommands);
            }
        }
    }

    [Fact]
    public void Every_command_has_examples_and_tells_its_exit_codes()
    {
        foreach ((string[] path, System.CommandLine.Command command) in All(Tree, []))
        {
            CommandRun run = CommandRun.Of([.. path, "--help"]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(command.Name != "example", run.Output.Contains("Examples:", StringComparison.Ordinal));
            Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
            Assert.Contains("130", run.Output, StringComparison.Ordinal);
            Assert.All(
                command.Options.Where(option => !option.Hidden),
                option => Assert.Contains(option.Name, run.Output, StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// In a terminal of any width, even of one column or of an unknown width, nothing fails, and no word is split that fits
    /// into forty columns.
    /// </summary>
    [Fact]
    public void Every_command_s_help_is_readable_in_any_terminal()
    {
        foreach ((string[] path, _) in All(Tree, []))
        {
            string[] args = [.. path, "--help"];
            string atForty = Help(args, TerminalOutput.Narrowest);
            Assert.All(
                Enumerable.Range(-1, TerminalOutput.Narrowest + 1),
                width => Assert.Equal(width > 0 ? atForty : Help(args, 80), Help(args, width)));
            Assert.InRange(atForty.Count('\n'), 1, 400);
            Assert.Contains("Exit codes:", atForty, StringComparison.Ordinal);
        }

        static string Help(string[] args, int width)
        {
            using var output = new EndingWriter { NewLine = "\n" };
            using var error = new StringWriter();
            Assert.Equal(
                (0, ""),
                (
                    Tool.Run(
                        args, output, error, terminal: true, () => width, cancellationToken: TestContext.Current.CancellationToken),
                    error.ToString()));
            return output.ToString();
        }
    }

    /// <summary>A command and all commands inside it, each with the names that lead to it.</summary>
    private static IEnumerable<(string[] Path, System.CommandLine.Command Command)> All(
        System.CommandLine.Command command, string[] path) =>
        [(path, command), .. command.Subcommands.SelectMany(inner => All(inner, [.. path, inner.Name]))];

    /// <summary>A writer that fails if the help has no end.</summary>
    private sealed class EndingWriter : StringWriter
    {
        public override void Write(char value)
        {
            Assert.True(GetStringBuilder().Length < 100_000, "The help has no end.");
            base.Write(value);
        }

        public override void Write(string? value)
        {
            Assert.True(GetStringBuilder().Length < 100_000, "The help has no end.");
            base.Write(value);
        }
    }

    [GeneratedRegex("'[^']*'|[^ ]+")]
    private static partial Regex Word();
}
