using System.Globalization;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>The report as it may be put into perf/results.</summary>
internal static class MarkdownReport
{
    private const string NoFigure = "–";
    private const double SlowerBeyondNoise = 0.97;

    internal static void Write(CompareReport report, TextWriter output)
    {
        WriteHead(report, output);
        foreach (GroupVerdict group in report.Groups)
        {
            output.WriteLine();
            output.WriteLine($"## {group.Group.Title}");
            WriteRows(report, group, "One thread", group.Rows.Where(row => row.Row.Threads == 1), output);
            WriteRows(report, group, "Two threads", group.Rows.Where(row => row.Row.Threads > 1), output);
            WriteVerdict(group, output);
            WriteScaling([.. Scaling.Of(group, report.Peaks)], output);
            WriteFailures(group, output);
        }

        output.WriteLine();
        output.WriteLine("## All rows");
        output.WriteLine();
        output.WriteLine($"- lowest ratio {Ratio(report.Lowest)}, geometric mean {Two(report.GeometricMean)}");
        output.WriteLine($"- {report.Rows.Count()} rows in {report.Duration.TotalSeconds:F0} s");
    }

    private static void WriteHead(CompareReport report, TextWriter output)
    {
        MachineDescription machine = report.Machine;
        output.WriteLine("# Matrix products: VecNet beside other libraries");
        output.WriteLine();
        output.WriteLine($"- {machine.Cpu}, {machine.Processors} processors; {machine.Platform}; {machine.Runtime}");
        output.WriteLine($"- {report.Date:yyyy-MM-dd}{(report.Quick ? ", a quick run" : "")}");
        foreach (Contender contender in report.Contenders)
        {
            string description = contender.IsPresent ? contender.Description : $"MISSING, {contender.Missing}";
            string judged = contender.Counts || contender.Name == Contender.VecNet ? "" : " (not among those that VecNet is judged by)";
            output.WriteLine($"- {contender.Name}: {description}{judged}");
        }

        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            IEnumerable<string> peaks = report.Peaks.Threads.Select(threads => string.Create(
                CultureInfo.InvariantCulture, $"{report.Peaks.Of(precision, threads) / 1e9:F1} GFLOP/s on {threads} thread{(threads == 1 ? "" : "s")}"));
            output.WriteLine($"- multiply-add peak in {ProductRow.NameOf(precision)}, the highest seen in this run: {string.Join(", ", peaks)}");
        }

        output.WriteLine("- in the tables: GFLOP/s of the best round, and in percent of the peak of as many threads");
        output.WriteLine("- ratio: VecNet's speed over that of the best peer that it is judged by; even: 0.98 or more of one above 98 % of peak");
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

        bool rounded = group.Group.Name == RowList.Odd;
        Contender[] present = [.. report.Contenders.Where(contender => contender.IsPresent)];
        var table = new MarkdownTable([
            title, .. present.Select(contender => contender.Name), .. rounded ? ["VecNet, n rounded up"] : Array.Empty<string>(), "ratio", "best peer"]);
        foreach (RowVerdict row in rows)
        {
            table.Add([
                row.Row.Name,
                .. present.Select(contender => Speed(row, contender)),
                .. rounded ? [Percent(row.PartOfPeakRoundedUp())] : Array.Empty<string>(),
                Ratio(row),
                row.BestPeer ?? NoFigure]);
        }

        output.WriteLine();
        output.Write(table);
    }

    private static void WriteVerdict(GroupVerdict group, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"- lowest ratio {Ratio(group.Lowest)}: {group.Lowest?.Row.Name ?? "no peer"}");
        output.WriteLine($"- geometric mean {Two(group.GeometricMean)}{(group.Counts ? "" : ", which does not count: a peer was missing")}");
        output.WriteLine($"- behind: {OrNone(group.Behind.Select(row => $"{row.Row.Name} ({Two(row.Ratio)})"))}");
    }

    private static void WriteScaling(Scaling[] scalings, TextWriter output)
    {
        if (scalings.Length == 0)
        {
            return;
        }

        IEnumerable<string> all = scalings.Select(scaling => $"{scaling.Row.Row.ShortName} {Two(scaling.OneThread)} ({Percent(scaling.OfPeaks)})");
        IEnumerable<string> slower = scalings.Where(scaling => scaling.OneThread <= SlowerBeyondNoise).Select(scaling => scaling.Row.Row.ShortName);
        output.WriteLine($"- VecNet's two threads over one, and in percent of the ratio of the peaks: {string.Join("; ", all)}");
        output.WriteLine($"- slower with two threads than with one, by 3 % or more: {OrNone(slower)}");
    }

    private static void WriteFailures(GroupVerdict group, TextWriter output)
    {
        foreach (RowVerdict row in group.Rows.Where(row => row.Result.Failures.Count > 0))
        {
            output.WriteLine($"- {row.Row.Name}: {string.Join("; ", row.Result.Failures)}");
        }
    }

    private static string Speed(RowVerdict row, Contender contender)
    {
        if (!row.Result.Figures.TryGetValue(contender.Name, out Figure figure))
        {
            return NoFigure;
        }

        double speed = row.GigaFlops(contender.Name);
        string kernels = contender.Processes.Count > 1 ? $" {figure.Kernels}" : "";
        return $"{speed.ToString(speed < 10 ? "F2" : "F1", CultureInfo.InvariantCulture)} ({Percent(row.PartOfPeak(contender.Name))}){kernels}";
    }

    private static string Ratio(RowVerdict? row)
    {
        string ratio = Two(row?.Ratio) + (row?.IsEven == true ? " even" : "");
        return row is null || row.Counts ? ratio : $"({ratio})";
    }

    private static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:F1} %");

    private static string Two(double? number) => number?.ToString("F2", CultureInfo.InvariantCulture) ?? NoFigure;

    private static string OrNone(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
