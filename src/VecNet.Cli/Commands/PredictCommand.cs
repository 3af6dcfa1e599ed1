using System.CommandLine;
using System.Text;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Predicts with a saved model.</summary>
internal static class PredictCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command(
            "predict", "Predicts the class, or the number, of each row of a CSV file or of each text with a saved model.");
        var model = new Argument<string>("MODEL") { Description = "A model that vecnet saved (safetensors)." };
        var data = new Option<string?>("--data")
        {
            Description = "The CSV file, whose columns are found by name, or the file of texts. The target, if present, is ignored; use "
                + "evaluate to compare with it.",
            HelpName = "FILE",
        };
        var text = new Option<string?>("--text")
        {
            Description = "One text instead of a file, for a model that was trained on texts.",
            HelpName = "TEXT",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The CSV file for the predictions: row (from 0), label and probability; or row and prediction for a number. "
                + "[default: standard output]",
            HelpName = "FILE",
        };
        Option<string?> encoder = ModelEncoder.Option();
        var json = new Option<bool>("--json") { Description = "Write one JSON object on one line instead of CSV." };
        model.Validators.Add(OptionParsing.RejectEmptyPath);
        data.Validators.Add(OptionParsing.RejectEmptyPath);
        output.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(model);
        command.Add(data);
        command.Add(text);
        command.Add(encoder);
        command.Add(output);
        command.Add(json);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(data) is null == parsed.GetResult(text) is null)
            {
                parsed.AddError(parsed.GetResult(data) is null
                    ? "Option '--data' or '--text' is required"
                    : "--data and --text cannot be used together");
            }
        });
        var header = new CsvHeaderOptions();
        header.AddTo(command);
        command.SetAction(parsed => Run(
            context,
            parsed.GetRequiredValue(model),
            parsed.GetValue(data),
            header.Read(parsed.CommandResult),
            parsed.GetValue(text),
            parsed.GetValue(encoder),
            parsed.GetValue(output),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(
        CommandContext context,
        string modelPath,
        string? dataPath,
        CsvHeader? header,
        string? text,
        string? encoderPath,
        string? outputPath,
        bool json)
    {
        outputPath = OutputFiles.IsStandardOutput(outputPath) ? null : outputPath;
        if (outputPath is not null)
        {
            OutputFiles.CheckFile(outputPath, (dataPath, "data"), (modelPath, "model"));
            AtomicFile.CheckWritable(outputPath);
        }

        Model<float> model = SavedModel.Load(modelPath, out SafetensorsFile file);
        Func<IReadOnlyList<string>, InputRows>? encoder = ModelEncoder.Of(file, modelPath, encoderPath, context.CancellationToken);
        ModelInput input = dataPath is null
            ? ModelInput.OfText(model, modelPath, text!, encoder)
            : ModelInput.Read(model, dataPath, header, readTarget: false, encoder: encoder);
        context.WriteWarnings(input.Warnings);
        PredictionWriter predictions = PredictionWriter.Predict(model, input, dataPath ?? "--text");
        context.CancellationToken.ThrowIfCancellationRequested();
        Action<TextWriter> write = json ? predictions.WriteJson : predictions.WriteCsv;
        if (outputPath is null)
        {
            write(context.Output);
            return 0;
        }

        AtomicFile.Write(outputPath, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            write(writer);
        });
        return 0;
    }
}
