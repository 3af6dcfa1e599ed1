using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Reflection;

namespace VecNet.Benchmarks.Comparing;

/// <summary>The command <c>compare</c>.</summary>
internal static class CompareCommand
{
    internal const string Word = "compare";

    /// <summary>Writes the report to the output, progress and complaints to the error writer, and returns the exit code.</summary>
    internal static int Run(string[] args, TextWriter output, TextWriter error, TimeProvider timeProvider)
    {
        var compare = new Command(Word, "Measures VecNet beside other libraries.") { new HelpOption { Recursive = true } };
        foreach (Subject subject in Subject.All)
        {
            compare.Subcommands.Add(Build(subject, output, error, timeProvider));
        }

        // Arguments mean what they say: none names a file that holds others.
        ParseResult parsed = compare.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Token? directive = parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive);
        if (parsed.Action is ParseErrorAction || directive is not null)
        {
            string? unknown = directive?.Value ?? (parsed.UnmatchedTokens is [string first, ..] ? first : null);
            string problem = unknown is null ? parsed.Errors[0].Message : $"'{unknown}' is not known here";
            string line = string.Join(' ', problem.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
            string known = parsed.CommandResult.Command.Name == Word ? "" : $" {parsed.CommandResult.Command.Name}";
            error.WriteLine($"error: {line}; try {Word}{known} --help.");
            return 1;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (PeerException problem)
        {
            error.WriteLine($"error: VecNet {problem.Message}.");
            return 1;
        }
    }

    /// <summary>Starts this program again under the limit, with the same arguments, and returns its exit code.</summary>
    private static int Restart(VectorLimit limit, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(PeerLaunch.DotnetHost, [Assembly.GetExecutingAssembly().Location, Word, .. args]);
        start.Environment[VectorLimit.Variable] = $"{limit.Bits}";
        start.Environment[limit.DotnetSwitch] = "0";
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static Command Build(Subject subject, TextWriter output, TextWriter error, TimeProvider timeProvider)
    {
        var quick = new Option<bool>("--quick") { Description = subject.Help.Quick };
        var json = new Option<bool>("--json") { Description = "Adds a last line: everything as one JSON object." };
        var list = new Option<bool>("--list") { Description = "Only names the rows." };
        var chart = new Option<string?>("--chart") { Description = "Also draws a chart.", HelpName = "FILE.svg" };
        var only = new Option<string[]>("--group")
        {
            Description = "Only these groups of rows. [default: all]",
            HelpName = "GROUP …",
            AllowMultipleArgumentsPerToken = true,
        };
        var vectors = new Option<string?>("--vectors")
        {
            Description = "Holds VecNet and every peer to vectors of so many bits. [default: the widest of each]",
            HelpName = "BITS",
        };
        vectors.AcceptOnlyFromAmong([.. VectorLimit.All.Select(limit => $"{limit.Bits}")]);
        only.AcceptOnlyFromAmong([.. subject.Groups(false).Select(group => group.Name)]);
        var command = new Command(subject.Word, subject.Help.Full) { quick, json, only, vectors, list };
        if (subject.Chart is not null)
        {
            command.Options.Add(chart);
        }

        command.SetAction(parsed =>
        {
            bool isQuick = parsed.GetValue(quick);
            string[] wanted = parsed.GetValue(only) ?? [];
            RowGroup[] groups = [.. subject.Groups(isQuick).Where(group => wanted is [] || wanted.Contains(group.Name))];
            if (parsed.GetValue(list))
            {
                groups.SelectMany(group => group.Rows).ToList().ForEach(row => output.WriteLine(row.Name));
                return 0;
            }

            if (VectorLimit.Of(parsed.GetValue(vectors)) is { } limit && limit != VectorLimit.InForce)
            {
                return Restart(limit, parsed.Tokens.Select(token => token.Value));
            }

            using var comparison = new Comparison(subject, isQuick, error, timeProvider.GetLocalNow());
            CompareReport report = comparison.Run(groups);
            MarkdownReport.Write(report, output);
            error.WriteLine($"Results of this processor are kept in {ResultsFolder.Here}/{subject.Word}.md.");
            if (subject.Chart is { } draw && parsed.GetValue(chart) is { } path)
            {
                draw(report).Save(path);
            }

            if (parsed.GetValue(json))
            {
                output.WriteLine();
                output.WriteLine(JsonReport.Write(report));
            }

            return 0;
        });
        return command;
    }
}
