using SkiaSharp;

namespace VecNet.Cli.Charts;

/// <summary>Draws a PNG with Skia and the fonts of the system.</summary>
internal sealed class PngCanvas : ICanvas
{
    private readonly SKCanvas canvas;

    private PngCanvas(SKCanvas canvas) => this.canvas = canvas;

    /// <summary>The bytes of the PNG; a <paramref name="scale"/> of 2 doubles the resolution.</summary>
    internal static byte[] Encode(IChart chart, int scale = 1)
    {
        (int width, int height) = chart.Size;
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width * scale, height * scale))
            ?? throw new InvalidOperationException("The image cannot be allocated.");
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(scale);
        chart.Draw(new PngCanvas(surface.Canvas));
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    public void Rectangle(double left, double top, double width, double height, string color)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(color) };
        canvas.DrawRect((float)left, (float)top, (float)width, (float)height, paint);
    }

    public void Lines(IReadOnlyList<(double X, double Y)> points, string color, double width)
    {
        using var paint = new SKPaint
        {
            Color = SKColor.Parse(color),
            IsStroke = true,
            StrokeWidth = (float)width,
            IsAntialias = true,
            StrokeJoin = SKStrokeJoin.Round,
        };
        using var path = new SKPath();
        for (int i = 0; i < points.Count; i++)
        {
            var point = new SKPoint((float)points[i].X, (float)points[i].Y);
            if (i == 0)
            {
                path.MoveTo(point);
            }
            else
            {
                path.LineTo(point);
            }
        }

        canvas.DrawPath(path, paint);
    }

    public void Disc(double x, double y, double radius, string color, bool isFaint)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(color).WithAlpha(isFaint ? (byte)128 : (byte)255), IsAntialias = true };
        canvas.DrawCircle((float)x, (float)y, (float)radius, paint);
    }

    public void Text(double x, double y, string text, TextStyle style)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(style.Color), IsAntialias = true };
        using SKTypeface typeface = TypefaceFor(text, style.IsBold ? SKFontStyle.Bold : SKFontStyle.Normal);
        using var font = new SKFont(typeface, (float)style.Size)
        {
            Edging = SKFontEdging.Antialias,
            Subpixel = true,
            LinearMetrics = true,
            Hinting = SKFontHinting.None,
        };
        SKTextAlign align = style.Anchor switch
        {
            Anchor.Start => SKTextAlign.Left,
            Anchor.Middle => SKTextAlign.Center,
            _ => SKTextAlign.Right,
        };
        canvas.Save();
        canvas.Translate((float)x, (float)y);
        canvas.RotateDegrees((float)style.Rotation);
        canvas.DrawText(text, 0, (float)(SvgCanvas.MiddleToBaseline * style.Size), align, font, paint);
        canvas.Restore();
    }

    /// <summary>A sans-serif font, or another one that has the characters of the text.</summary>
    private static SKTypeface TypefaceFor(string text, SKFontStyle style)
    {
        SKTypeface sans = SKTypeface.FromFamilyName("DejaVu Sans", style) ?? SKTypeface.FromFamilyName(null, style);
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            if (sans.GetGlyph(rune.Value) == 0 && SKFontManager.Default.MatchCharacter(rune.Value) is { } other)
            {
                sans.Dispose();
                return other;
            }
        }

        return sans;
    }
}
