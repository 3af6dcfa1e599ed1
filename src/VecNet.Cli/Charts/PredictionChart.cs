using System.Globalization;

namespace VecNet.Cli.Charts;

/// <summary>A scatter plot of predicted over true numbers, with the diagonal of perfect predictions.</summary>
internal sealed class PredictionChart(
    string target, IReadOnlyList<double> actual, IReadOnlyList<double> predicted, double? rSquared) : IChart
{
    private const int Left = 105;
    private const int Top = 60;
    private const int Side = 500;

    public (int Width, int Height) Size => (Left + Side + 40, Top + Side + 60);

    public void Draw(ICanvas canvas)
    {
        double low = Math.Min(actual.Min(), predicted.Min());
        double high = Math.Max(actual.Max(), predicted.Max());
        var axis = Axis.Linear(low, high, value => value.ToString("G4", CultureInfo.InvariantCulture));
        string name = string.Concat(target.Take(30).Select(character => char.IsControl(character) ? '?' : character));
        string score = rSquared is null ? "" : string.Create(CultureInfo.InvariantCulture, $", R² = {rSquared:F3}");
        string title = $"Predictions of {Counted.Of(actual.Count, "row")}";
        canvas.Text(Left + (Side / 2), 26, title + score, new(20, IsBold: true));
        var panel = new Panel(canvas, Left, Top, Side, Side, axis, axis);
        panel.DrawAxes($"{name}, true", $"{name}, predicted");
        panel.DrawCurve([(axis.Ticks[0].Value, axis.Ticks[0].Value), (axis.Ticks[^1].Value, axis.Ticks[^1].Value)], "#999999");
        for (int row = 0; row < actual.Count; row++)
        {
            panel.DrawPoint((actual[row], predicted[row]), 3.5, "#0b4a8f", isFaint: true);
        }
    }
}
