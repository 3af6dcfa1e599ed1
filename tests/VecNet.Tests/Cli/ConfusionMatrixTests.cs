namespace VecNet.Tests;

public sealed class ConfusionMatrixTests
{
    private static readonly string[] LongNames = [.. Enumerable.Range(0, 12).Select(i => $"klassenname{i}")];

    [Fact]
    public void Short_names_stand_on_both_sides_and_no_line_ends_with_a_blank()
    {
        string[] lines = Lines(["u", "v\n\e[31m"], 40);
        Assert.Equal("Confusion matrix (rows: true class, columns: predicted class)", lines[1]);
        Assert.Contains(lines, line => line.EndsWith(" v??[31m", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains('\e', StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public void Long_names_give_numbered_columns_and_no_cell_is_broken()
    {
        string[] lines = Lines(LongNames, 100);
        Assert.Contains("number of the predicted class", lines[1], StringComparison.Ordinal);
        for (int i = 0; i < LongNames.Length; i++)
        {
            Assert.Single(lines, line => line.TrimStart().StartsWith($"{i + 1} {LongNames[i]} ", StringComparison.Ordinal));
        }

        Assert.All(lines, line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public void What_does_not_fit_at_all_is_a_list()
    {
        string[] lines = Lines(LongNames, 30);
        Assert.Equal(["", "Most frequent confusions:", "     2 × klassenname1 predicted as klassenname0", ""], lines);
        Assert.Equal(["", "Most frequent confusions:"], Lines([.. Enumerable.Range(0, 200).Select(i => $"{i}")], 100)[..2]);
    }

    /// <summary>Writes a matrix in which class 1 is predicted as class 0 twice, and all other predictions are correct.</summary>
    private static string[] Lines(string[] names, int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var context = new CommandContext(output, TextWriter.Null, terminal: false, TestContext.Current.CancellationToken);
        context.Console.Profile.Width = width;
        int[] all = [.. Enumerable.Range(0, names.Length)];
        new ConfusionMatrix(names, [.. all, 1, 1], [.. all, 0, 0]).Write(context);
        string text = output.ToString();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text[..^1].Split('\n');
    }
}
