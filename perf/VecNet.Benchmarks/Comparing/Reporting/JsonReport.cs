using System.Text.Json;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>The report as one JSON object; the README tells its fields.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(CompareReport report) => JsonSerializer.Serialize(
        new
        {
            compared = "matmul",
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
                from precision in Enum.GetValues<Precision>()
                from threads in report.Peaks.Threads
                select new { type = ProductRow.NameOf(precision), threads, gflops = Rounded(report.Peaks.Of(precision, threads) / 1e9) },
            peers =
                from peer in report.Contenders
                where peer.Name != Contender.VecNet
                select new { name = peer.Name, present = peer.IsPresent, judgedBy = peer.Counts, description = peer.IsPresent ? peer.Description : peer.Missing },
            counts = report.Counts,
            lowest = Rounded(report.Lowest?.JudgedRatio),
            lowestRow = report.Lowest?.Row.Name,
            geomean = Rounded(report.GeometricMean),
            groups = report.Groups.ToDictionary(group => group.Group.Name, Group),
            rows = report.Groups.SelectMany(group => Rows(group, report.Peaks)),
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

    private static IEnumerable<object> Rows(GroupVerdict group, HighestPeaks peaks)
    {
        Scaling[] scalings = [.. Scaling.Of(group, peaks)];
        foreach (RowVerdict row in group.Rows)
        {
            Scaling? scaling = scalings.FirstOrDefault(scaling => scaling.Row == row);
            yield return new
            {
                group = group.Group.Name,
                name = row.Row.Name,
                m = row.Row.M,
                n = row.Row.N,
                k = row.Row.K,
                product = row.Row.Formula,
                type = ProductRow.NameOf(row.Row.Precision),
                threads = row.Row.Threads,
                rowStride = row.Row.RowStride == 0 ? (int?)null : row.Row.RowStride,
                rounds = row.Result.Rounds,
                figures = row.Result.Figures.ToDictionary(figure => figure.Key, figure => new
                {
                    gflops = Rounded(row.GigaFlops(figure.Key)),
                    percentOfPeak = Rounded(100 * row.PartOfPeak(figure.Key)),
                    microseconds = Rounded(1e6 * figure.Value.Seconds),
                    kernels = figure.Value.Kernels,
                }),
                bestPeer = row.BestPeer,
                ratio = Rounded(row.Ratio),
                even = row.IsEven,
                counts = row.Counts,
                overOneThread = Rounded(scaling?.OneThread),
                overOneThreadOfPeaks = Rounded(scaling?.OfPeaks),
                failures = row.Result.Failures,
            };
        }
    }

    private static double? Rounded(double? number) => number is { } value ? Math.Round(value, 4) : null;
}
