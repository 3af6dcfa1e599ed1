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
    /// <summary>The columns of a CSV file.</summary>
    internal static TrainingSource OfTable(string path, string target, CsvColumnRules rules)
    {
        CsvCells<float> cells = CsvCells<float>.Read(path, target, rules);
        return new(path, target, cells.Labels, cells.Lines, trainingRows =>
        {
            TableFeatures table = cells.Fit(trainingRows);
            return new(cells.Encode(table).Features, table, null);
        });
    }

    /// <summary>Texts in lines behind their labels, or in a column of a CSV file.</summary>
    internal static TrainingSource OfTexts(string path, string? target, TextHashing hashing, CsvHeader header)
    {
        TextTable<float> texts = hashing.Column is null ? TextTable<float>.Read(path, hashing) : TextTable<float>.ReadCsv(path, hashing, target, header);
        return texts.TargetName is null
            ? throw new CsvDataException(path, target is null ? "each line must be a label, a tab and a text." : $"there is no column '{target}' for the labels.")
            : new(path, texts.TargetName, texts.Labels, texts.Lines, _ => new(texts.Features, null, hashing));
    }
}

/// <summary>The features of all rows, and how they were made.</summary>
internal sealed record PreparedFeatures(TensorBuffer<float> Values, TableFeatures? Table, TextHashing? Text)
{
    /// <summary>In the words of the tool.</summary>
    internal string Description => Text is not null ? $"texts hashed into {Text.Features:N0} features"
        : Table!.ArePlainNumbers ? "features standardised by the training rows"
        : "missing values, categories and standardisation by the training rows";

    /// <summary>
    /// Standardises numbers by the rows that are learnt from, never by those that judge. Categories, which are 0 or 1, and texts, which have length 1, stay as they are.
    /// </summary>
    /// <returns>What was done to each feature; null for nothing.</returns>
    internal Standardization<float>? Standardize(Dataset<float> learning, Dataset<float> judging)
    {
        if (Table is null)
        {
            return null;
        }

        Standardization<float> fitted = Standardization<float>.Fit(learning.Features.View);
        bool[] isNumber = [.. Table.Columns.SelectMany(column => Enumerable.Repeat(column.Categories is null, column.Width))];
        var standardization = new Standardization<float>(
            [.. fitted.Means.Select((mean, i) => isNumber[i] ? mean : 0)], [.. fitted.Deviations.Select((deviation, i) => isNumber[i] ? deviation : 1)]);
        standardization.Apply(learning.Features.View);
        standardization.Apply(judging.Features.View);
        return standardization;
    }
}
