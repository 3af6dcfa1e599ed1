namespace VecNet.Formats;

/// <summary>
/// The cells of one column: numbers, with NaN for missing values; or the codes of categories, which are indices of their texts, with −1
/// for missing values.
/// </summary>
internal sealed class CellColumn(string name, int position, bool isCategory)
{
    private readonly Dictionary<string, int> codeOf = new(StringComparer.Ordinal);

    public string Name => name;

    public bool IsCategory => isCategory;

    public List<double> Numbers { get; } = [];

    public List<int> Codes { get; } = [];

    public List<string> Texts { get; } = [];

    public void Add(CsvRecords records, bool allowMissing)
    {
        ReadOnlySpan<char> cell = records.Field(position);
        bool isMissing = FeatureColumn.IsMissing(cell, records.IsQuoted(position));
        if (!isCategory)
        {
            try
            {
                Numbers.Add(allowMissing && isMissing ? double.NaN : FeatureColumn.ParseNumber(cell));
            }
            catch (FormatException error)
            {
                throw records.Error(position, error.Message);
            }

            return;
        }

        if (isMissing && !allowMissing)
        {
            throw records.Error(
                position, cell.IsEmpty ? "the category is missing." : $"the category is missing: '{cell}' counts as missing.");
        }

        if (isMissing)
        {
            Codes.Add(-1);
            return;
        }

        if (!codeOf.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(cell, out int code))
        {
            code = Texts.Count;
            Texts.Add(cell.ToString());
            codeOf.Add(Texts[code], code);
        }

        Codes.Add(code);
    }
}
