using System.CommandLine;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Writes a saved model as ONNX.</summary>
internal static class ExportCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(Session session)
    {
        var command = new Command("export", """
            Writes a saved model as ONNX, for ONNX Runtime and other programs.
            What standardizes the features is a part of the graph, whose input then is a tensor of doubles (float64): in single precision
            two times of a minute's distance are one number. A number that is predicted comes as a double, too.
            """);
        var model = new Argument<string>("MODEL") { Description = "A model that vecnet has saved (safetensors)." };
        var output = new Option<string?>("--output", "-o") { Description = "The ONNX file. [default: the model's name with .onnx, beside it]", HelpName = "FILE" };
        var probabilities = new Option<bool>("--probabilities") { Description = "End with a softmax, so that the outputs are probabilities, as predict tells them." };
        var json = new Option<bool>("--json") { Description = "What was written as one JSON object in one line." };
        model.Validators.Add(CommonOptions.IsNoEmptyPath);
        output.Validators.Add(CommonOptions.IsNoEmptyPath);
        command.Add(model);
        command.Add(output);
        command.Add(probabilities);
        command.Add(json);
        command.SetAction(parsed => Run(session, parsed.GetRequiredValue(model), parsed.GetValue(output), parsed.GetValue(probabilities), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, string modelPath, string? outputPath, bool probabilities, bool json)
    {
        if (outputPath is null && ModelInput.IsPipe(modelPath))
        {
            throw new UserErrorException($"{modelPath}: no file can be written beside a pipe; use --output to say where.");
        }

        string path = outputPath ?? Path.ChangeExtension(modelPath, ".onnx");
        Model<float> model = ModelInput.Load(modelPath);
        OutputFiles.CheckFile(path, (modelPath, "model"));
        AtomicFile.CheckWritable(path);
        if (probabilities && ModelInput.IsRegression(model))
        {
            throw new UserErrorException($"{modelPath}: this model predicts a number, which has no --probabilities.");
        }

        try
        {
            OnnxFile.Write(model, path, probabilities);
        }
        catch (NotSupportedException error)
        {
            throw new UserErrorException($"{modelPath}: {error.Message}", error);
        }

        string features = model.Text is not null ? $"{model.Network.InputSize} features of a hashed text"
            : model.Table is not null ? $"{model.Network.InputSize} features of a row, its categories one-hot"
            : $"{model.Network.InputSize} numbers of a row";
        bool isRegression = ModelInput.IsRegression(model);
        string gives = isRegression ? "the predicted number" : probabilities ? "the probability of each class" : "the logit of each class";
        if (json)
        {
            session.Output.WriteLine(JsonLine.Of(members =>
            {
                members.WriteString("model", Path.GetFullPath(path));
                members.WriteNumber("inputs", model.Network.InputSize);
                members.WriteNumber("outputs", model.Network.OutputSize);
                members.WriteString("inputType", TypeOf(model.Standardization));
                members.WriteString("outputType", TypeOf(model.TargetStandardization));
                members.WriteBoolean("standardises", model.Standardization is not null);
                members.WriteBoolean("probabilities", probabilities);
            }));
            return 0;
        }

        session.Output.WriteLine($"{Path.GetFullPath(path)}");
        session.Output.WriteLine($"Input   'input', batch × {model.Network.InputSize} of {TypeOf(model.Standardization)}: the {features}{(model.Standardization is null ? "" : ", not standardised: the graph does that")}");
        session.Output.WriteLine($"Output  'output', batch × {model.Network.OutputSize} of {TypeOf(model.TargetStandardization)}: {gives}");
        return 0;
    }

    /// <summary>In ONNX's words: what is standardized in the graph is so in double precision.</summary>
    private static string TypeOf(Standardization<float>? standardization) => standardization is null ? "float" : "double";
}
