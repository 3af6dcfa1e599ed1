using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>The data of <c>train</c>: labels, and features that are made once the training rows are known.</summary>
/// <param name="Path">The file.</param>
/// <param name="Target">The name of the labels.</param>
/// <param name="Labels">The label of each row.</param>
/// <param name="Lines">The line of the file where each row begins.</param>
/// <param name="FeaturesOf">Fits the preprocessing on the given training rows, and makes the features of all rows.</param>
internal sealed record TrainingData(
    string Path,
    string Target,
    IReadOnlyList<string> Labels,
    IReadOnlyList<long> Lines,
    Func<IReadOnlyList<int>, TrainingFeatures> FeaturesOf)
{
    /// <summary>The texts; null for a table.</summary>
    internal IReadOnlyList<string>? Texts { get; private init; }

    /// <summary>Whether labels are compared as numbers instead of as texts.</summary>
    internal bool HasNumericLabels { get; init; }

    /// <summary>The weight of each row; null for ones.</summary>
    internal IReadOnlyList<double>? Weights { get; init; }

    /// <summary>The weighting of the classes in training.</summary>
    internal ClassWeights ClassWeights { get; init; }

    /// <summary>Reads the columns of a CSV file.</summary>
    internal static TrainingData ReadTable(string path, string target, CsvColumnRules rules)
    {
        CsvCells cells = CsvCells.Read(path, target, rules);
        return new(path, target, cells.Labels, cells.Lines, trainingRows =>
        {
            TableFeatures table = cells.Fit(trainingRows);
            return TrainingFeatures.OfTable(cells.Encode(table), table);
        })
        {
            Weights = cells.Weights,
        };
    }

    /// <summary>Reads lines with a label and a text each, or a column of texts in a CSV file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The column of the labels; null for lines.</param>
    /// <param name="column">The column of the texts; null for lines.</param>
    /// <param name="header">The meaning of the first row of a CSV file.</param>
    /// <param name="makeFeatures">Makes the features, given the texts and the training rows.</param>
    internal static TrainingData ReadTexts(
        string path,
        string? target,
        string? column,
        CsvHeader header,
        Func<IReadOnlyList<string>, IReadOnlyList<int>, TrainingFeatures> makeFeatures)
    {
        TextTable texts = column is null ? TextTable.Read(path) : TextTable.ReadCsv(path, column, target, header);
        if (texts.TargetName is null)
        {
            throw new CsvDataException(
                path,
                target is null ? "each line must be a label, a tab and a text." : $"the file has no column '{target}' for the labels.");
        }

        return new(path, texts.TargetName, texts.Labels, texts.Lines, trainingRows => makeFeatures(texts.Texts, trainingRows))
        {
            Texts = texts.Texts,
        };
    }
}
