using ScottPlot;

namespace VecNet.Cli;

/// <summary>The loss of every epoch as a picture.</summary>
internal static class LossChart
{
    private const int Width = 900;
    private const int Height = 500;

    /// <summary>A curve's name and its points, epochs from 1.</summary>
    internal sealed record Curve(string Name, string Color, double[] Epochs, double[] Losses);

    /// <summary>Saves a PNG; or an SVG where the native library that draws PNGs cannot be loaded.</summary>
    /// <returns>The path with the ending that it got.</returns>
    internal static string Save(TrainingRun run, string pathWithoutEnding)
    {
        Curve[] curves = [.. Curves(run)];
        try
        {
            byte[] picture = Png(curves);
            OutputFiles.Write($"{pathWithoutEnding}.png", stream => stream.Write(picture));
            return $"{pathWithoutEnding}.png";
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            OutputFiles.Write($"{pathWithoutEnding}.svg", stream => SvgChart.Write(stream, curves, Width, Height));
            return $"{pathWithoutEnding}.svg";
        }
    }

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
