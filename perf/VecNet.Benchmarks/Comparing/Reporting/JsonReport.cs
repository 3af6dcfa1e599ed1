using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>The report as one JSON object; docs/benchmarks.md describes its members.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new Rounding() },
    };

    internal static string Write(CompareReport report) => JsonSerializer.Serialize(
        new
        {
            compared = report.Subject.Word,
            report.Quick,
            report.Date,
            seconds = report.Duration.TotalSeconds,
            report.Machine,
            peaks =
                from precision in report.Peaks.Precisions
                from threads in report.Peaks.Threads
                select new { type = ComparedRow.GetName(precision), threads, gflops = report.Peaks.Of(precision, threads) / 1e9 },
            peers =
                from peer in report.Contenders
                where peer.Name != Contender.VecNet
                select new
                {
                    peer.Name,
                    present = peer.IsPresent,
                    judgedBy = peer.IsJudge,
                    description = peer.Missing ?? peer.Description,
                    without = peer.LeftOut,
                },
            report.Counts,
            lowest = report.Lowest?.JudgedRatio,
            lowestRow = report.Lowest?.Row.Name,
            geomean = report.GeometricMean,
            findings = report.Subject.Findings(report).ToDictionary(finding => finding.Name, finding => finding.Value),
            groups = report.Groups.ToDictionary(group => group.Group.Name, group => new
            {
                rows = group.Rows.Count,
                group.Counts,
                lowest = group.Lowest?.JudgedRatio,
                lowestRow = group.Lowest?.Row.Name,
                geomean = group.GeometricMean,
                behind = group.Behind.Select(row => row.Row.Name),
            }),
            rows = report.Groups.SelectMany(group => group.Rows.Select(row => Row(report, group, row))),
        },
        Options);

    private static Dictionary<string, object?> Row(CompareReport report, GroupVerdict group, RowVerdict row)
    {
        Scaling? scaling = Scaling.Of(group, report.Peaks).FirstOrDefault(scaling => scaling.Row == row);
        IEnumerable<(string Name, object? Value)> fields =
        [
            ("group", group.Group.Name),
            ("name", row.Row.Name),
            .. report.Subject.Fields(row.Row),
            ("type", ComparedRow.GetName(row.Row.Precision)),
            ("threads", row.Row.Threads),
            ("rounds", row.Result.Rounds),
            ("figures", row.Result.Figures.ToDictionary(figure => figure.Key, figure => FigureOf(row, figure.Key))),
            ("bestPeer", row.BestPeer),
            ("ratio", row.Ratio),
            ("even", row.IsEven),
            ("counts", row.Counts),
            ("overOneThread", scaling?.OneThread),
            ("overOneThreadOfPeaks", scaling?.OfPeaks),
            ("failures", row.Result.Failures),
        ];
        return fields.ToDictionary(field => field.Name, field => field.Value);
    }

    private static object FigureOf(RowVerdict row, string contender)
    {
        bool hasOperations = row.Row.FloatingPointOperations > 0;
        return new
        {
            gflops = hasOperations ? row.GigaFlops(contender) : (double?)null,
            percentOfPeak = hasOperations ? 100 * row.PartOfPeak(contender) : (double?)null,
            microseconds = 1e6 * row.Seconds(contender),
            medianMicroseconds = 1e6 * row.Result.Figures[contender].Median,
            row.Result.Figures[contender].Kernels,
        };
    }

    /// <summary>Four digits after the point.</summary>
    private sealed class Rounding : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(Math.Round(value, 4));
    }
}
