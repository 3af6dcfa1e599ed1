namespace VecNet.Formats;

/// <summary>The classes of a target column: their names in order, and the class of each row.</summary>
public sealed class ClassLabels
{
    private ClassLabels(string[] names, int[] classes)
    {
        Names = names;
        Classes = classes;
    }

    /// <summary>
    /// The names, in ascending order if all of them are numbers (equal numbers in ordinal order), and in ordinal order otherwise.
    /// </summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The class of each row, an index into <see cref="Names"/>.</summary>
    public int[] Classes { get; }

    /// <summary>
    /// Two names that are different texts of the same number, if labels are compared as text; null if there are none.
    /// </summary>
    public (string First, string Second)? SameNumber { get; private init; }

    /// <summary>Finds the classes of a table that was read with a target.</summary>
    /// <param name="table">The table. Its labels are the same class if their characters are equal.</param>
    /// <param name="areNumbers">Whether labels are compared as numbers instead, exactly and with any number of digits: 1 and 1.0 are the
    /// same class.</param>
    /// <exception cref="CsvDataException">
    /// There are fewer than two classes, there are too many for labels, or a label is not a number although labels are numbers.
    /// </exception>
    public static ClassLabels Create(CsvTable table, bool areNumbers = false)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Create(table.Path, table.TargetName, table.Labels, areNumbers, table.Lines);
    }

    /// <summary>Finds the classes of labels.</summary>
    /// <param name="path">The file of the labels, for messages.</param>
    /// <param name="targetName">The name of the column, for messages.</param>
    /// <param name="labels">The label of each row. Labels with equal characters are the same class.</param>
    /// <param name="areNumbers">
    /// Whether labels are compared as numbers instead, exactly and with any number of digits: 1 and 1.0 are the same class.
    /// </param>
    /// <param name="lines">The line of the file where each row begins, for messages.</param>
    /// <exception cref="CsvDataException">
    /// There are fewer than two classes, there are too many for labels, or a label is not a number although labels are numbers.
    /// </exception>
    public static ClassLabels Create(
        string path, string? targetName, IReadOnlyList<string> labels, bool areNumbers = false, IReadOnlyList<long>? lines = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(labels);
        (string Text, DecimalNumber? Number)[] texts =
            [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(text => (text, Number(text)))];
        if (areNumbers && texts.Any(label => label.Number is null))
        {
            (int row, string word) = labels.Index().First(label => Number(label.Item) is null);
            throw new CsvDataException(path, lines?[row], targetName, $"the label '{word}' is not a number.");
        }

        // Numbers are in ascending order, and equal numbers in ordinal order.
        (string Text, DecimalNumber? Number)[] ordered = texts.All(label => label.Number is not null)
            ? [.. texts.OrderBy(label => label.Number!.Value)]
            : texts;
        string[][] groups = areNumbers
            ? [.. ordered.GroupBy(label => label.Number, label => label.Text).Select(group => group.OrderBy(text => text.Length).ToArray())]
            : [.. ordered.Select(label => new[] { label.Text })];
        if (groups.Length < 2)
        {
            string message = groups.Length == 0 ? "there are no labels."
                : $"{(labels.Count == 1 ? "the only row has" : $"all {labels.Count} rows have")} the class '{groups[0][0]}'; "
                    + "training needs at least two classes.";
            throw new CsvDataException(path, null, targetName, message);
        }

        if (groups.Length > 10 + (2 * Math.Sqrt(labels.Count)))
        {
            throw new CsvDataException(
                path,
                null,
                targetName,
                $"there are {groups.Length} different values in {labels.Count} rows, which is too many for classes.");
        }

        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < groups.Length; i++)
        {
            foreach (string text in groups[i])
            {
                indices.Add(text, i);
            }
        }

        string[]? twins = areNumbers ? null
            : texts.Where(label => label.Number is not null).GroupBy(label => label.Number, label => label.Text)
                .FirstOrDefault(group => group.Count() > 1)?.ToArray();
        return new ClassLabels([.. groups.Select(group => group[0])], [.. labels.Select(label => indices[label])])
        {
            SameNumber = twins is [string first, string second, ..] ? (first, second) : null,
        };
    }

    /// <summary>Finds the class of each label among given names; −1 for a label that is not one of them.</summary>
    /// <param name="labels">The label of each row.</param>
    /// <param name="names">The names of the classes.</param>
    /// <param name="areNumbers">Whether labels are compared as numbers, exactly, instead of as text.</param>
    public static int[] Match(IEnumerable<string> labels, IReadOnlyList<string> names, bool areNumbers = false)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(names);
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        var byNumber = new Dictionary<DecimalNumber, int>();
        for (int i = 0; i < names.Count; i++)
        {
            byName.TryAdd(names[i], i);
            if (areNumbers && Number(names[i]) is { } number)
            {
                byNumber.TryAdd(number, i);
            }
        }

        return
        [
            .. labels.Select(label => byName.TryGetValue(label, out int i)
                || (areNumbers && Number(label) is { } number && byNumber.TryGetValue(number, out i)) ? i : -1),
        ];
    }

    private static DecimalNumber? Number(string text) => DecimalNumber.TryParse(text, out DecimalNumber number) ? number : null;
}
