using System.Text;
using System.Xml;

namespace VecNet.Cli.Charts;

/// <summary>Draws an SVG, whose texts have the sans-serif font of the viewer.</summary>
internal sealed class SvgCanvas : ICanvas
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    /// <summary>The distance from the middle of lowercase letters to the baseline, as a share of the font size.</summary>
    internal const double MiddleToBaseline = 0.35;

    private readonly XmlWriter svg;

    private SvgCanvas(XmlWriter svg) => this.svg = svg;

    /// <summary>Writes the chart.</summary>
    internal static void Write(Stream stream, IChart chart)
    {
        var settings = new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };
        using var svg = XmlWriter.Create(stream, settings);
        svg.WriteStartElement("svg", Namespace);
        (int width, int height) = chart.Size;
        Attributes(
            svg,
            ("width", width),
            ("height", height),
            ("viewBox", $"0 0 {width} {height}"),
            ("font-family", "DejaVu Sans, Verdana, sans-serif"));
        var canvas = new SvgCanvas(svg);
        canvas.Rectangle(0, 0, width, height, "#ffffff");
        chart.Draw(canvas);
        svg.WriteEndElement();
    }

    public void Rectangle(double left, double top, double width, double height, string color) =>
        Element("rect", null, ("x", left), ("y", top), ("width", width), ("height", height), ("fill", color));

    public void Lines(IReadOnlyList<(double X, double Y)> points, string color, double width) => Element(
        "polyline",
        null,
        ("points", string.Join(' ', points.Select(point => FormattableString.Invariant($"{point.X:F1},{point.Y:F1}")))),
        ("fill", "none"), ("stroke", color), ("stroke-width", width), ("stroke-linejoin", "round"));

    public void Disc(double x, double y, double radius, string color, bool isFaint) =>
        Element("circle", null, ("cx", x), ("cy", y), ("r", radius), ("fill", color), ("fill-opacity", isFaint ? 0.5 : 1));

    public void Text(double x, double y, string text, TextStyle style) => Element(
        "text", new string([.. text.Where(XmlConvert.IsXmlChar)]),
        ("transform", FormattableString.Invariant(
            $"translate({x:F1} {y:F1}) rotate({style.Rotation:F0}) translate(0 {MiddleToBaseline * style.Size:F1})")),
        ("text-anchor", style.Anchor switch { Anchor.Start => "start", Anchor.Middle => "middle", _ => "end" }),
        ("font-size", style.Size), ("font-weight", style.IsBold ? "bold" : "normal"), ("fill", style.Color));

    private void Element(string name, string? text, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        svg.WriteStartElement(name, Namespace);
        Attributes(svg, attributes);
        if (text is not null)
        {
            svg.WriteString(text);
        }

        svg.WriteEndElement();
    }

    private static void Attributes(XmlWriter svg, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        foreach ((string name, object value) in attributes)
        {
            svg.WriteAttributeString(name, FormattableString.Invariant($"{value:0.##}"));
        }
    }
}
