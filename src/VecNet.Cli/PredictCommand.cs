using System.CommandLine;
using System.Text;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Predicts with a saved model.</summary>
internal static class PredictCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(Session session)
    {
        var command = new Command("predict", "Predicts the class (or the number) of each row of a CSV file or of each text with a saved model.");
        var model = new Argument<string>("MODEL") { Description = "A model that vecnet has saved (safetensors)." };
        var data = new Option<string?>("--data") { Description = "The CSV file, whose columns are found by their names, or the file of texts. The target is not looked at: evaluate does that.", HelpName = "FILE" };
        var text = new Option<string?>("--text") { Description = "One text instead of a file, for a model that was trained on texts.", HelpName = "TEXT" };
        var output = new Option<string?>("--output", "-o") { Description = "Where to write row (from 0), label and probability as CSV, or row and prediction of a number. [default: standard output]", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "One JSON object in one line instead of CSV." };
        model.Validators.Add(CommonOptions.IsNoEmptyPath);
        data.Validators.Add(CommonOptions.IsNoEmptyPath);
        output.Validators.Add(CommonOptions.IsNoEmptyPath);
        command.Add(model);
        command.Add(data);
        command.Add(text);
        command.Add(output);
        command.Add(json);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(data) is null == parsed.GetResult(text) is null)
            {
                parsed.AddError(parsed.GetResult(data) is null ? "Option '--data' is required" : "--data and --text are two ways to say what is to be predicted: give one");
            }
        });
        var header = new HeaderOptions();
        header.AddTo(command);
        command.SetAction(parsed => Run(session, parsed.GetRequiredValue(model), parsed.GetValue(data), header.Read(parsed.CommandResult), parsed.GetValue(text), parsed.GetValue(output), parsed.GetValue(json)));
        return command;
    }

    /// <summary>Writes what the model predicts.</summary>
    private static int Run(Session session, string modelPath, string? dataPath, CsvHeader? header, string? text, string? outputPath, bool json)
    {
        outputPath = OutputFiles.IsStandardOutput(outputPath) ? null : outputPath;
        if (outputPath is not null)
        {
            OutputFiles.CheckFile(outputPath, (dataPath, "data"), (modelPath, "model"));
            AtomicFile.CheckWritable(outputPath);
        }

        Model<float> model = ModelInput.Load(modelPath);
        ModelInput input = dataPath is null ? ModelInput.OfText(model, modelPath, text!) : ModelInput.Read(model, dataPath, header, readTarget: false);
        session.WriteRemarks(input.Remarks);
        PredictedRows predicted = PredictedRows.Of(model, input, dataPath ?? "--text");
        session.CancellationToken.ThrowIfCancellationRequested();
        if (outputPath is null)
        {
            Write(session.Output, predicted, json);
        }
        else
        {
            AtomicFile.Write(outputPath, stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
                Write(writer, predicted, json);
            });
        }

        return 0;
    }

    private static void Write(TextWriter writer, PredictedRows predicted, bool json)
    {
        if (json)
        {
            writer.WriteLine(predicted.ToJson());
        }
        else
        {
            predicted.WriteCsv(writer);
        }
    }
}
