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
            Description = "The file for the vectors: .npy, texts × dimension, float32; - for standard output.",
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
        bool isStreamed = OutputFiles.IsStandardOutput(outputPath);
        if (!isStreamed)
        {
            OutputFiles.CheckFile(outputPath, (textsPath, "texts"), (modelPath, "encoder"));
        }
        else if (json || context.IsTerminal)
        {
            throw new UserErrorException(json
                ? $"--json cannot be used with --output {outputPath}: standard output has the vectors."
                : $"--output {outputPath} requires a pipe or a file as standard output: the vectors are not text.");
        }

        TextTable texts = EncoderFolder.ReadTexts(textsPath, column, header);
        SentenceEncoder encoder = EncoderFolder.Load(modelPath);
        long length = (long)texts.Rows * encoder.Dimension * sizeof(float);
        if (length > Array.MaxLength)
        {
            long most = Array.MaxLength / (encoder.Dimension * sizeof(float));
            throw new UserErrorException($"{textsPath}: there are {texts.Rows:N0} texts; one file takes the vectors of {most:N0}.");
        }

        if (!isStreamed)
        {
            AtomicFile.CheckWritable(outputPath, length);
        }

        var display = new EncodingDisplay(context, json ? Verbosity.Json : Verbosity.Full);
        TensorBuffer<float> vectors = display.Encode(encoder, texts.Texts);
        if (isStreamed)
        {
            WriteToOutput(context, vectors);
            Report(context.Error, display, "standard output", vectors);
            return 0;
        }

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

        Report(context.Output, display, path, vectors);
        return 0;
    }

    private static void Report(TextWriter writer, EncodingDisplay display, string path, TensorBuffer<float> vectors)
    {
        writer.WriteLine($"Encoding      {display.Summary}");
        writer.WriteLine($"Vectors       {path} ({vectors.Rows:N0} × {vectors.Columns})");
    }

    /// <summary>Writes the vectors to standard output.</summary>
    /// <exception cref="IOException">It cannot be written to; the message says so.</exception>
    private static void WriteToOutput(CommandContext context, TensorBuffer<float> vectors)
    {
        try
        {
            using Stream output = context.OpenOutput();
            NpyFile.Write(output, StoredArray.FromMatrix<float>(vectors.View));
            output.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"standard output: cannot be written: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
