using System.Globalization;
using System.Text;
using VecNet.Measuring;

namespace VecNet.Cli.Benchmark;

/// <summary>The results of a benchmark as text.</summary>
internal static class BenchmarkReport
{
    /// <summary>A heading, a description of the machine, and a table for each kind of measurement.</summary>
    internal static string Markdown(MachineBenchmark found)
    {
        var text = new StringBuilder();
        string version = typeof(MatMul).Assembly.GetName().Version!.ToString(3);
        Line($"### VecNet {version} on {found.Machine.Cpu}");
        Line();
        MachineDescription machine = found.Machine;
        Line(
            $"{machine.Processors} logical processors, {machine.Platform}, {machine.Runtime}, {machine.Vectors}, {found.Date:yyyy-MM-dd}.");
        Line($"{MachineDescription.Blocks}.");
        Line($"Each cell has the best of {found.Rounds} rounds ({found.Time.TotalSeconds:F0} s in all), its percentage of the measured "
            + "peak of as many threads, and the median round.");
        Line();
        Header("multiply-add peak, GFLOP/s", "");
        foreach (Type type in found.Peaks.Keys.Select(key => key.ElementType).Distinct())
        {
            IEnumerable<string> peaks = found.Threads.Select(threads => $"{found.Peaks[(type, threads)] / 1e9:F1}");
            Line($"| {MeasuredRow.GetName(type)} | {string.Join(" | ", peaks)} |");
        }

        Line();
        Header("matrix product, GFLOP/s", "");
        Table(
            MeasuredRow.Products,
            row => $"{row.Speed / 1e9:F1} ({100 * found.ShareOfPeak(row):F0} %) / {row.Operations / row.Median / 1e9:F1}");
        Line();
        Header("training step, 784-512-256-10, sigmoid, SGD, float32", ": samples/s");
        Table(
            MeasuredRow.Steps, row => $"{row.Samples / row.Best:N0} ({100 * found.ShareOfPeak(row):F0} %) / {row.Samples / row.Median:N0}");
        return text.ToString().TrimEnd();

        void Line(string line = "") => text.Append(line).Append('\n');

        void Header(string what, string unit)
        {
            IEnumerable<string> columns = found.Threads.Select(threads => $"{threads} thread{(threads == 1 ? "" : "s")}{unit}");
            Line($"| {what} | {string.Join(" | ", columns)} |");
            Line($"|---|{string.Concat(found.Threads.Select(_ => "---|"))}");
        }

        void Table(string group, Func<MeasuredRow, string> cell)
        {
            foreach (IGrouping<string, MeasuredRow> rows in found.Rows.Where(row => row.Group == group).GroupBy(row => row.Name))
            {
                Line($"| {rows.Key} | {string.Join(" | ", rows.OrderBy(row => row.Threads).Select(cell))} |");
            }
        }
    }

    /// <summary>One JSON object on one line.</summary>
    internal static string Json(MachineBenchmark found) => JsonLine.Of(json =>
    {
        json.WriteString("version", typeof(MatMul).Assembly.GetName().Version!.ToString(3));
        json.WriteString("processor", found.Machine.Cpu);
        json.WriteNumber("processors", found.Machine.Processors);
        json.WriteString("platform", found.Machine.Platform);
        json.WriteString("runtime", found.Machine.Runtime);
        json.WriteString("vectors", found.Machine.Vectors);
        json.WriteString("blocks", MachineDescription.Blocks);
        json.WriteString("date", found.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteNumber("rounds", found.Rounds);
        json.WriteNumber("seconds", Math.Round(found.Time.TotalSeconds, 3));
        json.WriteStartArray("peaks");
        foreach (((Type type, int threads), double peak) in found.Peaks)
        {
            json.WriteStartObject();
            json.WriteString("type", MeasuredRow.GetName(type));
            json.WriteNumber("threads", threads);
            json.WriteNumber("gflops", Math.Round(peak / 1e9, 2));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (MeasuredRow row in found.Rows)
        {
            json.WriteStartObject();
            json.WriteString("group", row.Group);
            json.WriteString("name", row.Name);
            json.WriteString("type", MeasuredRow.GetName(row.ElementType));
            json.WriteNumber("threads", row.Threads);
            json.WriteNumber("gflops", Math.Round(row.Speed / 1e9, 2));
            json.WriteNumber("percentOfPeak", Math.Round(100 * found.ShareOfPeak(row), 1));
            json.WriteNumber("microseconds", Math.Round(1e6 * row.Best, 3));
            json.WriteNumber("medianMicroseconds", Math.Round(1e6 * row.Median, 3));
            if (row.Samples > 0)
            {
                json.WriteNumber("samplesPerSecond", Math.Round(row.Samples / row.Best));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
