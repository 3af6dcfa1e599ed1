using System.Globalization;
using System.Text.Json.Nodes;

namespace VecNet.Cli;

/// <summary>Writes the result of <c>inspect</c> as text: a line for each property, and a table for each list of objects.</summary>
internal static class InspectionWriter
{
    private const int WidestCell = 60;

    internal static void Write(TextWriter output, JsonObject found)
    {
        int width = found.Where(property => !IsTable(property.Value)).Max(property => property.Key.Length) + 2;
        foreach ((string name, JsonNode? value) in found.Where(property => !IsTable(property.Value)))
        {
            output.WriteLine($"{name.PadRight(width)}{Cell(value, int.MaxValue)}".TrimEnd());
        }

        foreach ((string _, JsonNode? value) in found.Where(property => IsTable(property.Value)))
        {
            output.WriteLine();
            WriteTable(output, [.. value!.AsArray().Select(row => row!.AsObject())]);
        }
    }

    private static void WriteTable(TextWriter output, JsonObject[] rows)
    {
        string[] names = [.. rows[0].Select(cell => cell.Key)];
        string[][] cells = [names, .. rows.Select(row => names.Select(name => Cell(row[name], WidestCell)).ToArray())];
        bool[] isNumber = [.. names
            .Select(name => rows.All(row => row[name] is null || row[name]!.GetValueKind() == System.Text.Json.JsonValueKind.Number))];
        int[] widths = [.. names.Select((_, column) => cells.Max(row => row[column].Length))];
        foreach (string[] row in cells)
        {
            IEnumerable<string> padded = row.Select(
                (cell, column) => isNumber[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", padded).TrimEnd());
        }
    }

    private static bool IsTable(JsonNode? value) => value is JsonArray { Count: > 0 } array && array[0] is JsonObject;

    /// <summary>
    /// The text of a value, with six digits of a number, and without the control characters that names in a file may have.
    /// </summary>
    private static string Cell(JsonNode? value, int widest)
    {
        string text = value switch
        {
            null => "–",
            JsonArray array => array.Count == 0
                ? "–"
                : string.Join(" ", array.Select(one => Cell(one, WidestCell)).Take(100)) + (array.Count > 100 ? " …" : ""),
            JsonValue number when !number.TryGetValue(out long _) && number.TryGetValue(out double real) =>
                real.ToString("G6", CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
        text = string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
        return text.Length <= widest ? text : $"{text[..(char.IsHighSurrogate(text[widest - 2]) ? widest - 2 : widest - 1)]}…";
    }
}
