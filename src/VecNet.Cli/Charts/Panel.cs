namespace VecNet.Cli.Charts;

/// <summary>A rectangle with two axes, in which data are drawn.</summary>
internal sealed class Panel(ICanvas canvas, double left, double top, double width, double height, Axis horizontal, Axis vertical)
{
    private const string GridColor = "#e3e3e3";
    private const string AxisColor = "#555555";
    private const double TickSize = 14;
    private const double LabelSize = 15;

    /// <summary>Draws the grid, the tick labels and the axis labels.</summary>
    /// <param name="horizontalLabel">The label below; null if the panel below has it and the tick labels.</param>
    /// <param name="verticalLabel">The label at the left side, from bottom to top.</param>
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
        canvas.Text(left - 70, top + (height / 2), verticalLabel, new(LabelSize, Rotation: -90));
        if (horizontalLabel is not null)
        {
            canvas.Text(left + (width / 2), top + height + 40, horizontalLabel, new(LabelSize));
        }
    }

    /// <summary>Draws a curve through points; a single point is a disc.</summary>
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

    /// <summary>Draws a disc at one point.</summary>
    internal void DrawPoint((double X, double Y) point, double radius, string color, bool isFaint) =>
        canvas.Disc(X(point.X), Y(point.Y), radius, color, isFaint);

    /// <summary>Draws a filled rectangle between two numbers on each axis.</summary>
    internal void DrawBar(double low, double high, double from, double to, string color) =>
        canvas.Rectangle(X(low), Y(to), X(high) - X(low), Y(from) - Y(to), color);

    private double X(double value) => left + (width * horizontal.PositionOf(value));

    private double Y(double value) => top + height - (height * vertical.PositionOf(value));
}
