using SkiaSharp;

namespace VecNet.Cli.Charts;

/// <summary>Saves charts as PNG and SVG, or as SVG only if no PNG can be drawn.</summary>
internal static class ChartFile
{
    /// <summary>The extensions of the files: .svg only if the library that draws PNGs cannot be loaded or finds no font.</summary>
    internal static IReadOnlyList<string> Extensions { get; } = ExtensionsWith(() => SKFontManager.Default.FontFamilyCount);

    /// <summary>The extensions for a number of fonts.</summary>
    internal static IReadOnlyList<string> ExtensionsWith(Func<int> fonts)
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
    /// <returns>The paths of the files.</returns>
    /// <exception cref="IOException">A file cannot be written; the message names it.</exception>
    internal static IReadOnlyList<string> Save(IChart chart, string pathWithoutExtension)
    {
        List<string> paths = [];
        foreach (string extension in Extensions)
        {
            string path = pathWithoutExtension + extension;
            AtomicFile.Write(path, stream =>
            {
                if (extension == ".png")
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
