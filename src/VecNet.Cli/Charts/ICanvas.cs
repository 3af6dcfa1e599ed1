namespace VecNet.Cli.Charts;

/// <summary>What charts are drawn on: one text draws both kinds of files. Lengths are pixels, y grows downwards, colours are #rrggbb.</summary>
internal interface ICanvas
{
    /// <summary>A filled rectangle.</summary>
    void Rectangle(double left, double top, double width, double height, string color);

    /// <summary>Straight lines from point to point.</summary>
    void Lines(IReadOnlyList<(double X, double Y)> points, string color, double width);

    /// <summary>A disc, half transparent where <paramref name="isFaint"/>.</summary>
    void Disc(double x, double y, double radius, string color, bool isFaint);

    /// <summary>A line of text whose middle in height is at <paramref name="y"/>.</summary>
    /// <param name="x">Where it begins, has its middle or ends.</param>
    /// <param name="y">The middle of its small letters.</param>
    /// <param name="text">What to write.</param>
    /// <param name="style">How.</param>
    void Text(double x, double y, string text, TextStyle style);
}

/// <summary>How a text is written.</summary>
/// <param name="Size">Of the font.</param>
/// <param name="Color">Of the letters.</param>
/// <param name="Anchor">Which part of it stands at the given place.</param>
/// <param name="Turn">Degrees, clockwise, around that place.</param>
/// <param name="IsBold">Whether it is a heading.</param>
internal readonly record struct TextStyle(double Size, string Color = "#222222", Anchor Anchor = Anchor.Middle, double Turn = 0, bool IsBold = false);

/// <summary>The part of a text that is at the given place.</summary>
internal enum Anchor
{
    /// <summary>Its beginning.</summary>
    Start,

    /// <summary>Its middle.</summary>
    Middle,

    /// <summary>Its end.</summary>
    End,
}

/// <summary>A picture that can draw itself.</summary>
internal interface IChart
{
    /// <summary>In pixels.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>Draws all of it but the white ground.</summary>
    void Draw(ICanvas canvas);
}
