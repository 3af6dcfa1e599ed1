using System.CommandLine;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Writes a saved model as ONNX.</summary>
internal static class ExportCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command("export", """
            Writes a saved model as ONNX, for ONNX Runtime and other programs.
            The graph includes the standardization of the features; its input is then a tensor of doubles, since single precision cannot
            represent values such as timestamps exactly enough. A predicted number is a double, too.
            """);
        var model = new Argument<string>("MODEL") { Description = "A model that vecnet saved (safetensors)." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The ONNX file. [default: the model's path with the extension .onnx]",
            HelpName = "FILE",
        };
        var probabilities = new Option<bool>("--probabilities")
        {
            Description = "End the graph with a softmax, so that its outputs are probabilities, like those of predict.",
        };
        var json = new Option<bool>("--json") { Description = "Print a description of the graph as one JSON object on one line." };
        model.Validators.Add(OptionParsing.RejectEmptyPath);
        output.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(model);
        command.Add(output);
        command.Add(probabilities);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            parsed.GetRequiredValue(model),
            parsed.GetValue(output),
            parsed.GetValue(probabilities),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, string modelPath, string? outputPath, bool probabilities, bool json)
    {
        if (outputPath is null && !Directory.Exists(modelPath) && SavedModel.IsPipe(modelPath))
        {
            throw new UserErrorException($"{modelPath}: the model is read from a pipe; use --output to name the ONNX file.");
        }

        if (outputPath == "-")
        {
            throw new UserErrorException("--output requires a file: standard output is for the results as text.");
        }

        string path = outputPath ?? Path.ChangeExtension(modelPath, ".onnx");
        Model<float> model = SavedModel.Load(modelPath);
        OutputFiles.CheckFile(path, (modelPath, "model"));
        AtomicFile.CheckWritable(path);
        if (probabilities && !model.PredictsClasses)
        {
            throw new UserErrorException($"{modelPath}: --probabilities cannot be used with a model that predicts a number.");
        }

        try
        {
            OnnxFile.Write(model, path, probabilities);
        }
        catch (NotSupportedException error)
        {
            throw new UserErrorException($"{modelPath}: {error.Message}", error);
        }

        if (json)
        {
            WriteJson(context.Output, model, path, probabilities);
        }
        else
        {
            Write(context.Output, model, path, probabilities);
        }

        return 0;
    }

    private static void Write(TextWriter output, Model<float> model, string path, bool probabilities)
    {
        int inputs = model.Network.InputSize;
        string features = model.Text is not null ? $"{inputs} features of a hashed text"
            : model.Vectorizer is not null ? $"{inputs} features of a text, weighted by TF-IDF"
            : model.Tokenizer is { } tokenizer ? $"numbers of the tokens of one text, of {tokenizer.VocabularySize}"
            : model.Table is not null ? $"{inputs} features of a row, with one-hot encoded categories"
            : $"{inputs} numbers of a row";
        string standardization = model.Standardization is null ? "" : "; the graph standardizes them";
        string predicted = !model.PredictsClasses ? "the predicted number"
            : probabilities ? "the probability of each class"
            : model.WritesTexts ? "the logit of each token"
            : "the logit of each class";
        output.WriteLine($"{Path.GetFullPath(path)}");
        output.WriteLine($"Input   'input', {TypeOf(model.Standardization)}[batch, {inputs}]: the {features}{standardization}");
        output.WriteLine($"Output  'output', {TypeOf(model.TargetStandardization)}[batch, {model.Network.OutputSize}]: {predicted}");
    }

    private static void WriteJson(TextWriter output, Model<float> model, string path, bool probabilities) =>
        output.WriteLine(JsonLine.Of(json =>
        {
            json.WriteString("model", Path.GetFullPath(path));
            json.WriteNumber("inputs", model.Network.InputSize);
            json.WriteNumber("outputs", model.Network.OutputSize);
            json.WriteString("inputType", TypeOf(model.Standardization));
            json.WriteString("outputType", TypeOf(model.TargetStandardization));
            json.WriteBoolean("standardizes", model.Standardization is not null);
            json.WriteBoolean("probabilities", probabilities);
        }));

    /// <summary>The ONNX name of an element type: values that are standardized in the graph are doubles.</summary>
    private static string TypeOf(Standardization<float>? standardization) => standardization is null ? "float" : "double";
}
