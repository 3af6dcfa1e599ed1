namespace VecNet.Benchmarks.Comparing.Reporting;

/// <summary>A table that reads as well in a terminal as it does rendered: names on the left, figures flush right.</summary>
internal static class MarkdownTable
{
    /// <summary>Writes the rows, the first of which is the head.</summary>
    internal static void Write(TextWriter output, params IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length))];
        output.WriteLine(Line(rows[0]));
        output.WriteLine($"|{string.Join('|', widths.Select((width, column) => new string('-', width + 1) + (column == 0 ? '-' : ':')))}|");
        foreach (IReadOnlyList<string> row in rows.Skip(1))
        {
            output.WriteLine(Line(row));
        }

        string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells.Select(Padded))} |";
        string Padded(string cell, int column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
    }
}
