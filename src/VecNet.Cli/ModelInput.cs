using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Rows as a saved model takes them, and their labels where they have some.</summary>
internal sealed record ModelInput(TensorBuffer<float> Features, IReadOnlyList<string> Labels, IReadOnlyList<long> Lines, string? TargetName)
{
    /// <summary>What somebody should know who did not mean it.</summary>
    internal IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>Loads a model that can be used.</summary>
    /// <exception cref="UserErrorException">It cannot.</exception>
    internal static Model<float> Load(string path) => Load(path, out _);

    /// <summary>The same, and its file, which may be a pipe and so is read once.</summary>
    internal static Model<float> Load(string path, out SafetensorsFile file)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"{path}: {(Directory.Exists(path) ? "this is a directory, not a model." : "there is no such model.")}");
        }

        try
        {
            SafetensorsFile read = file = SafetensorsFile.Read(path);
            IReadOnlyDictionary<string, string> metadata = file.Metadata;
            if (metadata.ContainsKey(CheckpointFile.MetadataKey))
            {
                throw new UserErrorException($"{path}: this is the checkpoint of a training that has not ended, not a model; train --resume goes on from it.");
            }

            if (!metadata.ContainsKey("vecnet"))
            {
                throw new UserErrorException($"{path}: the file holds parameters only; predict needs a model that vecnet train saved.");
            }

            Model<float> model = InputFile.Named(path, () => Model<float>.Load(read));
            return Predictions.AreFinite(model.Network.Parameters)
                ? model
                : throw new UserErrorException($"{path}: the model cannot be used: not all of its parameters are finite numbers.");
        }
        catch (InvalidDataException error) when (error.GetBaseException() is not InvalidDataException)
        {
            // What a parser says of the inside of the file helps nobody who only uses it.
            throw new UserErrorException($"{path}: this is no model, or a damaged one.", error);
        }
    }

    /// <summary>Whether a path leads to what is there once only, such as a pipe.</summary>
    internal static bool IsPipe(string path) => UnixFile.Get(path) is { } known ? !known.IsOrdinary : path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Whether a model predicts a number: one output, and no class to take it for.</summary>
    internal static bool IsRegression(Model<float> model) => model.Network.OutputSize == 1 && model.ClassNames is null;

    /// <summary>The names of a model's classes, or their numbers.</summary>
    internal static IReadOnlyList<string> ClassNames(Model<float> model) =>
        model.ClassNames ?? [.. Enumerable.Range(0, model.Network.OutputSize).Select(i => $"{i}")];

    /// <summary>Reads a file with the model's own preprocessing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="header">What the first row of a CSV file is; null for what is usual.</param>
    /// <param name="readTarget">Whether the labels are wanted; if not, the column or what stands before a tab is not looked at.</param>
    /// <exception cref="UserErrorException">The file is no CSV file, and it was said what its first row is.</exception>
    /// <exception cref="CsvDataException">The file cannot be read, or does not fit the model.</exception>
    internal static ModelInput Read(Model<float> model, string path, CsvHeader? header, bool readTarget)
    {
        string? target = readTarget ? model.TargetName : null;
        CsvHeader firstRow = header ?? CsvHeader.Expected;
        if (model.Text is { } hashing)
        {
            if (hashing.Column is null && header is not null)
            {
                throw new UserErrorException($"{HeaderOptions.Names} are for CSV files; this model takes lines of text.");
            }

            TextTable<float> texts = hashing.Column is null ? TextTable<float>.Read(path, hashing, readTarget) : TextTable<float>.ReadCsv(path, hashing, target, firstRow);
            return new(texts.Features, texts.Labels, texts.Lines, texts.TargetName);
        }

        CsvTable table = model.Table is { } columns ? CsvTable.Read(path, columns, target, firstRow)
            : model.FeatureNames is { } names ? CsvTable.Read(path, names, target, firstRow)
            : target is null ? CsvTable.ReadWithout(path, model.TargetName, firstRow)
            : CsvTable.Read(path, target, firstRow);
        if (table.FeatureNames.Count != model.Network.InputSize)
        {
            throw new CsvDataException(
                path, 1, null, $"there are {table.FeatureNames.Count} columns; the model takes {model.Network.InputSize} and has no names for them.");
        }

        var features = new TensorBuffer<float>(table.Rows, model.Network.InputSize);
        model.PrepareInputs(table.Features.View, features.View);
        return new(features, table.Labels, table.Lines, table.TargetName) { Remarks = table.Remarks };
    }

    /// <summary>One text that is no file's.</summary>
    /// <exception cref="UserErrorException">The model is not one of texts, or there is nothing in the text that it counts.</exception>
    internal static ModelInput OfText(Model<float> model, string modelPath, string text)
    {
        if (model.Text is not { } hashing)
        {
            throw new UserErrorException($"{modelPath}: this model takes the rows of a table, not a text; use --data.");
        }

        try
        {
            hashing.CheckTokens(text);
        }
        catch (FormatException error)
        {
            throw new UserErrorException($"--text: {error.Message}", error);
        }

        var features = new TensorBuffer<float>(1, hashing.Features);
        hashing.Encode(text, features.Span);
        return new(features, [], [1], null);
    }

    /// <summary>The number of each row.</summary>
    /// <exception cref="CsvDataException">A row's values overflow in the model.</exception>
    internal double[] PredictNumbers(Model<float> model, string path)
    {
        double[] numbers = Predictions.Numbers(model, Features);
        CheckFinite(path, row => double.IsFinite(numbers[row]));
        return numbers;
    }

    /// <summary>The class of each row.</summary>
    /// <exception cref="CsvDataException">A row's values overflow in the model.</exception>
    internal Predictions Predict(NeuralNetwork<float> network, string path)
    {
        var predictions = Predictions.Of(network, Features);
        CheckFinite(path, row => float.IsFinite(predictions.Probabilities[row]));
        return predictions;
    }

    private void CheckFinite(string path, Func<int, bool> isFinite)
    {
        for (int row = 0; row < Features.Rows; row++)
        {
            if (!isFinite(row) || !Predictions.AreFinite(Features.View.Row(row)))
            {
                throw new CsvDataException(path, Lines[row], null, "the values are too large for this model.");
            }
        }
    }
}
