using System.CommandLine;
using VecNet.Formats;
using VecNet.Text;

namespace VecNet.Cli;

/// <summary>Writes the vectors of texts.</summary>
internal static class EmbedCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command(
            "embed", "Turns texts into vectors with a pretrained sentence encoder, and writes them as a NumPy array.");
        var texts = new Argument<string>("FILE")
        {
            Description = "The texts, one on each line (labels before tabs are ignored); or a CSV file, see --text.",
        };
        Option<string?> model = EncoderFolder.Option("--model", "The encoder");
        var output = new Option<string>("--output", "-o")
        {
            Description = "The file for the vectors: .npy, texts × dimension, float32.",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> column = EncoderFolder.TextColumn();
        var json = new Option<bool>("--json") { Description = "Print the results as one JSON object on one line." };
        var header = new CsvHeaderOptions();
        model.Required = true;
        texts.Validators.Add(OptionParsing.RejectEmptyPath);
        output.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(texts);
        command.Add(model);
        command.Add(output);
        command.Add(column);
        header.AddTo(command);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            parsed.GetRequiredValue(texts),
            parsed.GetValue(column),
            header.Read(parsed.CommandResult),
            parsed.GetRequiredValue(model)!,
            parsed.GetRequiredValue(output),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(
        CommandContext context, string textsPath, string? column, CsvHeader? header, string modelPath, string outputPath, bool json)
    {
        if (OutputFiles.IsStandardOutput(outputPath))
        {
            throw new UserErrorException("--output requires a file: standard output is for the results as text.");
        }

        OutputFiles.CheckFile(outputPath, (textsPath, "texts"), (modelPath, "encoder"));
        TextTable texts = EncoderFolder.ReadTexts(textsPath, column, header);
        SentenceEncoder encoder = EncoderFolder.Load(modelPath);
        long length = (long)texts.Rows * encoder.Dimension * sizeof(float);
        if (length > Array.MaxLength)
        {
            long most = Array.MaxLength / (encoder.Dimension * sizeof(float));
            throw new UserErrorException($"{textsPath}: there are {texts.Rows:N0} texts; one file takes the vectors of {most:N0}.");
        }

        AtomicFile.CheckWritable(outputPath, length);
        var display = new EncodingDisplay(context, json ? Verbosity.Json : Verbosity.Full);
        TensorBuffer<float> vectors = display.Encode(encoder, texts.Texts);
        NpyFile.Write<float>(outputPath, vectors.View);
        string path = Path.GetFullPath(outputPath);
        if (json)
        {
            context.Output.WriteLine(JsonLine.Of(written =>
            {
                display.WriteJson(written);
                written.WriteNumber("dimension", encoder.Dimension);
                written.WriteString("output", path);
            }));
            return 0;
        }

        context.Output.WriteLine($"Encoding      {display.Summary}");
        context.Output.WriteLine($"Vectors       {path} ({texts.Rows:N0} × {encoder.Dimension})");
        return 0;
    }
}
