using VecNet.Cli.Charts;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>Lines over sizes on a logarithmic axis, each with its name at its end, on a vertical axis from the given bottom on.</summary>
internal sealed class LineChart(
    string title, string horizontal, string vertical, double bottom, params IEnumerable<LineChart.Line> lines) : IChart
{
    private const int Left = 95;
    private const int Top = 50;
    private const int PanelWidth = 600;
    private const int PanelHeight = 390;

    /// <summary>The least distance between two names at the lines' ends.</summary>
    private const double LabelDistance = 20;

    public (int Width, int Height) Size => (900, 500);

    public void Draw(ICanvas canvas)
    {
        Line[] drawn = [.. lines.Where(line => line.Points.Count > 0).OrderBy(line => line.Points[^1].Value)];
        (double Size, double Value)[] points = [.. drawn.SelectMany(line => line.Points).DefaultIfEmpty((1, bottom + 1))];
        var sizes = Axis.LogarithmicAt([.. points.Select(point => point.Size).Distinct().Order()]);
        var values = Axis.Linear(bottom, points.Max(point => point.Value), value => $"{value:G4}");
        var panel = new Panel(canvas, Left, Top, PanelWidth, PanelHeight, sizes, values);
        canvas.Text(Size.Width / 2, 26, title, new(18, IsBold: true));
        panel.DrawAxes(horizontal, vertical);
        double highest = double.PositiveInfinity;
        foreach (Line line in drawn)
        {
            panel.DrawCurve(line.Points, line.Color);
            line.Points.ToList().ForEach(point => panel.DrawPoint(point, 4, line.Color, isFaint: false));
            double y = Math.Min(highest, Top + (PanelHeight * (1 - values.PositionOf(line.Points[^1].Value))));
            canvas.Text(Left + PanelWidth + 10, y, line.Name, new(15, line.Color, Anchor.Start, IsBold: true));
            highest = y - LabelDistance;
        }
    }

    /// <summary>Saves it as SVG, or as PNG where the path ends so.</summary>
    internal void Save(string path)
    {
        using FileStream file = File.Create(path);
        if (path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            file.Write(PngCanvas.Encode(this));
        }
        else
        {
            SvgCanvas.Write(file, this);
        }
    }

    /// <summary>A line: its name, its color and its points from left to right.</summary>
    internal sealed record Line(string Name, string Color, IReadOnlyList<(double Size, double Value)> Points);
}
