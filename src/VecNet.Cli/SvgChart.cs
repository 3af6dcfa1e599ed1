using System.Globalization;
using System.Text;
using System.Xml;

namespace VecNet.Cli;

/// <summary>Draws curves over a logarithmic axis as an SVG, without any library.</summary>
internal static class SvgChart
{
    private const int Left = 80;
    private const int Right = 30;
    private const int Top = 50;
    private const int Bottom = 60;

    /// <summary>Writes the picture.</summary>
    internal static void Write(Stream stream, IReadOnlyList<LossChart.Curve> curves, int width, int height)
    {
        double lastEpoch = curves.SelectMany(curve => curve.Epochs).DefaultIfEmpty(1).Max();
        double[] logarithms = [.. curves.SelectMany(curve => curve.Losses).Select(Math.Log10).DefaultIfEmpty(0)];
        double low = Math.Floor(logarithms.Min());
        double high = Math.Max(Math.Ceiling(logarithms.Max()), low + 1);
        double X(double epoch) => Left + ((width - Left - Right) * epoch / lastEpoch);
        double Y(double logarithm) => height - Bottom - ((height - Top - Bottom) * (logarithm - low) / (high - low));

        using var svg = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
        svg.WriteStartElement("svg", "http://www.w3.org/2000/svg");
        Attributes(svg, ("width", width), ("height", height), ("font-family", "sans-serif"), ("font-size", 14));
        Element(svg, "rect", null, ("width", width), ("height", height), ("fill", "white"));
        Element(svg, "text", "Loss of each epoch", ("x", width / 2), ("y", 30), ("text-anchor", "middle"), ("font-size", 18));
        Element(svg, "text", "epoch", ("x", width / 2), ("y", height - 15), ("text-anchor", "middle"));
        Element(svg, "text", "mean cross-entropy", ("transform", $"translate(20 {height / 2}) rotate(-90)"), ("text-anchor", "middle"));
        for (double exponent = low; exponent <= high; exponent++)
        {
            Element(svg, "line", null, ("x1", Left), ("x2", width - Right), ("y1", Y(exponent)), ("y2", Y(exponent)), ("stroke", "#ddd"));
            Element(svg, "text", $"{Math.Pow(10, exponent):G3}", ("x", Left - 8), ("y", Y(exponent) + 5), ("text-anchor", "end"));
        }

        for (int tick = 0; tick <= 5; tick++)
        {
            Element(svg, "text", $"{lastEpoch * tick / 5:F0}", ("x", X(lastEpoch * tick / 5)), ("y", height - Bottom + 20), ("text-anchor", "middle"));
        }

        for (int i = 0; i < curves.Count; i++)
        {
            string points = string.Join(' ', curves[i].Epochs.Zip(curves[i].Losses, (epoch, loss) =>
                string.Create(CultureInfo.InvariantCulture, $"{X(epoch):F1},{Y(Math.Log10(loss)):F1}")));
            Element(svg, "polyline", null, ("points", points), ("fill", "none"), ("stroke", curves[i].Color), ("stroke-width", 2));
            Element(svg, "text", curves[i].Name, ("x", width - Right - 10), ("y", Top + 20 + (20 * i)), ("text-anchor", "end"), ("fill", curves[i].Color));
        }

        svg.WriteEndElement();
    }

    private static void Element(XmlWriter svg, string name, string? text, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        svg.WriteStartElement(name, "http://www.w3.org/2000/svg");
        Attributes(svg, attributes);
        svg.WriteString(text);
        svg.WriteEndElement();
    }

    private static void Attributes(XmlWriter svg, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        foreach ((string name, object value) in attributes)
        {
            svg.WriteAttributeString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }
}
