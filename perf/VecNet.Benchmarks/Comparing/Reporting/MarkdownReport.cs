namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>The report as it may be put into perf/results.</summary>
internal static class MarkdownReport
{
    private const string NoFigure = "–";

    internal static void Write(CompareReport report, TextWriter output)
    {
        WriteHead(report, output);
        foreach (GroupVerdict group in report.Groups)
        {
            output.WriteLine();
            output.WriteLine($"## {group.Group.Title}");
            WriteRows(report, group, "One thread", group.Rows.Where(row => row.Row.Threads == 1), output);
            WriteRows(report, group, "Two threads", group.Rows.Where(row => row.Row.Threads > 1), output);
            output.WriteLine();
            string missing = group.Counts ? "" : ", which does not count: a peer was missing";
            WriteLines(
                [
                    $"lowest ratio {Ratio(group.Lowest)}: {group.Lowest?.Row.Name ?? "no peer"}",
                    $"geometric mean {Two(group.GeometricMean)}{missing}",
                    $"behind: {OrNone(group.Behind.Select(row => $"{row.Row.Name} ({Two(row.Ratio)})"))}",
                    .. report.Subject.Notes(group, report),
                    .. from row in @group.Rows
                       where row.Result.Failures.Count > 0
                       select $"{row.Row.Name}: {string.Join("; ", row.Result.Failures)}",
                ],
                output);
        }

        output.WriteLine();
        output.WriteLine("## All rows");
        output.WriteLine();
        output.WriteLine($"- lowest ratio {Ratio(report.Lowest)}, geometric mean {Two(report.GeometricMean)}");
        output.WriteLine($"- {report.Rows.Count} rows in {report.Duration.TotalSeconds:F0} s");
    }

    private static void WriteHead(CompareReport report, TextWriter output)
    {
        MachineDescription machine = report.Machine;
        output.WriteLine($"# {report.Subject.Title}");
        output.WriteLine();
        output.WriteLine($"- {machine.Cpu}, {machine.Processors} processors; {machine.Platform}; {machine.Runtime}");
        output.WriteLine($"- {report.Date:yyyy-MM-dd}{(report.Quick ? ", a quick run" : "")}");
        foreach (Contender contender in report.Contenders)
        {
            string description = contender.IsPresent ? contender.Description : $"MISSING, {contender.Missing}";
            string judged = contender.Standing != Standing.Beside ? "" : " (not among those that VecNet is judged by)";
            string without = contender.IsPresent && contender.LeftOut.Count > 0 ? $"; without {string.Join(", ", contender.LeftOut)}" : "";
            output.WriteLine($"- {contender.Name}: {description}{without}{judged}");
        }

        foreach (Precision precision in report.Peaks.Precisions)
        {
            IEnumerable<string> peaks = report.Peaks.Threads.Select(threads =>
                $"{report.Peaks.Of(precision, threads) / 1e9:F1} GFLOP/s on {threads} thread{(threads == 1 ? "" : "s")}");
            string type = ComparedRow.NameOf(precision);
            output.WriteLine($"- multiply-add peak in {type}, the highest seen in this run: {string.Join(", ", peaks)}");
        }

        WriteLines(report.Subject.Legend, output);
        if (!report.Counts)
        {
            output.WriteLine("- NOT EVERY FIGURE COUNTS: ratios in parentheses lack a peer");
        }
    }

    private static void WriteRows(CompareReport report, GroupVerdict group, string title, IEnumerable<RowVerdict> rows, TextWriter output)
    {
        if (!rows.Any())
        {
            return;
        }

        IReadOnlyList<Subject.Column> columns = report.Subject.Columns(group.Group);
        Contender[] present =
            [.. report.Contenders.Where(contender => group.Rows.Any(row => row.Result.Figures.ContainsKey(contender.Name)))];
        var table = new MarkdownTable([
            title, .. present.Select(contender => contender.Name), .. columns.Select(column => column.Title), "ratio", "best peer"]);
        foreach (RowVerdict row in rows)
        {
            table.Add([
                row.Row.Name,
                .. present.Select(contender => Cell(report.Subject, row, contender)),
                .. columns.Select(column => column.Cell(row)),
                Ratio(row),
                row.BestPeer ?? NoFigure]);
        }

        output.WriteLine();
        output.Write(table);
    }

    private static void WriteLines(IEnumerable<string> lines, TextWriter output)
    {
        foreach (string line in lines)
        {
            output.WriteLine($"- {line}");
        }
    }

    private static string Cell(Subject subject, RowVerdict row, Contender contender)
    {
        if (!row.Result.Figures.TryGetValue(contender.Name, out Figure figure))
        {
            return NoFigure;
        }

        string kernels = contender.Processes.Count > 1 ? $" {figure.Kernels}" : "";
        return subject.Cell(row, contender.Name) + kernels;
    }

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
