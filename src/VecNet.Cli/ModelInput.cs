using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Rows as a saved model takes them, and their labels where they have some.</summary>
internal sealed record ModelInput(TensorBuffer<float> Features, IReadOnlyList<string> Labels, IReadOnlyList<long> Lines, string? TargetName)
{
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
    internal static bool IsPipe(string path) => UnixFile.Of(path) is { } known ? !known.IsOrdinary : path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Whether a model predicts a number: one output, and no class to take it for.</summary>
    internal static bool IsRegression(Model<float> model) => model.Network.OutputSize == 1 && model.ClassNames is null;

    /// <summary>The names of a model's classes, or their numbers.</summary>
    internal static IReadOnlyList<string> ClassNames(Model<float> model) =>
        model.ClassNames ?? [.. Enumerable.Range(0, model.Network.OutputSize).Select(i => $"{i}")];

    /// <summary>Reads a file with the model's own preprocessing.</summary>
    /// <exception cref="CsvDataException">The file cannot be read, or does not fit the model.</exception>
    internal static ModelInput Read(Model<float> model, string path)
    {
        if (model.Text is { } hashing)
        {
            TextTable<float> texts = hashing.Column is null ? TextTable<float>.Read(path, hashing) : TextTable<float>.ReadCsv(path, hashing, model.TargetName);
            return new(texts.Features, texts.Labels, texts.Lines, texts.TargetName);
        }

        CsvTable<float> table = model.Table is { } columns ? CsvTable<float>.Read(path, columns, model.TargetName)
            : model.FeatureNames is { } names ? CsvTable<float>.Read(path, names, model.TargetName)
            : CsvTable<float>.Read(path);
        if (table.FeatureNames.Count != model.Network.InputSize)
        {
            throw new CsvDataException(
                path, 1, null, $"there are {table.FeatureNames.Count} columns; the model takes {model.Network.InputSize} and has no names for them.");
        }

        model.Standardization?.Apply(table.Features.View);
        return new(table.Features, table.Labels, table.Lines, table.TargetName);
    }

    /// <summary>One text that is no file's.</summary>
    /// <exception cref="UserErrorException">The model is not one of texts, or there is no word.</exception>
    internal static ModelInput OfText(Model<float> model, string modelPath, string text)
    {
        if (model.Text is not { } hashing)
        {
            throw new UserErrorException($"{modelPath}: this model takes the rows of a table, not a text; give it --data.");
        }

        var features = new TensorBuffer<float>(1, hashing.Features);
        hashing.Encode(text, features.Span);
        if (features.Span.IndexOfAnyExcept(0f) < 0)
        {
            throw new UserErrorException("there is no word in the text: nothing can be told from it.");
        }

        return new(features, [], [1], null);
    }

    /// <summary>The number of each row.</summary>
    /// <exception cref="CsvDataException">A row's values overflow in the model.</exception>
    internal double[] PredictNumbers(NeuralNetwork<float> network, string path)
    {
        double[] numbers = Predictions.Numbers(network, Features);
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
