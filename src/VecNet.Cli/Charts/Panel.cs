namespace VecNet.Cli.Charts;

/// <summary>A rectangle with two axes, in which numbers are drawn.</summary>
internal sealed class Panel(ICanvas canvas, double left, double top, double width, double height, Axis horizontal, Axis vertical)
{
    private const string GridColor = "#e3e3e3";
    private const string AxisColor = "#555555";
    private const double TickSize = 14;
    private const double LabelSize = 15;

    /// <summary>The grid, the numbers beside it, and what they are numbers of.</summary>
    /// <param name="horizontalLabel">Below; null to leave it and the numbers to the panel below.</param>
    /// <param name="verticalLabel">At the left side, from bottom to top.</param>
    internal void DrawAxes(string? horizontalLabel, string verticalLabel)
    {
        foreach ((double value, string label) in vertical.Ticks)
        {
            double y = Y(value);
            canvas.Lines([(left, y), (left + width, y)], GridColor, 1);
            canvas.Text(left - 8, y, label, new(TickSize, Anchor: Anchor.End));
        }

        foreach ((double value, string label) in horizontal.Ticks)
        {
            double x = X(value);
            canvas.Lines([(x, top), (x, top + height)], GridColor, 1);
            if (horizontalLabel is not null)
            {
                canvas.Text(x, top + height + 16, label, new(TickSize));
            }
        }

        canvas.Lines([(left, top), (left, top + height), (left + width, top + height)], AxisColor, 1.5);
        canvas.Text(left - 70, top + (height / 2), verticalLabel, new(LabelSize, Turn: -90));
        if (horizontalLabel is not null)
        {
            canvas.Text(left + (width / 2), top + height + 40, horizontalLabel, new(LabelSize));
        }
    }

    /// <summary>A curve through points; a single one is a disc.</summary>
    internal void DrawCurve(IReadOnlyList<(double X, double Y)> points, string color)
    {
        if (points.Count == 1)
        {
            DrawPoint(points[0], 4, color, isFaint: false);
        }
        else if (points.Count > 1)
        {
            canvas.Lines([.. points.Select(point => (X(point.X), Y(point.Y)))], color, 2);
        }
    }

    /// <summary>A disc at one point.</summary>
    internal void DrawPoint((double X, double Y) point, double radius, string color, bool isFaint) => canvas.Disc(X(point.X), Y(point.Y), radius, color, isFaint);

    private double X(double value) => left + (width * horizontal.Place(value));

    private double Y(double value) => top + height - (height * vertical.Place(value));
}
