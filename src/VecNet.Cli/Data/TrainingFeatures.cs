using System.Globalization;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>
/// The features of all rows and their preprocessing: the features of a table are doubles until they are standardized, and those of texts
/// are as the network takes them.
/// </summary>
internal sealed record TrainingFeatures
{
    private CsvTable? rows;
    private TensorBuffer<float>? hashed;

    /// <summary>The columns of a table; null for texts.</summary>
    internal TableFeatures? Table { get; private init; }

    /// <summary>The hashing of texts; null for a table.</summary>
    internal TextHashing? Text { get; private init; }

    /// <summary>The number of features.</summary>
    internal int Width => hashed?.Columns ?? rows!.Features.Columns;

    /// <summary>Messages about data that may be a mistake.</summary>
    internal IReadOnlyList<string> Warnings => rows?.Warnings ?? [];

    /// <summary>A description for the user.</summary>
    internal string Description => Text is not null ? $"texts hashed into {Text.Features:N0} features"
        : Table!.ArePlainNumbers ? "features standardized with the statistics of the training rows"
        : "missing values, categories and standardization fitted on the training rows";

    /// <summary>The features of the rows of a table.</summary>
    internal static TrainingFeatures OfTable(CsvTable rows, TableFeatures table) => new() { rows = rows, Table = table };

    /// <summary>The features of texts.</summary>
    internal static TrainingFeatures OfTexts(TensorBuffer<float> hashed, TextHashing text) => new() { hashed = hashed, Text = text };

    /// <summary>
    /// Fits the standardization of numbers on training rows, never on validation or test rows. Categories, which are 0 or 1, and texts,
    /// which have length 1, are left unchanged.
    /// </summary>
    /// <returns>The standardization of all features; null for texts.</returns>
    internal Standardization<float>? Fit(IReadOnlyList<int> trainingRows) =>
        Table is null ? null : TableStandardization.Fit<double>(rows!.Features.View, trainingRows, Table);

    /// <summary>The features of all rows as the network sees them.</summary>
    /// <exception cref="CsvDataException">A number is so far from those of the training rows that it overflows in single
    /// precision.</exception>
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
                    rows.Path, rows.Lines[row], rows.FeatureNames[column], $"{number} is too far outside the range of the training rows.");
            }
        }

        return values;
    }
}
