using System.Globalization;

namespace VecNet.Cli.Charts;

/// <summary>A confusion matrix: counts in cells that are shaded by their share of the true class.</summary>
internal sealed class ConfusionChart(IReadOnlyList<string> names, ClassificationMetrics counts) : IChart
{
    /// <summary>The largest number of classes: more cells could not be told apart.</summary>
    internal const int MostClasses = 100;

    private const int Top = 70;
    private const int RightOfMatrix = 130;

    /// <summary>The smallest width, which has space for the title.</summary>
    private const int NarrowestPicture = 640;
    private const int LongestName = 24;
    private const double NameSize = 14;

    /// <summary>The width of a letter as a share of the font size: a little wider than most letters.</summary>
    private const double LetterWidth = 0.62;

    private readonly string[] labels = [.. names
        .Select(name => Shorten(string.Concat(name.Select(character => char.IsControl(character) ? '?' : character))))];

    public (int Width, int Height) Size =>
        ((int)(Left + Side + RightOfMatrix + ((Margin - LabelMargin) / 2)), (int)(Top + Side + Below + 45));

    private double Cell => Math.Clamp(480.0 / names.Count, 9, 90);

    private double Side => Cell * names.Count;

    private double LongestLabel => labels.Max(Width);

    /// <summary>Whether names fit below their columns without rotation.</summary>
    private bool AreHorizontal => LongestLabel <= Cell - 4;

    /// <summary>The step between classes that have a label: more than 1 if cells are smaller than letters.</summary>
    private int LabelStep => (int)Math.Ceiling((NameSize + 2) / Cell);

    private double Left => Margin;

    /// <summary>The width of the names at the left side.</summary>
    private double LabelMargin => 50 + LongestLabel + 10;

    /// <summary>The left margin, which is wider if that centers the matrix below its title.</summary>
    private double Margin => Math.Max(LabelMargin, LabelMargin + ((NarrowestPicture - LabelMargin - Side - RightOfMatrix) / 2));

    private double Below => AreHorizontal ? 30 : LongestLabel + 16;

    public void Draw(ICanvas canvas)
    {
        string title = string.Create(
            CultureInfo.InvariantCulture, $"Confusion matrix: accuracy {100 * counts.Accuracy:F2} % on {Counted.Of(counts.Rows, "row")}");
        canvas.Text(Size.Width / 2, 26, title, new(20, IsBold: true));
        for (int actual = 0; actual < names.Count; actual++)
        {
            DrawRow(canvas, actual);
            if (actual % LabelStep == 0)
            {
                canvas.Text(Left - 10, Top + (Cell * (actual + 0.5)), labels[actual], new(NameSize, Anchor: Anchor.End));
                double x = Left + (Cell * (actual + 0.5));
                canvas.Text(
                    x,
                    Top + Side + (AreHorizontal ? 16 : 10),
                    labels[actual],
                    AreHorizontal ? new(NameSize) : new(NameSize, Anchor: Anchor.End, Rotation: -90));
            }
        }

        for (int line = 0; line <= names.Count; line++)
        {
            bool isEdge = line == 0 || line == names.Count;
            canvas.Lines(
                [(Left + (Cell * line), Top), (Left + (Cell * line), Top + Side)], isEdge ? "#555555" : "#dddddd", isEdge ? 1.5 : 1);
            canvas.Lines(
                [(Left, Top + (Cell * line)), (Left + Side, Top + (Cell * line))], isEdge ? "#555555" : "#dddddd", isEdge ? 1.5 : 1);
        }

        canvas.Text(Left - LongestLabel - 36, Top + (Side / 2), "true class", new(15, Rotation: -90));
        canvas.Text(Left + (Side / 2), Top + Side + Below + 22, "predicted class", new(15));
        DrawScale(canvas);
    }

    private void DrawRow(ICanvas canvas, int actual)
    {
        int rows = Enumerable.Range(0, names.Count).Sum(predicted => counts[actual, predicted]);
        for (int predicted = 0; predicted < names.Count; predicted++)
        {
            int count = counts[actual, predicted];
            if (count == 0)
            {
                continue;
            }

            double share = (double)count / rows;
            bool isCorrect = actual == predicted;
            canvas.Rectangle(Left + (Cell * predicted), Top + (Cell * actual), Cell, Cell, Shade(share, isCorrect));
            string text = $"{count}";
            double size = Math.Min(16, Math.Min(0.6 * Cell, (Cell - 3) / (LetterWidth * text.Length)));
            if (size >= 7)
            {
                canvas.Text(
                    Left + (Cell * (predicted + 0.5)), Top + (Cell * (actual + 0.5)), text, new(size, share > 0.5 ? "#ffffff" : "#222222"));
            }
        }
    }

    /// <summary>Draws two bars beside the matrix, as the legend of correct and of wrong predictions.</summary>
    private void DrawScale(ICanvas canvas)
    {
        const int Steps = 20;
        const double BarWidth = 14;
        double x = Left + Side + 24;
        double height = Math.Min(Side, 240);
        for (int i = 0; i < Steps; i++)
        {
            double share = (Steps - i) / (double)Steps;
            canvas.Rectangle(x, Top + (height * i / Steps), BarWidth, (height / Steps) + 0.5, Shade(share, isCorrect: true));
            canvas.Rectangle(
                x + BarWidth + 2, Top + (height * i / Steps), BarWidth, (height / Steps) + 0.5, Shade(share, isCorrect: false));
        }

        foreach (int percent in (int[])[0, 50, 100])
        {
            canvas.Text(x + (2 * BarWidth) + 8, Top + (height * (100 - percent) / 100.0), $"{percent} %", new(12, Anchor: Anchor.Start));
        }

        canvas.Text(x + 82, Top + (height / 2), "share of the true class", new(12, Rotation: 90));
    }

    /// <summary>
    /// From nearly white to dark blue for correct predictions, and to dark red for wrong ones; the square root makes rare ones visible.
    /// </summary>
    private static string Shade(double share, bool isCorrect)
    {
        (int red, int green, int blue) = isCorrect ? (11, 74, 143) : (170, 32, 32);
        double depth = 0.12 + (0.88 * Math.Sqrt(share));
        int Mix(int full) => (int)Math.Round(255 + (depth * (full - 255)));
        return $"#{Mix(red):x2}{Mix(green):x2}{Mix(blue):x2}";
    }

    /// <summary>The width of a text, in which East Asian characters are wider.</summary>
    private static double Width(string text) => NameSize * LetterWidth * text.Sum(character => character >= 0x2E80 ? 1.7 : 1);

    private static string Shorten(string name) => name.Length <= LongestName
        ? name
        : $"{name[..(char.IsHighSurrogate(name[LongestName - 2]) ? LongestName - 2 : LongestName - 1)]}…";
}
