using ScottPlot;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>Samples per second of a training step over the batch, for everyone who takes part.</summary>
internal static class NetworkChart
{
    private const int Width = 900;
    private const int Height = 500;
    private const string Font = "DejaVu Sans";

    /// <summary>Where the font is missing, those of about the same widths: the SVG places every letter.</summary>
    private const string SimilarFonts = "DejaVu Sans, Verdana, sans-serif";

    /// <summary>Between two names at the lines' ends, as a part of the height.</summary>
    private const double LabelDistance = 0.05;

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
            File.WriteAllText(path, plot.GetSvgXml(Width, Height).Replace($"font-family=\"{Font}\"", $"font-family=\"{SimilarFonts}\"", StringComparison.Ordinal));
        }
    }

    private static Plot Draw(CompareReport report)
    {
        RowVerdict[] rows = [.. report.Rows.Where(row => row.Row is NetworkRow
        {
            Network: NetworkRows.Digits, Activation: HiddenActivation.Sigmoid, Passes: Passes.Step, Threads: 1,
        })];
        Line[] lines = [.. report.Contenders
            .Where(contender => Inks.ContainsKey(contender.Name))
            .Select(contender => new Line(contender.Name, [.. rows.Where(row => row.Result.Figures.ContainsKey(contender.Name))]))
            .Where(line => line.Rows.Length > 0)
            .OrderBy(line => line.Speeds[^1])];
        double top = 1.1 * lines.SelectMany(line => line.Speeds).DefaultIfEmpty(1).Max();
        var plot = new Plot();
        double lowest = 0;
        foreach (Line line in lines)
        {
            double label = Math.Max(line.Speeds[^1], lowest);
            Add(plot, line, label);
            lowest = label + (LabelDistance * top);
        }

        double[] batches = [.. rows.Select(row => (double)BatchOf(row)).Distinct()];
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. batches.Select(Math.Log2)], [.. batches.Select(batch => $"{batch}")]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            MinorTickGenerator = new ScottPlot.TickGenerators.EvenlySpacedMinorTickGenerator(1),
            TargetTickCount = 6,
        };
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Axes.SetLimits(-0.3, Math.Log2(batches.DefaultIfEmpty(1).Max()) + 1.4, 0, top);
        plot.Axes.Title.Label.Text = $"Training step of {NetworkRows.Digits} (sigmoid, SGD), one thread, thousand samples per second over batch";
        plot.Axes.Title.Label.FontSize = 15;
        plot.Font.Set(Font);
        return plot;
    }

    /// <summary>A line with its name at its end.</summary>
    private static void Add(Plot plot, Line line, double heightOfLabel)
    {
        Color ink = Color.FromHex(Inks[line.Name]);
        ScottPlot.Plottables.Scatter scatter = plot.Add.Scatter(line.Rows.Select(row => Math.Log2(BatchOf(row))).ToArray(), line.Speeds, ink);
        scatter.LineWidth = 2.5f;
        scatter.MarkerSize = 7;
        ScottPlot.Plottables.Text label = plot.Add.Text(line.Name, Math.Log2(BatchOf(line.Rows[^1])), heightOfLabel);
        label.LabelFontName = Font;
        label.LabelFontColor = ink;
        label.LabelFontSize = 15;
        label.LabelBold = true;
        label.LabelAlignment = Alignment.MiddleLeft;
        label.OffsetX = 10;
    }

    private static int BatchOf(RowVerdict row) => ((NetworkRow)row.Row).Batch;

    /// <summary>A contender's rows, and its thousands of samples per second in them.</summary>
    private sealed record Line(string Name, RowVerdict[] Rows)
    {
        internal double[] Speeds { get; } = [.. Rows.Select(row => BatchOf(row) / row.Seconds(Name) / 1000)];
    }
}
