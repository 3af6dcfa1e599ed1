using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Reporting;

namespace VecNet.Benchmarks.Comparing;

/// <summary>The command <c>compare</c>.</summary>
internal static class CompareCommand
{
    internal const string Word = "compare";

    /// <summary>Arguments mean what they say: none names a file that holds others.</summary>
    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null };

    private static readonly char[] Whitespace = [' ', '\t', '\r', '\n'];

    /// <summary>Runs the command.</summary>
    /// <param name="args">What follows the word.</param>
    /// <param name="output">For the report.</param>
    /// <param name="error">For progress and complaints.</param>
    /// <param name="timeProvider">Dates the report.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] args, TextWriter output, TextWriter error, TimeProvider timeProvider)
    {
        ParseResult parsed = Build(output, error, timeProvider).Parse(args, Plain);
        if (parsed.Action is ParseErrorAction || parsed.Tokens.Any(token => token.Type == TokenType.Directive))
        {
            string problem = parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive) is { } directive
                ? $"'{directive.Value}' is not known here"
                : parsed.UnmatchedTokens is [string unknown, ..] ? $"'{unknown}' is not known here" : parsed.Errors[0].Message;
            string line = string.Join(' ', problem.Split(Whitespace, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
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

    private static Command Build(TextWriter output, TextWriter error, TimeProvider timeProvider)
    {
        var compare = new Command(Word, "Measures VecNet beside other libraries.") { new HelpOption { Recursive = true } };
        foreach (Subject subject in Subject.All)
        {
            compare.Subcommands.Add(Build(subject, output, error, timeProvider));
        }

        return compare;
    }

    private static Command Build(Subject subject, TextWriter output, TextWriter error, TimeProvider timeProvider)
    {
        var quick = new Option<bool>("--quick") { Description = subject.QuickDescription };
        var json = new Option<bool>("--json") { Description = "Adds a last line: everything as one JSON object." };
        var list = new Option<bool>("--list") { Description = "Only names the rows." };
        var chart = new Option<string?>("--chart") { Description = "Also draws a chart.", HelpName = "FILE.svg" };
        var only = new Option<string[]>("--group")
        {
            Description = "Only these groups of rows. [default: all]",
            HelpName = "GROUP …",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong([.. subject.Groups(quick: false).Select(group => group.Name)]);
        var command = new Command(subject.Word, subject.Description) { quick, json, only, list };
        if (subject.Chart is not null)
        {
            command.Options.Add(chart);
        }

        command.SetAction(parsed =>
        {
            string[] wanted = parsed.GetValue(only) ?? [];
            RowGroup[] groups = [.. subject.Groups(parsed.GetValue(quick)).Where(group => wanted.Length == 0 || wanted.Contains(group.Name))];
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
                draw(report, path);
            }

            if (parsed.GetValue(json))
            {
                output.WriteLine();
                output.WriteLine(JsonReport.Write(report));
            }
        });
        return command;
    }

    private static CompareReport Measure(Subject subject, IReadOnlyList<RowGroup> groups, bool quick, TextWriter error, DateTimeOffset date)
    {
        long start = Stopwatch.GetTimestamp();
        error.WriteLine("starting the peers …");
        IReadOnlyList<Contender> contenders = subject.Start();
        try
        {
            foreach (Contender missing in contenders.Where(contender => !contender.IsPresent))
            {
                error.WriteLine($"{missing.Name} is missing: {missing.Missing}");
                if (missing.Standing == Standing.Judged)
                {
                    throw new PeerException(missing.Missing!);
                }
            }

            foreach (Contender contender in contenders.Where(contender => contender.IsPresent))
            {
                foreach (string line in contender.LeftOut)
                {
                    error.WriteLine($"{contender.Name} goes without {line}");
                }
            }

            var peaks = new HighestPeaks(subject.Precisions);
            ComparedRow[] rows = [.. groups.SelectMany(group => group.Rows)];
            Pace pace = subject.Pace(quick);
            using var comparison = new Comparison(subject, contenders, peaks, pace);
            var results = new Queue<RowResult>(comparison.Run(rows, (result, done, left) => error.WriteLine(Progress(result, done, rows.Length, left))));
            GroupVerdict[] verdicts = [.. groups.Select(group => new GroupVerdict(group, [.. group.Rows.Select(
                row => new RowVerdict(results.Dequeue(), peaks.Of(row.Precision, row.Threads), [.. contenders.Where(contender => subject.TakesPart(contender, row, pace))]))]))];
            return new CompareReport(subject, MachineDescription.Read(), date, quick, Stopwatch.GetElapsedTime(start), peaks, contenders, verdicts);
        }
        finally
        {
            foreach (Contender contender in contenders)
            {
                contender.Dispose();
            }
        }
    }

    private static string Progress(RowResult result, int done, int rows, TimeSpan left)
    {
        IEnumerable<string> figures = result.Figures.Select(figure => string.Create(
            CultureInfo.InvariantCulture, $"{figure.Key} {1e6 * figure.Value.Seconds:G4} µs"));
        return $"{done} of {rows}, {left:m\\:ss} left: {result.Row.Name}: {string.Join(", ", figures)}";
    }
}
