using SkiaSharp;

namespace VecNet.Cli.Charts;

/// <summary>Saves charts: as PNG and as SVG, or as SVG alone where nothing can draw a PNG.</summary>
internal static class ChartFile
{
    /// <summary>Of the files: .svg alone where the library that draws PNGs cannot be loaded or finds no font to write with.</summary>
    internal static IReadOnlyList<string> Endings { get; } = EndingsWith(() => SKFontManager.Default.FontFamilyCount);

    /// <summary>The same, by the number of fonts.</summary>
    internal static IReadOnlyList<string> EndingsWith(Func<int> fonts)
    {
        try
        {
            return fonts() > 0 ? [".png", ".svg"] : [".svg"];
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            return [".svg"];
        }
    }

    /// <summary>Saves one chart.</summary>
    /// <returns>The paths of what was written.</returns>
    /// <exception cref="IOException">A file cannot be written; the message names it.</exception>
    internal static IReadOnlyList<string> Save(IChart chart, string pathWithoutEnding)
    {
        List<string> paths = [];
        foreach (string ending in Endings)
        {
            string path = pathWithoutEnding + ending;
            AtomicFile.Write(path, stream =>
            {
                if (ending == ".png")
                {
                    stream.Write(PngCanvas.Encode(chart));
                }
                else
                {
                    SvgCanvas.Write(stream, chart);
                }
            });
            paths.Add(path);
        }

        return paths;
    }
}
