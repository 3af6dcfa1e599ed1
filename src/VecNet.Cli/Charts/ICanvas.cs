namespace VecNet.Cli.Charts;

/// <summary>The canvas of a chart: a PNG or an SVG file. Lengths are in pixels, y grows downward, and colors are #rrggbb.</summary>
internal interface ICanvas
{
    /// <summary>Draws a filled rectangle.</summary>
    void Rectangle(double left, double top, double width, double height, string color);

    /// <summary>Draws straight lines from point to point.</summary>
    void Lines(IReadOnlyList<(double X, double Y)> points, string color, double width);

    /// <summary>Draws a disc, half transparent if <paramref name="isFaint"/>.</summary>
    void Disc(double x, double y, double radius, string color, bool isFaint);

    /// <summary>Draws a line of text.</summary>
    /// <param name="x">The horizontal position of its start, middle or end.</param>
    /// <param name="y">The vertical position of the middle of its lowercase letters.</param>
    /// <param name="text">The text.</param>
    /// <param name="style">The style.</param>
    void Text(double x, double y, string text, TextStyle style);
}

/// <summary>The style of a text.</summary>
/// <param name="Size">The font size.</param>
/// <param name="Color">The color.</param>
/// <param name="Anchor">The part of the text at the given position.</param>
/// <param name="Rotation">The rotation around that position in degrees, clockwise.</param>
/// <param name="IsBold">Whether the text is bold.</param>
internal readonly record struct TextStyle(
    double Size, string Color = "#222222", Anchor Anchor = Anchor.Middle, double Rotation = 0, bool IsBold = false);

/// <summary>The part of a text at the given position.</summary>
internal enum Anchor
{
    /// <summary>The start.</summary>
    Start,

    /// <summary>The middle.</summary>
    Middle,

    /// <summary>The end.</summary>
    End,
}

/// <summary>A chart.</summary>
internal interface IChart
{
    /// <summary>The size in pixels.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>Draws the chart on a white background.</summary>
    void Draw(ICanvas canvas);
}
