using System.CommandLine;
using System.Globalization;
using System.Text;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Predicts with a saved model.</summary>
internal static class PredictCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(Session session)
    {
        var command = new Command("predict", "Predicts the class of each row of a CSV file or of each text with a saved model.");
        var model = new Argument<string>("MODEL") { Description = "A model that vecnet has saved (safetensors)." };
        var data = new Option<string?>("--data") { Description = "The CSV file, whose columns are found by their names, or the file of texts. If the target is in it, the accuracy is told.", HelpName = "FILE" };
        var text = new Option<string?>("--text") { Description = "One text, in the place of a file, for a model that was trained on texts.", HelpName = "TEXT" };
        var output = new Option<string?>("--output", "-o") { Description = "Where to write row (from 0), label and probability as CSV. [default: standard output]", HelpName = "FILE" };
        model.Validators.Add(CommonOptions.IsNoEmptyPath);
        data.Validators.Add(CommonOptions.IsNoEmptyPath);
        output.Validators.Add(CommonOptions.IsNoEmptyPath);
        command.Add(model);
        command.Add(data);
        command.Add(text);
        command.Add(output);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(data) is null == parsed.GetResult(text) is null)
            {
                parsed.AddError(parsed.GetResult(data) is null ? "Option '--data' is required" : "--data and --text are two ways to say what is to be predicted: give one");
            }
        });
        command.SetAction(parsed => Run(session, parsed.GetRequiredValue(model), parsed.GetValue(data), parsed.GetValue(text), parsed.GetValue(output)));
        return command;
    }

    /// <summary>Writes a CSV of row, label and probability.</summary>
    private static int Run(Session session, string modelPath, string? dataPath, string? text, string? outputPath)
    {
        if (outputPath is not null)
        {
            OutputFiles.CheckFile(outputPath, (dataPath, "data"), (modelPath, "model"));
        }

        Model<float> model = ModelInput.Load(modelPath);
        ModelInput input = dataPath is null ? ModelInput.OfText(model, modelPath, text!) : ModelInput.Read(model, dataPath);
        Predictions predictions = input.Predict(model.Network, dataPath ?? "--text");
        session.CancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<string> classes = ModelInput.ClassNames(model);
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

        if (input.TargetName is not null)
        {
            int[] actual = ClassLabels.Match(input.Labels, classes);
            int right = predictions.CountRight(actual);
            int unknown = actual.Count(index => index < 0);
            session.Error.WriteLine(
                $"accuracy {100.0 * right / input.Features.Rows:F2} %: {right:N0} of {input.Features.Rows:N0} rows are as column '{input.TargetName}' says"
                + (unknown > 0 ? $"; {unknown:N0} have a class that the model does not know" : ""));
        }

        return 0;
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
