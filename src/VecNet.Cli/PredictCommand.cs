using System.Globalization;
using System.Text;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Predicts with a saved model.</summary>
internal static class PredictCommand
{
    /// <summary>Writes a CSV of row, label and probability.</summary>
    internal static int Run(Session session, string modelPath, string dataPath, string? outputPath)
    {
        if (outputPath is not null)
        {
            OutputFiles.CheckFile(outputPath, (dataPath, "data"), (modelPath, "model"));
        }

        Model<float> model = Load(modelPath);
        CsvTable<float> table = model.FeatureNames is { } names
            ? CsvTable<float>.Read(dataPath, names, model.TargetName)
            : CsvTable<float>.Read(dataPath);
        if (table.FeatureNames.Count != model.Network.InputSize)
        {
            throw new CsvDataException(
                dataPath, 1, null, $"there are {table.FeatureNames.Count} columns; the model takes {model.Network.InputSize} and has no names for them.");
        }

        model.Standardization?.Apply(table.Features.View);
        Predictions predictions = Predictions.Of(model.Network, table.Features);
        for (int row = 0; row < table.Rows; row++)
        {
            if (!float.IsFinite(predictions.Probabilities[row]) || !Predictions.AreFinite(table.Features.View.Row(row)))
            {
                throw new CsvDataException(dataPath, table.Lines[row], null, "the values are too large for this model.");
            }
        }

        session.CancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<string> classes = model.ClassNames ?? [.. Enumerable.Range(0, model.Network.OutputSize).Select(i => $"{i}")];
        if (outputPath is null)
        {
            Write(session.Output, predictions, classes);
        }
        else
        {
            AtomicFile.Write(outputPath, stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
                Write(writer, predictions, classes);
            });
        }

        if (table.TargetName is not null)
        {
            int[] actual = ClassLabels.Match(table.Labels, classes);
            int right = predictions.CountRight(actual);
            int unknown = actual.Count(index => index < 0);
            session.Error.WriteLine(
                $"accuracy {100.0 * right / table.Rows:F2} %: {right:N0} of {table.Rows:N0} rows are as column '{table.TargetName}' says"
                + (unknown > 0 ? $"; {unknown:N0} have a class that the model does not know" : ""));
        }

        return 0;
    }

    private static Model<float> Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"{path}: {(Directory.Exists(path) ? "this is a directory, not a model." : "there is no such model.")}");
        }

        try
        {
            if (!SafetensorsFile.Read(path).Metadata.ContainsKey("vecnet"))
            {
                throw new UserErrorException($"{path}: the file holds parameters only; predict needs a model that vecnet train saved.");
            }

            Model<float> model = Model<float>.Load(path);
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

    private static void Write(TextWriter writer, Predictions predictions, IReadOnlyList<string> classes)
    {
        string[] quoted = [.. classes.Select(Quote)];
        writer.WriteLine("row,label,probability");
        for (int row = 0; row < predictions.Classes.Length; row++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row},{quoted[predictions.Classes[row]]},{predictions.Probabilities[row]:G9}"));
        }
    }

    /// <summary>RFC 4180: a field with a comma, a quote or a line break stands in quotes, and quotes in it are doubled.</summary>
    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
