using ScottPlot;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>Samples per second of a training step over the batch, for everyone who takes part.</summary>
internal static class NetworkChart
{
    private const int Width = 900;
    private const int Height = 500;

    private static readonly Dictionary<string, string> Inks = new()
    {
        [Contender.VecNet] = "#08519c",
        [Contender.NumPy] = "#e6860a",
        [Contender.Torch] = "#b5361c",
    };

    /// <summary>Saves it as SVG, or as PNG where the path ends so.</summary>
    internal static void Save(CompareReport report, string path)
    {
        using Plot plot = Draw(report);
        if (path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            plot.SavePng(path, Width, Height);
        }
        else
        {
            plot.SaveSvg(path, Width, Height);
        }
    }

    private static Plot Draw(CompareReport report)
    {
        RowVerdict[] rows = [.. report.Rows.Where(row => row.Row is NetworkRow
        {
            Network: NetworkRows.Digits, Activation: HiddenActivation.Sigmoid, Passes: Passes.Step, Threads: 1,
        })];
        var plot = new Plot();
        foreach (Contender contender in report.Contenders.Where(contender => Inks.ContainsKey(contender.Name)))
        {
            (double Batch, double Speed)[] points = [.. rows
                .Where(row => row.Result.Figures.ContainsKey(contender.Name))
                .Select(row => ((double)((NetworkRow)row.Row).Batch, ((NetworkRow)row.Row).Batch / row.Seconds(contender.Name)))];
            if (points.Length == 0)
            {
                continue;
            }

            Color ink = Color.FromHex(Inks[contender.Name]);
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(
                points.Select(point => Math.Log2(point.Batch)).ToArray(), points.Select(point => point.Speed / 1000).ToArray(), ink);
            line.LegendText = contender.Name;
            line.LineWidth = 2.5f;
            line.MarkerSize = 7;
        }

        double[] batches = [.. rows.Select(row => (double)((NetworkRow)row.Row).Batch).Distinct()];
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. batches.Select(Math.Log2)], [.. batches.Select(batch => $"{batch}")]);
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top * 1.05);
        plot.Title($"Training step of {NetworkRows.Digits} with sigmoid, one thread");
        plot.XLabel("batch");
        plot.YLabel("thousand samples per second");
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }
}
