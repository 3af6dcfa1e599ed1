using System.Globalization;

namespace VecNet.Formats;

/// <summary>The classes of a target column: their names in order, and the class of each row.</summary>
public sealed class ClassLabels
{
    private ClassLabels(string[] names, int[] classes)
    {
        Names = names;
        Classes = classes;
    }

    /// <summary>The names: ascending if all of them are numbers, else in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The class of each row, an index into <see cref="Names"/>.</summary>
    public int[] Classes { get; }

    /// <summary>Finds the classes of a table that was read with a target.</summary>
    /// <remarks>Labels that are all numbers are compared as numbers: 1 and 1.0 are one class.</remarks>
    /// <exception cref="CsvDataException">There are not two classes, or so many that the column cannot be a label.</exception>
    public static ClassLabels Of<T>(CsvTable<T> table)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(table);
        return Of(table.Path, table.TargetName, table.Labels);
    }

    /// <summary>Finds the classes of some labels.</summary>
    /// <param name="path">Of the file that they are from, for messages.</param>
    /// <param name="targetName">The name of their column, for messages.</param>
    /// <param name="labels">Of each row.</param>
    /// <inheritdoc cref="Of{T}(CsvTable{T})"/>
    public static ClassLabels Of(string path, string? targetName, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(labels);
        string[] texts = [.. labels.Distinct(StringComparer.Ordinal)];
        (string Text, double Number)[] numbers = [.. texts.Select(text => (text, Number(text)))];
        string[][] groups = numbers.All(label => !double.IsNaN(label.Number))
            ? [.. numbers.GroupBy(label => label.Number, label => label.Text).OrderBy(group => group.Key).Select(group => group.ToArray())]
            : [.. texts.Order(StringComparer.Ordinal).Select(text => new[] { text })];
        if (groups.Length < 2)
        {
            string message = groups.Length == 0 ? "there is no label."
                : $"{(labels.Count == 1 ? "the only row is" : $"all {labels.Count} rows are")} of one class, '{groups[0][0]}'; there must be two at least.";
            throw new CsvDataException(path, null, targetName, message);
        }

        if (groups.Length > 10 + (2 * Math.Sqrt(labels.Count)))
        {
            throw new CsvDataException(
                path, null, targetName, $"there are {groups.Length} different values in {labels.Count} rows: that is a measurement, not a class.");
        }

        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < groups.Length; i++)
        {
            foreach (string text in groups[i])
            {
                indices.Add(text, i);
            }
        }

        return new ClassLabels([.. groups.Select(group => group[0])], [.. labels.Select(label => indices[label])]);
    }

    /// <summary>The class of each of some labels among given names; −1 for a label that is none of them.</summary>
    public static int[] Match(IEnumerable<string> labels, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(names);
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        var byNumber = new Dictionary<double, int>();
        bool numeric = names.All(name => !double.IsNaN(Number(name)));
        for (int i = 0; i < names.Count; i++)
        {
            byName.TryAdd(names[i], i);
            if (numeric)
            {
                byNumber.TryAdd(Number(names[i]), i);
            }
        }

        return [.. labels.Select(label => byName.TryGetValue(label, out int i) || byNumber.TryGetValue(Number(label), out i) ? i : -1)];
    }

    private static double Number(string text) =>
        !text.Contains('\0') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
}
