namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>The report as it may be put into perf/results.</summary>
internal static class MarkdownReport
{
    private const string NoFigure = "–";

    internal static void Write(CompareReport report, TextWriter output)
    {
        output.WriteLine($"# {report.Subject.Title}");
        WriteLines(Head(report), output);
        foreach (GroupVerdict group in report.Groups)
        {
            output.WriteLine();
            output.WriteLine($"## {group.Group.Title}");
            WriteRows(report, group, "One thread", group.Rows.Where(row => row.Row.Threads == 1), output);
            WriteRows(report, group, "Two threads", group.Rows.Where(row => row.Row.Threads > 1), output);
            WriteLines(
                [
                    $"lowest ratio {Ratio(group.Lowest)}: {group.Lowest?.Row.Name ?? "no peer"}",
                    $"geometric mean {Two(group.GeometricMean)}{(group.Counts ? "" : ", which does not count: a peer was missing")}",
                    $"slower than the best peer: {OrNone(group.Behind.Select(row => $"{row.Row.Name} ({Two(row.Ratio)})"))}",
                    .. report.Subject.Notes(group, report),
                    .. from row in @group.Rows
                       where row.Result.Failures.Count > 0
                       select $"{row.Row.Name}: {string.Join("; ", row.Result.Failures)}",
                ],
                output);
        }

        if (report.Subject.Table?.Invoke(report) is { } table)
        {
            output.WriteLine();
            output.WriteLine($"## {table.Title}");
            output.WriteLine();
            MarkdownTable.Write(output, table.Lines);
        }

        output.WriteLine();
        output.WriteLine("## All rows");
        WriteLines(
            [
                $"lowest ratio {Ratio(report.Lowest)}, geometric mean {Two(report.GeometricMean)}",
                $"{report.Rows.Count} rows in {report.Duration.TotalSeconds:F0} s",
            ],
            output);
    }

    private static IEnumerable<string> Head(CompareReport report) =>
    [
        $"{report.Machine.Cpu}, {report.Machine.Processors} processors; {report.Machine.Platform}; {report.Machine.Runtime}",
        MachineDescription.Blocks,
        $"{report.Date:yyyy-MM-dd}{(report.Quick ? ", a quick run" : "")}",
        .. VectorLimit.InForce is { } limit ? (string[])[$"VecNet and all peers are held to vectors of {limit.Bits} bits"] : [],
        .. from contender in report.Contenders
           let description = contender.IsPresent ? contender.Description : $"MISSING, {contender.Missing}"
           let judged = contender.IsJudge || contender.Name == Contender.VecNet ? "" : " (not counted as a peer)"
           let leftOut = contender.IsPresent && contender.LeftOut.Count > 0 ? $"; without {string.Join(", ", contender.LeftOut)}" : ""
           select $"{contender.Name}: {description}{leftOut}{judged}",
        .. from precision in report.Peaks.Precisions
           let peaks = report.Peaks.Threads.Select(threads =>
               $"{report.Peaks.Of(precision, threads) / 1e9:F1} GFLOP/s on {threads} thread{(threads == 1 ? "" : "s")}")
           select $"multiply-add peak in {ComparedRow.GetName(precision)}, the highest measured in this run: {string.Join(", ", peaks)}",
        .. report.Subject.Legend,
        .. report.Counts ? (string[])[] : ["NOT ALL FIGURES COUNT: ratios in parentheses lack a peer"],
    ];

    private static void WriteRows(CompareReport report, GroupVerdict group, string title, IEnumerable<RowVerdict> rows, TextWriter output)
    {
        if (!rows.Any())
        {
            return;
        }

        IReadOnlyList<Subject.Column> columns = report.Subject.Columns(group.Group);
        Contender[] present =
            [.. report.Contenders.Where(contender => group.Rows.Any(row => row.Result.Figures.ContainsKey(contender.Name)))];
        output.WriteLine();
        MarkdownTable.Write(output, [
            [title, .. present.Select(contender => contender.Name), .. columns.Select(column => column.Title), "ratio", "best peer"],
            .. rows.Select(row => (string[])
            [
                row.Row.Name,
                .. present.Select(contender => Cell(report.Subject, row, contender)),
                .. columns.Select(column => column.Cell(row)),
                Ratio(row),
                row.BestPeer ?? NoFigure,
            ])]);
    }

    private static void WriteLines(IEnumerable<string> lines, TextWriter output)
    {
        output.WriteLine();
        foreach (string line in lines)
        {
            output.WriteLine($"- {line}");
        }
    }

    private static string Cell(Subject subject, RowVerdict row, Contender contender) =>
        !row.Result.Figures.TryGetValue(contender.Name, out Figure figure) ? NoFigure
        : subject.Cell(row, contender.Name) + (contender.Processes.Count > 1 ? $" {figure.Kernels}" : "");

    private static string Ratio(RowVerdict? row)
    {
        string ratio = Two(row?.Ratio) + (row?.IsEven == true ? " even" : "");
        return row is null || row.Counts ? ratio : $"({ratio})";
    }

    internal static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:F1} %");

    internal static string Microseconds(double seconds)
    {
        double microseconds = 1e6 * seconds;
        string format = microseconds < 10 ? "F3" : microseconds < 100 ? "F2" : microseconds < 10_000 ? "F1" : "F0";
        return $"{microseconds.ToString(format, CultureInfo.InvariantCulture)} µs";
    }

    internal static string Two(double? number) => number?.ToString("F2", CultureInfo.InvariantCulture) ?? NoFigure;

    internal static string OrNone(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
