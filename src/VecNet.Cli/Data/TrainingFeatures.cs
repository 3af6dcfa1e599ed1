using System.Globalization;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>
/// The features of all rows and their preprocessing: the features of a table are doubles until they are standardized, and those of texts
/// are sparse rows or sequences of tokens, as the network takes them.
/// </summary>
internal sealed record TrainingFeatures
{
    private CsvTable? rows;
    private SparseRows<float>? sparse;
    private TextSequences? sequences;

    /// <summary>The columns of a table; null for texts.</summary>
    internal TableFeatures? Table { get; private init; }

    /// <summary>The conversion of texts; null for a table.</summary>
    internal TextVectorizer? Vectorizer { get; private init; }

    /// <summary>The conversion of texts to sequences of tokens; null if there is none.</summary>
    internal Tokenizer? Tokenizer { get; private init; }

    /// <summary>The layers that read these sequences; null if there are none.</summary>
    internal TextNetwork? Network { get; private init; }

    /// <summary>
    /// The training texts, and the features of all texts for a network that reads sequences, if the kind of model is not given; otherwise
    /// null.
    /// </summary>
    internal (IReadOnlyList<string> Texts, Func<TrainingFeatures> Sequences)? Other { get; init; }

    /// <summary>The column of a CSV file that the texts are in; null for a table, and for lines of text.</summary>
    internal string? TextColumn { get; private init; }

    /// <summary>The number of features of a row, or of a token.</summary>
    internal int Width => sequences is not null ? 1 : sparse?.Columns ?? rows!.Features.Columns;

    /// <summary>Messages about data that may be a mistake.</summary>
    internal IReadOnlyList<string> Warnings => rows?.Warnings ?? [];

    /// <summary>A description for the user.</summary>
    internal string Description => Vectorizer is not null
        ? $"{TextDescription.Of(Vectorizer.Options)}, weighted by TF-IDF"
        : Network is not null ? TextDescription.Of(Tokenizer!, Network.MaxTokens)
        : Table!.ArePlainNumbers ? "features standardized with the statistics of the training rows"
        : "missing values, categories and standardization fitted on the training rows";

    /// <summary>The features of the rows of a table.</summary>
    internal static TrainingFeatures OfTable(CsvTable rows, TableFeatures table) => new() { rows = rows, Table = table };

    /// <summary>The features of texts.</summary>
    /// <exception cref="CsvDataException">No token occurs in enough texts.</exception>
    internal static TrainingFeatures OfTexts(
        string path, IReadOnlyList<string> texts, IReadOnlyList<int> trainingRows, TextVectorizerOptions options)
    {
        try
        {
            (TextVectorizer vectorizer, SparseRows<float> training) =
                TextVectorizer.FitTransform<float>([.. trainingRows.Select(row => texts[row])], options);
            return new() { sparse = Complete(vectorizer, texts, trainingRows, training), Vectorizer = vectorizer };
        }
        catch (ArgumentException error)
        {
            throw new CsvDataException(path, null, null, "there are too few words that occur in several texts.", error);
        }
    }

    /// <summary>Learns tokens from the training texts, and makes the sequences of all texts.</summary>
    internal static TrainingFeatures OfSequences(
        IReadOnlyList<string> texts, IReadOnlyList<int> trainingRows, TextModel model, bool characters, int maxTokens, string? column)
    {
        Tokenizer tokenizer = TextSequences.Learn(trainingRows.Select(row => texts[row]), characters);
        return new()
        {
            sequences = TextSequences.Encode(tokenizer, texts, maxTokens),
            Tokenizer = tokenizer,
            Network = new(model, tokenizer.VocabularySize, maxTokens),
            TextColumn = column,
        };
    }

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
    internal InputRows Standardized(Standardization<float>? standardization)
    {
        if (standardization is null)
        {
            return new(null, sparse, sequences);
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

        return new(values);
    }

    /// <summary>The rows of all texts in their order, of which those for training have been made.</summary>
    private static SparseRows<float> Complete(
        TextVectorizer vectorizer, IReadOnlyList<string> texts, IReadOnlyList<int> trainingRows, SparseRows<float> training)
    {
        int[] places = new int[texts.Count];
        for (int i = 0; i < trainingRows.Count; i++)
        {
            places[trainingRows[i]] = i + 1;
        }

        var all = new SparseRows<float>(vectorizer.Features, texts.Count, training.StoredElements);
        for (int row = 0; row < texts.Count; row++)
        {
            if (places[row] > 0)
            {
                all.Append(training.View.GetColumnIndices(places[row] - 1), training.View.GetValues(places[row] - 1));
            }
            else
            {
                vectorizer.Append(texts[row], all);
            }
        }

        return all;
    }
}
