namespace VecNet.Cli.Digits;

/// <summary>Draws the test images that the network misclassified.</summary>
internal static class MisclassifiedDigits
{
    private const int Drawn = 4;
    private const int Gap = 2;
    private const int DrawnWidth = 2 * EmbeddedDigits.Side;
    private const string Shades = " ░▒▓█";

    /// <summary>Draws the misclassified images with the highest probabilities, side by side: as many as fit the width.</summary>
    internal static void Draw(
        TextWriter output, int width, EmbeddedDigits digits, int[] images, int[] labels, ClassPredictions predictions)
    {
        int[] wrong = [.. Enumerable.Range(0, images.Length)
            .Where(row => predictions.Classes[row] != labels[row])
            .OrderByDescending(row => predictions.Probabilities[row])];
        if (wrong.Length == 0)
        {
            output.WriteLine("There are no misclassified digits.");
            return;
        }

        int[] shown = wrong[..int.Min(int.Clamp(width / (Gap + DrawnWidth), 1, Drawn), wrong.Length)];
        output.WriteLine(wrong.Length == 1
            ? "The only misclassified digit:"
            : $"Misclassified digits, highest probability first ({shown.Length} of {wrong.Length}):");
        output.WriteLine();
        output.WriteLine(Line(shown.Select(row => $"{labels[row]} read as {predictions.Classes[row]}")));
        output.WriteLine(Line(shown.Select(row => $"({100 * predictions.Probabilities[row]:F0} %)")));
        for (int y = 0; y < EmbeddedDigits.Side; y++)
        {
            output.WriteLine(Line(shown.Select(row => PixelRow(digits.Image(images[row]), y))));
        }
    }

    /// <summary>One row of pixels, each as two characters, since characters are twice as high as wide.</summary>
    private static string PixelRow(ReadOnlySpan<byte> image, int y)
    {
        string line = "";
        foreach (byte ink in image.Slice(y * EmbeddedDigits.Side, EmbeddedDigits.Side))
        {
            line += new string(Shades[(ink + 3) / 4], 2);
        }

        return line;
    }

    private static string Line(IEnumerable<string> parts) =>
        string.Concat(parts.Select(part => $"{"",Gap}{part,-DrawnWidth}")).TrimEnd();
}
