using Spectre.Console;
using Spectre.Console.Rendering;

namespace VecNet.Cli;

/// <summary>How often each class was taken for each: a matrix where the terminal is wide enough, else what is confused most often.</summary>
internal sealed class ConfusionMatrix
{
    private const int LongestNameInMatrix = 24;
    private const int LongestNameInList = 40;
    private const int LongestList = 12;
    private const int AnyWidth = 1 << 20;

    private readonly string[] names;
    private readonly int[,] counts;

    /// <summary>Counts.</summary>
    /// <param name="classNames">May hold anything that a file can: control characters are not shown.</param>
    /// <param name="actual">The class of each row.</param>
    /// <param name="predicted">What it was taken for.</param>
    internal ConfusionMatrix(IReadOnlyList<string> classNames, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        names = [.. classNames.Select(name => string.Concat(name.Select(character => char.IsControl(character) ? '?' : character)))];
        counts = new int[names.Length, names.Length];
        for (int row = 0; row < actual.Length; row++)
        {
            counts[actual[row], predicted[row]]++;
        }
    }

    /// <summary>Writes the most telling of the forms that fit the width.</summary>
    internal void Write(Session session)
    {
        session.Output.WriteLine();
        string[] numbers = [.. Enumerable.Range(1, names.Length).Select(number => $"{number}")];
        string[] numbered = [.. names.Select((name, i) => $"{numbers[i]} {Shorten(name, LongestNameInMatrix)}")];
        if (Array.TrueForAll(names, name => name.Length <= LongestNameInMatrix) && Fitting(session, names, names) is { } named)
        {
            session.Output.WriteLine("Confusion matrix: true class down, predicted class across");
            Write(session, named);
        }
        else if (Fitting(session, numbers, numbered) is { } byNumber)
        {
            session.Output.WriteLine("Confusion matrix: true class down, predicted class across, by its number");
            Write(session, byNumber);
        }
        else
        {
            WriteMostConfused(session.Output);
            session.Output.WriteLine();
        }
    }

    /// <summary>The matrix, unless it is too wide.</summary>
    private Table? Fitting(Session session, string[] across, string[] down)
    {
        // More columns than characters never fit: no need to make all their cells.
        if (across.Length > session.Console.Profile.Width)
        {
            return null;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("") { NoWrap = true });
        foreach (string name in across)
        {
            table.AddColumn(new TableColumn(new Text(name)) { Alignment = Justify.Right, NoWrap = true });
        }

        for (int actual = 0; actual < down.Length; actual++)
        {
            table.AddRow([new Text(down[actual]), .. Enumerable.Range(0, across.Length).Select(predicted => Cell(actual, predicted))]);
        }

        int width = ((IRenderable)table).Measure(RenderOptions.Create(session.Console, session.Console.Profile.Capabilities), AnyWidth).Max;
        return width <= session.Console.Profile.Width ? table : null;
    }

    /// <summary>With a blank line behind it; where it cannot move or have colours, lines have no blanks at their ends.</summary>
    private static void Write(Session session, Table table)
    {
        if (session.Console.Profile.Capabilities.Ansi)
        {
            session.Console.Write(table);
            return;
        }

        string text = string.Concat(table.GetSegments(session.Console).Select(segment => segment.Text));
        foreach (string line in text.TrimEnd().Split('\n'))
        {
            session.Output.WriteLine(line.TrimEnd());
        }

        session.Output.WriteLine();
    }

    private void WriteMostConfused(TextWriter output)
    {
        (int Actual, int Predicted)[] pairs = [.. from actual in Enumerable.Range(0, names.Length)
                                                  from predicted in Enumerable.Range(0, names.Length)
                                                  where actual != predicted && counts[actual, predicted] > 0
                                                  orderby counts[actual, predicted] descending
                                                  select (actual, predicted)];
        output.WriteLine(pairs.Length == 0 ? "No class was taken for another." : "Most often confused:");
        foreach ((int actual, int predicted) in pairs.Take(LongestList))
        {
            output.WriteLine($"{counts[actual, predicted],6} × {Shorten(names[actual], LongestNameInList)} taken for {Shorten(names[predicted], LongestNameInList)}");
        }
    }

    private Text Cell(int actual, int predicted) => counts[actual, predicted] switch
    {
        0 => new Text("·", new Style(Color.Grey)),
        int count when actual == predicted => new Text($"{count}", new Style(Color.Green)),
        int count => new Text($"{count}", new Style(Color.Red, decoration: Decoration.Bold)),
    };

    /// <summary>Never cuts a character in two that takes two places in a string.</summary>
    private static string Shorten(string name, int longest) => name.Length <= longest
        ? name
        : $"{name[..(char.IsHighSurrogate(name[longest - 2]) ? longest - 2 : longest - 1)]}…";
}
