using System.Text;

namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>A table that reads as well in a terminal as it does rendered: names on the left, figures flush right.</summary>
internal sealed class MarkdownTable(params IReadOnlyList<string> head)
{
    private readonly List<IReadOnlyList<string>> rows = [];

    internal void Add(params IReadOnlyList<string> cells) => rows.Add(cells);

    public override string ToString()
    {
        int[] widths = [.. head.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max())];
        var text = new StringBuilder();
        AppendRow(text, head, widths);
        IEnumerable<string> rules = widths.Select((width, column) => new string('-', width + 1) + (column == 0 ? '-' : ':'));
        text.Append('|').AppendJoin('|', rules).AppendLine("|");
        foreach (IReadOnlyList<string> row in rows)
        {
            AppendRow(text, row, widths);
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells, int[] widths)
    {
        IEnumerable<string> padded =
            cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
        text.Append("| ").AppendJoin(" | ", padded).AppendLine(" |");
    }
}
