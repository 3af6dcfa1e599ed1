using System.Globalization;

namespace VecNet.Cli.Charts;

/// <summary>
/// A reliability diagram: the accuracy of the rows in each bin of probabilities beside the diagonal, and the share of the rows in each bin.
/// </summary>
internal sealed class ReliabilityChart(CalibrationMetrics calibration) : IChart
{
    private const int Left = 105;
    private const int Top = 60;
    private const int Side = 480;
    private const int SharesTop = Top + Side + 30;
    private const int SharesHeight = 120;
    private const string AccuracyColor = "#0b4a8f";
    private const string OverconfidentColor = "#e6a3a3";
    private const string UnderconfidentColor = "#9cc3e6";

    public (int Width, int Height) Size => (Left + Side + 40, SharesTop + SharesHeight + 60);

    public void Draw(ICanvas canvas)
    {
        IReadOnlyList<CalibrationBin> bins = calibration.Bins;
        double weights = bins.Sum(bin => bin.Weight);
        string error = string.Create(CultureInfo.InvariantCulture, $"{calibration.ExpectedCalibrationError:F4}");
        canvas.Text(Left + (Side / 2), 26, $"Reliability: expected calibration error {error}", new(20, IsBold: true));
        static string Label(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
        var unit = Axis.Linear(0, 1, Label);
        double most = bins.Max(bin => bin.Weight) / Math.Max(weights, double.Epsilon);
        var panel = new Panel(canvas, Left, Top, Side, Side, unit, unit);
        var shares = new Panel(canvas, Left, SharesTop, Side, SharesHeight, unit, Axis.Linear(0, most, Label));
        panel.DrawAxes(null, "share of correct predictions");
        shares.DrawAxes("probability of the predicted class", "share of rows");
        for (int i = 0; i < bins.Count; i++)
        {
            if (bins[i] is not { Accuracy: { } accuracy, MeanProbability: { } mean })
            {
                continue;
            }

            double margin = 0.06 / bins.Count;
            (double low, double high) = (((double)i / bins.Count) + margin, ((i + 1.0) / bins.Count) - margin);
            panel.DrawBar(low, high, 0, accuracy, AccuracyColor);
            bool isOverconfident = mean > accuracy;
            panel.DrawBar(
                low,
                high,
                Math.Min(accuracy, mean),
                Math.Max(accuracy, mean),
                isOverconfident ? OverconfidentColor : UnderconfidentColor);
            shares.DrawBar(low, high, 0, bins[i].Weight / weights, AccuracyColor);
        }

        panel.DrawCurve([(0, 0), (1, 1)], "#999999");
        DrawLegend(canvas, 0, AccuracyColor, "accuracy");
        DrawLegend(canvas, 1, OverconfidentColor, "mean probability above the accuracy");
        DrawLegend(canvas, 2, UnderconfidentColor, "accuracy above the mean probability");
    }

    private static void DrawLegend(ICanvas canvas, int line, string color, string text)
    {
        canvas.Rectangle(Left + 16, Top + 14 + (22 * line), 14, 14, color);
        canvas.Text(Left + 38, Top + 21 + (22 * line), text, new(14, Anchor: Anchor.Start));
    }
}
