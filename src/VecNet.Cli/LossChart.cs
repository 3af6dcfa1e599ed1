using ScottPlot;
using SkiaSharp;

namespace VecNet.Cli;

/// <summary>The loss of every epoch as a picture.</summary>
internal static class LossChart
{
    private const int Width = 900;
    private const int Height = 500;

    /// <summary>A curve's name and its points, epochs from 1.</summary>
    internal sealed record Curve(string Name, string Color, double[] Epochs, double[] Losses);

    /// <summary>Of the picture's file: .png, or .svg where the library that draws PNGs cannot be loaded or finds no font to write with.</summary>
    internal static string Ending { get; } = EndingWith(() => SKFontManager.Default.FontFamilyCount);

    /// <summary>The same, by the number of fonts.</summary>
    internal static string EndingWith(Func<int> fonts)
    {
        try
        {
            return fonts() > 0 ? ".png" : ".svg";
        }
        catch (Exception error) when (IsMissingLibrary(error))
        {
            return ".svg";
        }
    }

    /// <summary>Saves the picture as <see cref="Ending"/> says.</summary>
    /// <returns>The path with the ending that it got.</returns>
    internal static string Save(TrainingRun run, string pathWithoutEnding)
    {
        Curve[] curves = [.. Curves(run)];
        if (Ending == ".png")
        {
            try
            {
                byte[] picture = Png(curves);
                AtomicFile.Write($"{pathWithoutEnding}.png", stream => stream.Write(picture));
                return $"{pathWithoutEnding}.png";
            }
            catch (Exception error) when (IsMissingLibrary(error))
            {
                // There are fonts, but not all that writing with them takes.
            }
        }

        AtomicFile.Write($"{pathWithoutEnding}.svg", stream => SvgChart.Write(stream, curves, Width, Height));
        return $"{pathWithoutEnding}.svg";
    }

    private static bool IsMissingLibrary(Exception error) => error is DllNotFoundException or TypeInitializationException or BadImageFormatException;

    private static IEnumerable<Curve> Curves(TrainingRun run)
    {
        if (run.Choosing.Count > 0)
        {
            yield return Of("first run: training", "#9ecae1", run.Choosing, epoch => epoch.TrainingLoss);
            yield return Of("first run: validation", "#fd8d3c", run.Choosing, epoch => epoch.ValidationLoss);
        }

        yield return Of(run.Choosing.Count > 0 ? "all training rows" : "training", "#08519c", run.Learning, epoch => epoch.TrainingLoss);
    }

    private static Curve Of(string name, string color, IReadOnlyList<TrainingProgress> epochs, Func<TrainingProgress, double> loss)
    {
        TrainingProgress[] finite = [.. epochs.Where(epoch => double.IsFinite(loss(epoch)))];
        return new(name, color, [.. finite.Select(epoch => (double)epoch.Epoch)], [.. finite.Select(epoch => Math.Max(loss(epoch), 1e-9))]);
    }

    private static byte[] Png(Curve[] curves)
    {
        using var plot = new Plot();
        foreach (Curve curve in curves)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(curve.Epochs, [.. curve.Losses.Select(Math.Log10)], Color.FromHex(curve.Color));
            line.LegendText = curve.Name;
            line.LineWidth = 2;
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            MinorTickGenerator = new ScottPlot.TickGenerators.LogMinorTickGenerator(),
            IntegerTicksOnly = true,
            LabelFormatter = exponent => $"{Math.Pow(10, exponent):G3}",
        };
        plot.Grid.MinorLineColor = Colors.Black.WithAlpha(0.05);
        plot.Grid.MinorLineWidth = 1;
        plot.Title("Loss of each epoch");
        plot.XLabel("epoch");
        plot.YLabel("mean cross-entropy");
        plot.ShowLegend(Alignment.UpperRight);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }
}
