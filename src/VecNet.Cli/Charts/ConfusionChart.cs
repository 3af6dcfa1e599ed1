using System.Globalization;

namespace VecNet.Cli.Charts;

/// <summary>How often each class was taken for each: counts, in cells shaded by their share of the true class.</summary>
internal sealed class ConfusionChart(IReadOnlyList<string> names, ClassificationMetrics counts) : IChart
{
    /// <summary>More cells than these could not be told apart.</summary>
    internal const int MostClasses = 100;

    private const int Top = 70;
    private const int RightOfMatrix = 130;

    /// <summary>The title's width, and a little.</summary>
    private const int NarrowestPicture = 640;
    private const int LongestName = 24;
    private const double NameSize = 14;

    /// <summary>Of a letter, for its room: a little wider than most, as a part of the font's size.</summary>
    private const double LetterWidth = 0.62;

    private readonly string[] labels = [.. names.Select(name => Shorten(string.Concat(name.Select(character => char.IsControl(character) ? '?' : character))))];

    public (int Width, int Height) Size => ((int)(Left + Side + RightOfMatrix + ((Margin - Least) / 2)), (int)(Top + Side + Below + 45));

    private double Cell => Math.Clamp(480.0 / names.Count, 9, 90);

    private double Side => Cell * names.Count;

    private double LongestLabel => labels.Max(Width);

    /// <summary>Whether names fit below their columns without being turned.</summary>
    private bool AreLevel => LongestLabel <= Cell - 4;

    /// <summary>Where cells are lower than letters, only every so many classes are named.</summary>
    private int NamedEvery => (int)Math.Ceiling((NameSize + 2) / Cell);

    private double Left => Margin;

    /// <summary>What names at the left side take.</summary>
    private double Least => 50 + LongestLabel + 10;

    /// <summary>The same, or what brings the matrix to the middle of a picture that is wide enough for its title.</summary>
    private double Margin => Math.Max(Least, Least + ((NarrowestPicture - Least - Side - RightOfMatrix) / 2));

    private double Below => AreLevel ? 30 : LongestLabel + 16;

    public void Draw(ICanvas canvas)
    {
        canvas.Text(
            Size.Width / 2, 26, string.Create(CultureInfo.InvariantCulture, $"Confusion matrix: {100 * counts.Accuracy:F2} % of {counts.Rows:N0} rows right"), new(20, IsBold: true));
        for (int actual = 0; actual < names.Count; actual++)
        {
            DrawRow(canvas, actual);
            if (actual % NamedEvery == 0)
            {
                canvas.Text(Left - 10, Top + (Cell * (actual + 0.5)), labels[actual], new(NameSize, Anchor: Anchor.End));
                double x = Left + (Cell * (actual + 0.5));
                canvas.Text(x, Top + Side + (AreLevel ? 16 : 10), labels[actual], AreLevel ? new(NameSize) : new(NameSize, Anchor: Anchor.End, Turn: -90));
            }
        }

        for (int line = 0; line <= names.Count; line++)
        {
            bool isEdge = line == 0 || line == names.Count;
            canvas.Lines([(Left + (Cell * line), Top), (Left + (Cell * line), Top + Side)], isEdge ? "#555555" : "#dddddd", isEdge ? 1.5 : 1);
            canvas.Lines([(Left, Top + (Cell * line)), (Left + Side, Top + (Cell * line))], isEdge ? "#555555" : "#dddddd", isEdge ? 1.5 : 1);
        }

        canvas.Text(Left - LongestLabel - 36, Top + (Side / 2), "true class", new(15, Turn: -90));
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
            bool isRight = actual == predicted;
            canvas.Rectangle(Left + (Cell * predicted), Top + (Cell * actual), Cell, Cell, Shade(share, isRight));
            string text = $"{count}";
            double size = Math.Min(16, Math.Min(0.6 * Cell, (Cell - 3) / (LetterWidth * text.Length)));
            if (size >= 7)
            {
                canvas.Text(Left + (Cell * (predicted + 0.5)), Top + (Cell * (actual + 0.5)), text, new(size, share > 0.5 ? "#ffffff" : "#222222"));
            }
        }
    }

    /// <summary>Two bars beside the matrix: what the shades of right and of wrong cells mean.</summary>
    private void DrawScale(ICanvas canvas)
    {
        const int Steps = 20;
        const double BarWidth = 14;
        double x = Left + Side + 24;
        double height = Math.Min(Side, 240);
        for (int i = 0; i < Steps; i++)
        {
            double share = (Steps - i) / (double)Steps;
            canvas.Rectangle(x, Top + (height * i / Steps), BarWidth, (height / Steps) + 0.5, Shade(share, isRight: true));
            canvas.Rectangle(x + BarWidth + 2, Top + (height * i / Steps), BarWidth, (height / Steps) + 0.5, Shade(share, isRight: false));
        }

        foreach (int percent in (int[])[0, 50, 100])
        {
            canvas.Text(x + (2 * BarWidth) + 8, Top + (height * (100 - percent) / 100.0), $"{percent} %", new(12, Anchor: Anchor.Start));
        }

        canvas.Text(x + 82, Top + (height / 2), "share of the true class", new(12, Turn: 90));
    }

    /// <summary>From nearly white to dark blue for right cells, to dark red for wrong ones: the square root shows what is rare.</summary>
    private static string Shade(double share, bool isRight)
    {
        (int red, int green, int blue) = isRight ? (11, 74, 143) : (170, 32, 32);
        double depth = 0.12 + (0.88 * Math.Sqrt(share));
        int Mix(int full) => (int)Math.Round(255 + (depth * (full - 255)));
        return $"#{Mix(red):x2}{Mix(green):x2}{Mix(blue):x2}";
    }

    /// <summary>Wide characters, those of East Asia, take two places.</summary>
    private static double Width(string text) => NameSize * LetterWidth * text.Sum(character => character >= 0x2E80 ? 1.7 : 1);

    private static string Shorten(string name) => name.Length <= LongestName
        ? name
        : $"{name[..(char.IsHighSurrogate(name[LongestName - 2]) ? LongestName - 2 : LongestName - 1)]}…";
}
