using Spectre.Console;
using Spectre.Console.Rendering;

namespace VecNet.Cli;

/// <summary>Writes a confusion matrix; if the terminal is too narrow for it, the most frequent confusions.</summary>
internal sealed class ConfusionMatrix
{
    private const int LongestNameInMatrix = 24;
    private const int LongestNameInList = 40;
    private const int LongestList = 12;
    private const int AnyWidth = 1 << 20;

    private readonly string[] names;
    private readonly int[,] counts;

    /// <summary>Counts the predictions of each class.</summary>
    /// <param name="classNames">The names of the classes, in which control characters are replaced.</param>
    /// <param name="actual">The true class of each row.</param>
    /// <param name="predicted">The predicted class of each row.</param>
    internal ConfusionMatrix(IReadOnlyList<string> classNames, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        names = [.. classNames.Select(name => string.Concat(name.Select(character => char.IsControl(character) ? '?' : character)))];
        counts = new int[names.Length, names.Length];
        for (int row = 0; row < actual.Length; row++)
        {
            counts[actual[row], predicted[row]]++;
        }
    }

    /// <summary>Writes the most detailed form that fits the width.</summary>
    internal void Write(CommandContext context)
    {
        context.Output.WriteLine();
        string[] numbers = [.. Enumerable.Range(1, names.Length).Select(number => $"{number}")];
        string[] numbered = [.. names.Select((name, i) => $"{numbers[i]} {Shorten(name, LongestNameInMatrix)}")];
        if (Array.TrueForAll(names, name => name.Length <= LongestNameInMatrix) && Fitting(context, names, names) is { } named)
        {
            context.Output.WriteLine("Confusion matrix (rows: true class, columns: predicted class)");
            Write(context, named);
        }
        else if (Fitting(context, numbers, numbered) is { } byNumber)
        {
            context.Output.WriteLine("Confusion matrix (rows: true class, columns: number of the predicted class)");
            Write(context, byNumber);
        }
        else
        {
            WriteMostConfused(context.Output);
            context.Output.WriteLine();
        }
    }

    /// <summary>The matrix; null if it is too wide.</summary>
    private Table? Fitting(CommandContext context, string[] across, string[] down)
    {
        // More columns than characters never fit.
        if (across.Length > context.Console.Profile.Width)
        {
            return null;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("") { NoWrap = true });
        foreach (string name in across)
        {
            table.AddColumn(new TableColumn(new Spectre.Console.Text(name)) { Alignment = Justify.Right, NoWrap = true });
        }

        for (int actual = 0; actual < down.Length; actual++)
        {
            table.AddRow(
            [
                new Spectre.Console.Text(down[actual]),
                .. Enumerable.Range(0, across.Length).Select(predicted => Cell(actual, predicted)),
            ]);
        }

        int width = ((IRenderable)table).Measure(RenderOptions.Create(context.Console, context.Console.Profile.Capabilities), AnyWidth).Max;
        return width <= context.Console.Profile.Width ? table : null;
    }

    /// <summary>Writes a table and a blank line; without a terminal, lines have no trailing spaces.</summary>
    private static void Write(CommandContext context, Table table)
    {
        if (context.Console.Profile.Capabilities.Ansi)
        {
            context.Console.Write(table);
            return;
        }

        string text = string.Concat(table.GetSegments(context.Console).Select(segment => segment.Text));
        foreach (string line in text.TrimEnd().Split('\n'))
        {
            context.Output.WriteLine(line.TrimEnd());
        }

        context.Output.WriteLine();
    }

    private void WriteMostConfused(TextWriter output)
    {
        (int Actual, int Predicted)[] pairs = [.. from actual in Enumerable.Range(0, names.Length)
                                                  from predicted in Enumerable.Range(0, names.Length)
                                                  where actual != predicted && counts[actual, predicted] > 0
                                                  orderby counts[actual, predicted] descending
                                                  select (actual, predicted)];
        output.WriteLine(pairs.Length == 0 ? "There are no wrong predictions." : "Most frequent confusions:");
        foreach ((int actual, int predicted) in pairs.Take(LongestList))
        {
            string trueName = Shorten(names[actual], LongestNameInList);
            output.WriteLine($"{counts[actual, predicted],6} × {trueName} predicted as {Shorten(names[predicted], LongestNameInList)}");
        }
    }

    private Spectre.Console.Text Cell(int actual, int predicted) => counts[actual, predicted] switch
    {
        0 => new Spectre.Console.Text("·", new Style(Color.Grey)),
        int count when actual == predicted => new Spectre.Console.Text($"{count}", new Style(Color.Green)),
        int count => new Spectre.Console.Text($"{count}", new Style(Color.Red, decoration: Decoration.Bold)),
    };

    /// <summary>Shortens a name without splitting a surrogate pair.</summary>
    private static string Shorten(string name, int longest) => name.Length <= longest
        ? name
        : $"{name[..(char.IsHighSurrogate(name[longest - 2]) ? longest - 2 : longest - 1)]}…";
}
