using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Diagnostics;

namespace VecNet.Benchmarks.Comparing;

/// <summary>The command <c>compare</c>.</summary>
internal static class CompareCommand
{
    internal const string Word = "compare";

    /// <summary>Arguments mean what they say: none names a file that holds others.</summary>
    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null };

    /// <summary>Writes the report to the output, progress and complaints to the error writer, and returns the exit code.</summary>
    internal static int Run(string[] args, TextWriter output, TextWriter error, TimeProvider timeProvider)
    {
        var compare = new Command(Word, "Measures VecNet beside other libraries.") { new HelpOption { Recursive = true } };
        foreach (Subject subject in Subject.All)
        {
            compare.Subcommands.Add(Build(subject, output, error, timeProvider));
        }

        ParseResult parsed = compare.Parse(args, Plain);
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
        only.AcceptOnlyFromAmong([.. subject.Groups(false).Select(group => group.Name)]);
        var command = new Command(subject.Word, subject.Help.Full) { quick, json, only, list };
        if (subject.Chart is not null)
        {
            command.Options.Add(chart);
        }

        command.SetAction(parsed =>
        {
            string[] wanted = parsed.GetValue(only) ?? [];
            bool IsWanted(RowGroup group) => wanted.Length == 0 || wanted.Contains(group.Name);
            RowGroup[] groups = [.. subject.Groups(parsed.GetValue(quick)).Where(IsWanted)];
            if (parsed.GetValue(list))
            {
                foreach (ComparedRow row in groups.SelectMany(group => group.Rows))
                {
                    output.WriteLine(row.Name);
                }

                return;
            }

            CompareReport report = Measure(subject, groups, parsed.GetValue(quick), error, timeProvider.GetLocalNow());
            MarkdownReport.Write(report, output);
            if (subject.Chart is { } draw && parsed.GetValue(chart) is { } path)
            {
                using LineChart drawn = draw(report);
                drawn.Save(path);
            }

            if (parsed.GetValue(json))
            {
                output.WriteLine();
                output.WriteLine(JsonReport.Write(report));
            }
        });
        return command;
    }

    private static CompareReport Measure(
        Subject subject, IReadOnlyList<RowGroup> groups, bool quick, TextWriter error, DateTimeOffset date)
    {
        long start = Stopwatch.GetTimestamp();
        error.WriteLine("starting the peers …");
        IReadOnlyList<Contender> contenders = Contenders.Start(subject.Contenders);
        try
        {
            foreach (Contender contender in contenders)
            {
                if (contender.IsPresent)
                {
                    contender.LeftOut.ToList().ForEach(line => error.WriteLine($"{contender.Name} goes without {line}"));
                    continue;
                }

                error.WriteLine($"{contender.Name} is missing: {contender.Missing}");
                if (contender.Standing == Standing.Judged)
                {
                    throw new PeerException(contender.Missing!);
                }
            }

            ComparedRow[] rows = [.. groups.SelectMany(group => group.Rows)];
            using var comparison = new Comparison(subject, contenders, quick ? subject.Paces.Quick : subject.Paces.Full);
            var verdicts = new Queue<RowVerdict>(comparison.Run(rows, (result, done, left) =>
                error.WriteLine($"{done} of {rows.Length}, {left:m\\:ss} left: {result.Text}")));
            GroupVerdict[] all = [.. groups.Select(group => new GroupVerdict(group, [.. group.Rows.Select(_ => verdicts.Dequeue())]))];
            MachineDescription machine = MachineDescription.Read();
            return new CompareReport(subject, machine, date, quick, Stopwatch.GetElapsedTime(start), comparison.Peaks, contenders, all);
        }
        finally
        {
            foreach (Contender contender in contenders)
            {
                contender.Dispose();
            }
        }
    }
}
