using System.Globalization;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>
/// The features of all rows, and how they were made: those of a table in double until they are standardized, those of texts as the network
/// takes them.
/// </summary>
internal sealed record PreparedFeatures
{
    private CsvTable? rows;
    private TensorBuffer<float>? hashed;

    /// <summary>How a row becomes features; null for texts.</summary>
    internal TableFeatures? Table { get; private init; }

    /// <summary>How a text becomes features; null for tables.</summary>
    internal TextHashing? Text { get; private init; }

    /// <summary>The number of features.</summary>
    internal int Width => hashed?.Columns ?? rows!.Features.Columns;

    /// <summary>What somebody should know who did not mean it.</summary>
    internal IReadOnlyList<string> Remarks => rows?.Remarks ?? [];

    /// <summary>In the words of the tool.</summary>
    internal string Description => Text is not null ? $"texts hashed into {Text.Features:N0} features"
        : Table!.ArePlainNumbers ? "features standardised by the training rows"
        : "missing values, categories and standardisation by the training rows";

    /// <summary>The features of the rows of a table.</summary>
    internal static PreparedFeatures OfTable(CsvTable rows, TableFeatures table) => new() { rows = rows, Table = table };

    /// <summary>Of texts.</summary>
    internal static PreparedFeatures OfTexts(TensorBuffer<float> hashed, TextHashing text) => new() { hashed = hashed, Text = text };

    /// <summary>
    /// What standardizes numbers, by the rows that are learned from, never by those that judge. Categories, which are 0 or 1, and texts,
    /// which have length 1, stay as they are.
    /// </summary>
    /// <returns>What is to be done to each feature; null for nothing.</returns>
    internal Standardization<float>? Fit(IReadOnlyList<int> learning)
    {
        if (Table is null)
        {
            return null;
        }

        var fitted = Standardization<float>.Fit(rows!.Features.View, learning);
        bool[] isNumber = [.. Table.Columns.SelectMany(column => Enumerable.Repeat(column.Categories is null, column.Width))];
        return new(
            [.. fitted.Means.Select((mean, i) => isNumber[i] ? mean : 0)],
            [.. fitted.Deviations.Select((deviation, i) => isNumber[i] ? deviation : 1)]);
    }

    /// <summary>The features of all rows as the network sees them.</summary>
    /// <exception cref="CsvDataException">A number is so far from those that are learned from that single precision does not hold
    /// it.</exception>
    internal TensorBuffer<float> Standardized(Standardization<float>? standardization)
    {
        if (standardization is null)
        {
            return hashed!;
        }

        TensorBuffer<float> values = standardization.Apply(rows!.Features.View);
        for (int row = 0; row < values.Rows; row++)
        {
            int column = values.View.Row(row).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (column >= 0)
            {
                string number = rows.Features.View[row, column].ToString("R", CultureInfo.InvariantCulture);
                throw new CsvDataException(
                    rows.Path, rows.Lines[row], rows.FeatureNames[column], $"{number} is too far from the numbers of the training rows.");
            }
        }

        return values;
    }
}
