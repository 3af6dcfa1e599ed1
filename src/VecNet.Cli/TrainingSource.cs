using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>What is learnt from: rows with labels, whose features can be made as soon as it is known which rows are for training.</summary>
/// <param name="Path">The file.</param>
/// <param name="Target">What the labels are called.</param>
/// <param name="Labels">Of each row.</param>
/// <param name="Lines">Of the file, where each row begins.</param>
/// <param name="FeaturesOf">Takes the training rows, and makes features of all.</param>
internal sealed record TrainingSource(
    string Path, string Target, IReadOnlyList<string> Labels, IReadOnlyList<long> Lines, Func<IReadOnlyList<int>, PreparedFeatures> FeaturesOf)
{
    /// <summary>Whether labels are compared as numbers, not as texts.</summary>
    internal bool HasNumericLabels { get; init; }

    /// <summary>The columns of a CSV file.</summary>
    internal static TrainingSource OfTable(string path, string target, CsvColumnRules rules)
    {
        CsvCells cells = CsvCells.Read(path, target, rules);
        return new(path, target, cells.Labels, cells.Lines, trainingRows =>
        {
            TableFeatures table = cells.Fit(trainingRows);
            return PreparedFeatures.OfTable(cells.Encode(table), table);
        });
    }

    /// <summary>Texts in lines behind their labels, or in a column of a CSV file.</summary>
    internal static TrainingSource OfTexts(string path, string? target, TextHashing hashing, CsvHeader header)
    {
        TextTable<float> texts = hashing.Column is null ? TextTable<float>.Read(path, hashing) : TextTable<float>.ReadCsv(path, hashing, target, header);
        return texts.TargetName is null
            ? throw new CsvDataException(path, target is null ? "each line must be a label, a tab and a text." : $"there is no column '{target}' for the labels.")
            : new(path, texts.TargetName, texts.Labels, texts.Lines, _ => PreparedFeatures.OfTexts(texts.Features, hashing));
    }
}
