using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>Samples per second of a training step over the batch, for everyone who takes part.</summary>
internal static class NetworkChart
{
    private static readonly Dictionary<string, string> Inks = new()
    {
        [Contender.VecNet] = "#08519c",
        [Contender.NumPy] = "#e6860a",
        [Contender.Torch] = "#b5361c",
    };

    /// <summary>Saves it as SVG, or as PNG where the path ends so.</summary>
    internal static void Save(CompareReport report, string path)
    {
        RowVerdict[] rows = [.. report.Rows.Where(row => row.Row is NetworkRow
        {
            Network: NetworkRows.Digits, Activation: HiddenActivation.Sigmoid, Passes: Passes.Step, Threads: 1,
        })];
        using var chart = new LineChart(
            $"Training step of {NetworkRows.Digits} (sigmoid, SGD), one thread, thousand samples per second over batch",
            bottom: 0,
            Inks.Select(ink => new LineChart.Line(ink.Key, ink.Value, [.. rows
                .Where(row => row.Result.Figures.ContainsKey(ink.Key))
                .Select(row => ((double)BatchOf(row), BatchOf(row) / row.Seconds(ink.Key) / 1000))])));
        chart.Save(path);
    }

    private static int BatchOf(RowVerdict row) => ((NetworkRow)row.Row).Batch;
}
