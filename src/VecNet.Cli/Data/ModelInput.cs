using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>The features of rows as a saved model takes them, and the labels of the rows if the file has them.</summary>
internal sealed record ModelInput(InputRows Rows, IReadOnlyList<string> Labels, IReadOnlyList<long> Lines, string? TargetName)
{
    /// <summary>The weight of each row; null for ones.</summary>
    internal IReadOnlyList<double>? Weights { get; private init; }

    /// <summary>Messages about data that may be a mistake.</summary>
    internal IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Reads a file with the model's own preprocessing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="header">The meaning of the first row; null for the default.</param>
    /// <param name="readTarget">Whether the labels are read; if not, the target column or the label before the tab is ignored.</param>
    /// <param name="weights">The column of weights; null if there is none.</param>
    /// <param name="encoder">Encodes texts for a model that takes their vectors; null for another model.</param>
    /// <exception cref="UserErrorException">An option for CSV files is given for another file.</exception>
    /// <exception cref="CsvDataException">The file cannot be read, or does not fit the model.</exception>
    internal static ModelInput Read(
        Model<float> model,
        string path,
        CsvHeader? header,
        bool readTarget,
        string? weights = null,
        Func<IReadOnlyList<string>, InputRows>? encoder = null)
    {
        RejectLanguageModel(model);
        string? target = readTarget ? model.TargetName : null;
        CsvHeader firstRow = header ?? CsvHeader.Expected;
        if (weights is not null && (model.TakesTexts || encoder is not null || (model.Table is null && model.FeatureNames is null)))
        {
            throw new UserErrorException("--weights requires a model whose features are named columns of a table.");
        }

        if (model.TakesTexts || encoder is not null)
        {
            return ReadTexts(model, path, header, readTarget, encoder);
        }

        CsvTable table = model.Table is { } columns ? CsvTable.Read(path, columns, target, firstRow, weights)
            : model.FeatureNames is { } names
                ? CsvTable.Read(path, TableFeatures.CreateNumeric(names), target, firstRow, weights)
            : target is null ? CsvTable.ReadWithout(path, model.TargetName, firstRow)
            : CsvTable.Read(path, target, firstRow);
        if (table.FeatureNames.Count != model.Network.InputSize)
        {
            string problem = $"the file has {table.FeatureNames.Count} columns, but the model expects {model.Network.InputSize} "
                + "(it has no column names).";
            throw new CsvDataException(path, 1, null, problem);
        }

        var features = new TensorBuffer<float>(table.Rows, model.Network.InputSize);
        model.PrepareInputs(table.Features.View, features.View);
        return new(new(features), table.Labels, table.Lines, table.TargetName) { Warnings = table.Warnings, Weights = table.Weights };
    }

    private static ModelInput ReadTexts(
        Model<float> model, string path, CsvHeader? header, bool readTarget, Func<IReadOnlyList<string>, InputRows>? encoder)
    {
        string? column = model.TextColumn;
        if (column is null && header is not null)
        {
            throw new UserErrorException($"{CsvHeaderOptions.Names} apply to CSV files; this model takes lines of text.");
        }

        if (column is null && Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new UserErrorException(
                $"{path}: the model takes lines of text, and does not know which column of a CSV file has the texts; "
                + "write one text on each line of a file with another extension, or train with --text COLUMN.");
        }

        TextTokens tokens = model.TokensOfTexts;
        TextTable texts = column is null
            ? TextTable.Read(path, readTarget, tokens)
            : TextTable.ReadCsv(path, column, readTarget ? model.TargetName : null, header ?? CsvHeader.Expected, tokens);
        return new(encoder is null ? RowsOf(model, texts.Texts) : encoder(texts.Texts), texts.Labels, texts.Lines, texts.TargetName);
    }

    private static InputRows RowsOf(Model<float> model, IReadOnlyList<string> texts)
    {
        if (model.Tokenizer is not null)
        {
            return new(null, Sequences: model.EncodeTexts(texts));
        }

        if (model.Vectorizer is not null)
        {
            return new(null, model.Vectorizer.Transform<float>(texts));
        }

        var features = new TensorBuffer<float>(texts.Count, model.Text!.Features);
        for (int row = 0; row < texts.Count; row++)
        {
            model.Text.Encode(texts[row], features.View.Row(row));
        }

        return new(features);
    }

    /// <summary>The features of one text of the command line.</summary>
    /// <exception cref="UserErrorException">The model does not take texts, or the text has no words.</exception>
    internal static ModelInput OfText(
        Model<float> model, string modelPath, string text, Func<IReadOnlyList<string>, InputRows>? encoder = null)
    {
        RejectLanguageModel(model);
        if (encoder is not null)
        {
            return new(encoder([text]), [], [1], null);
        }

        if (!model.TakesTexts)
        {
            throw new UserErrorException($"{modelPath}: the model takes rows of a table, not a text; use --data.");
        }

        try
        {
            TextHashing.RequireTokens(text, model.TokensOfTexts);
        }
        catch (FormatException error)
        {
            throw new UserErrorException($"--text: {error.Message}", error);
        }

        return new(RowsOf(model, [text]), [], [1], null);
    }

    private static void RejectLanguageModel(Model<float> model)
    {
        if (model.WritesTexts && !model.TakesTexts)
        {
            throw new UserErrorException("the model writes texts, and predicts nothing else; use 'vecnet generate write' with it.");
        }
    }

    /// <summary>Predicts the number of each row.</summary>
    /// <exception cref="CsvDataException">A row's values overflow in the model.</exception>
    internal double[] PredictNumbers(Model<float> model, string path)
    {
        double[] numbers = SavedModel.PredictNumbers(model, Rows);
        CheckFinite(path, row => double.IsFinite(numbers[row]));
        return numbers;
    }

    /// <summary>Predicts the class of each row.</summary>
    /// <exception cref="CsvDataException">A row's values overflow in the model.</exception>
    internal ClassPredictions PredictClasses(Model<float> model, string path)
    {
        ClassPredictions predictions = SavedModel.PredictClasses(model, Rows);
        CheckFinite(path, row => float.IsFinite(predictions.Probabilities[row]));
        return predictions;
    }

    private void CheckFinite(string path, Func<int, bool> isFinite)
    {
        for (int row = 0; row < Rows.Count; row++)
        {
            if (!isFinite(row) || !Rows.AreFinite(row))
            {
                throw new CsvDataException(path, Lines[row], null, "the values are too large for this model.");
            }
        }
    }
}
