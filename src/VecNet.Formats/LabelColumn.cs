namespace VecNet.Formats;

/// <summary>The labels of the rows read so far; rows with the same label share one string.</summary>
internal sealed class LabelColumn
{
    private readonly List<string> labels = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>The label of each row, as it is written.</summary>
    internal IReadOnlyList<string> Labels => labels;

    /// <summary>Takes the label of the current row.</summary>
    /// <exception cref="CsvDataException">It is missing.</exception>
    internal void Add(CsvRecords records, int column)
    {
        ReadOnlySpan<char> label = records.Field(column);
        if (FeatureColumn.IsMissing(label, records.IsQuoted(column)))
        {
            throw records.Error(column, label.IsWhiteSpace() ? "the label is missing." : $"the label is missing: '{label}' counts as missing.");
        }

        Add(label);
    }

    /// <summary>Takes a label that is known to be one.</summary>
    internal void Add(ReadOnlySpan<char> label)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known = names.GetAlternateLookup<ReadOnlySpan<char>>();
        known.Add(label);
        known.TryGetValue(label, out string? name);
        labels.Add(name!);
    }
}
