namespace VecNet.Formats;

/// <summary>The labels of the rows that have been read; rows with the same label share one string.</summary>
internal sealed class LabelColumn
{
    private readonly List<string> labels = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>The label of each row, as it is written.</summary>
    internal IReadOnlyList<string> Labels => labels;

    /// <summary>Adds the label of the current row.</summary>
    /// <exception cref="CsvDataException">The label is missing.</exception>
    internal void Add(CsvRecords records, int column)
    {
        ReadOnlySpan<char> label = records.Field(column);
        if (FeatureColumn.IsMissing(label, records.IsQuoted(column)))
        {
            throw records.Error(
                column, label.IsWhiteSpace() ? "the label is missing." : $"the label is missing: '{label}' counts as missing.");
        }

        Add(label);
    }

    /// <summary>Adds a label that is not missing.</summary>
    internal void Add(ReadOnlySpan<char> label)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known = names.GetAlternateLookup<ReadOnlySpan<char>>();
        known.Add(label);
        known.TryGetValue(label, out string? name);
        labels.Add(name!);
    }
}
