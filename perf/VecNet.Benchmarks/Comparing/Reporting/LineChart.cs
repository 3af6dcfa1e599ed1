using ScottPlot;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>Lines over sizes on a logarithmic axis, each with its name at its end.</summary>
internal sealed class LineChart : IDisposable
{
    private const int Width = 900;
    private const int Height = 500;
    private const string Font = "DejaVu Sans";

    /// <summary>Where the font is missing, those of about the same widths: the SVG places every letter.</summary>
    private const string SimilarFonts = "DejaVu Sans, Verdana, sans-serif";

    /// <summary>The distance between two names at the lines' ends, as a part of the height.</summary>
    private const double LabelDistance = 0.05;

    /// <summary>The width of a letter of such a name, as a part of the width from the first point to the last.</summary>
    private const double LetterWidth = 0.017;

    private readonly Plot plot = new();

    /// <summary>Draws the lines that have points, on a vertical axis from the given bottom on.</summary>
    internal LineChart(string title, double bottom, params IEnumerable<Line> lines)
    {
        Line[] drawn = [.. lines.Where(line => line.Points.Count > 0).OrderBy(line => line.Points[^1].Value)];
        double top = 1.1 * drawn.SelectMany(line => line.Points).Select(point => point.Value).DefaultIfEmpty(1).Max();
        double lowest = 0;
        foreach (Line line in drawn)
        {
            double label = Math.Max(line.Points[^1].Value, lowest);
            Add(line, label);
            lowest = label + (LabelDistance * (top - bottom));
        }

        double[] sizes = [.. drawn.SelectMany(line => line.Points).Select(point => point.Size).Distinct().Order()];
        double[] positions = [.. sizes.Select(Math.Log2)];
        double longestName = drawn.Select(line => line.Name.Length).DefaultIfEmpty(0).Max();
        (double first, double last) = (positions.FirstOrDefault(), positions.LastOrDefault());
        plot.Axes.SetLimits(first - (0.03 * (last - first)), last + (LetterWidth * longestName * (last - first)), bottom, top);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(positions, [.. sizes.Select(size => $"{size}")]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            MinorTickGenerator = new ScottPlot.TickGenerators.EvenlySpacedMinorTickGenerator(1),
            TargetTickCount = 6,
        };
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Axes.Title.Label.Text = title;
        plot.Axes.Title.Label.FontSize = 15;
        plot.Font.Set(Font);
    }

    public void Dispose() => plot.Dispose();

    /// <summary>Saves it as SVG, or as PNG where the path ends so.</summary>
    internal void Save(string path)
    {
        if (path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            plot.SavePng(path, Width, Height);
            return;
        }

        string image = plot.GetSvgXml(Width, Height);
        File.WriteAllText(path, image.Replace($"font-family=\"{Font}\"", $"font-family=\"{SimilarFonts}\"", StringComparison.Ordinal));
    }

    /// <summary>A line with its name at its end.</summary>
    private void Add(Line line, double heightOfLabel)
    {
        Color color = Color.FromHex(line.Color);
        double[] positions = [.. line.Points.Select(point => Math.Log2(point.Size))];
        ScottPlot.Plottables.Scatter scatter = plot.Add.Scatter(positions, line.Points.Select(point => point.Value).ToArray(), color);
        scatter.LineWidth = 2.5f;
        scatter.MarkerSize = 7;
        ScottPlot.Plottables.Text label = plot.Add.Text(line.Name, positions[^1], heightOfLabel);
        label.LabelFontName = Font;
        label.LabelFontColor = color;
        label.LabelFontSize = 15;
        label.LabelBold = true;
        label.LabelAlignment = Alignment.MiddleLeft;
        label.OffsetX = 10;
    }

    /// <summary>A line: its name, its color and its points from left to right.</summary>
    internal sealed record Line(string Name, string Color, IReadOnlyList<(double Size, double Value)> Points);
}
