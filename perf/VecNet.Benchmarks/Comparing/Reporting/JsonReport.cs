using System.Text.Encodings.Web;
using System.Text.Json;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>The report as one JSON object; the README tells its fields.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(CompareReport report) => JsonSerializer.Serialize(
        new
        {
            compared = report.Subject.Word,
            quick = report.Quick,
            date = report.Date,
            seconds = Rounded(report.Duration.TotalSeconds),
            machine = new
            {
                cpu = report.Machine.Cpu,
                processors = report.Machine.Processors,
                platform = report.Machine.Platform,
                runtime = report.Machine.Runtime,
                vectors = report.Machine.Vectors,
            },
            peaks =
                from precision in report.Peaks.Precisions
                from threads in report.Peaks.Threads
                select new { type = ComparedRow.NameOf(precision), threads, gflops = Rounded(report.Peaks.Of(precision, threads) / 1e9) },
            peers =
                from peer in report.Contenders
                where peer.Name != Contender.VecNet
                select new
                {
                    name = peer.Name,
                    present = peer.IsPresent,
                    judgedBy = peer.IsJudge,
                    description = peer.IsPresent ? peer.Description : peer.Missing,
                    without = peer.LeftOut,
                },
            counts = report.Counts,
            lowest = Rounded(report.Lowest?.JudgedRatio),
            lowestRow = report.Lowest?.Row.Name,
            geomean = Rounded(report.GeometricMean),
            findings = report.Subject.Findings(report).ToDictionary(finding => finding.Name, finding => finding.Value),
            groups = report.Groups.ToDictionary(group => group.Group.Name, Group),
            rows = report.Groups.SelectMany(group => Rows(report, group)),
        },
        Options);

    private static object Group(GroupVerdict group) => new
    {
        rows = group.Rows.Count,
        counts = group.Counts,
        lowest = Rounded(group.Lowest?.JudgedRatio),
        lowestRow = group.Lowest?.Row.Name,
        geomean = Rounded(group.GeometricMean),
        behind = group.Behind.Select(row => row.Row.Name),
    };

    private static IEnumerable<object> Rows(CompareReport report, GroupVerdict group)
    {
        Scaling[] scalings = [.. Scaling.Of(group, report.Peaks)];
        foreach (RowVerdict row in group.Rows)
        {
            Scaling? scaling = scalings.FirstOrDefault(scaling => scaling.Row == row);
            var fields = new Dictionary<string, object?> { ["group"] = group.Group.Name, ["name"] = row.Row.Name };
            foreach ((string name, object? value) in report.Subject.Fields(row.Row))
            {
                fields.Add(name, value);
            }

            fields.Add("type", ComparedRow.NameOf(row.Row.Precision));
            fields.Add("threads", row.Row.Threads);
            fields.Add("rounds", row.Result.Rounds);
            fields.Add("figures", row.Result.Figures.ToDictionary(figure => figure.Key, figure => FigureOf(row, figure.Key)));
            fields.Add("bestPeer", row.BestPeer);
            fields.Add("ratio", Rounded(row.Ratio));
            fields.Add("even", row.IsEven);
            fields.Add("counts", row.Counts);
            fields.Add("overOneThread", Rounded(scaling?.OneThread));
            fields.Add("overOneThreadOfPeaks", Rounded(scaling?.OfPeaks));
            fields.Add("failures", row.Result.Failures);
            yield return fields;
        }
    }

    private static object FigureOf(RowVerdict row, string contender) => new
    {
        gflops = row.Row.FloatingPointOperations == 0 ? null : Rounded(row.GigaFlops(contender)),
        percentOfPeak = row.Row.FloatingPointOperations == 0 ? null : Rounded(100 * row.PartOfPeak(contender)),
        microseconds = Rounded(1e6 * row.Seconds(contender)),
        kernels = row.Result.Figures[contender].Kernels,
    };

    private static double? Rounded(double? number) => number is { } value ? Math.Round(value, 4) : null;
}
