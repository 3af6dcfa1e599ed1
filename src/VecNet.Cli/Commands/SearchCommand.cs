using System.CommandLine;
using System.Globalization;
using VecNet.Cli.Generation;
using VecNet.Formats;
using VecNet.Text;

namespace VecNet.Cli;

/// <summary>Finds the texts that are closest in meaning to another text.</summary>
internal static class SearchCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command("search", "Finds the texts of a file that are closest in meaning to a question or another text.");
        var query = new Argument<string>("QUERY") { Description = "The question, or the text to compare with." };
        var texts = new Option<string>("--in")
        {
            Description = "The file of texts, one on each line (labels before tabs are ignored); or a CSV file, see --text.",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> model = EncoderFolder.Option("--model", "The encoder");
        var top = new Option<int>("--top")
        {
            Description = "The number of texts to print.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.WholeNumber<int>(1),
            DefaultValueFactory = _ => 10,
        };
        Option<string?> column = EncoderFolder.TextColumn();
        var json = new Option<bool>("--json") { Description = "Print the results as one JSON object on one line." };
        var header = new CsvHeaderOptions();
        model.Required = true;
        texts.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(query);
        command.Add(texts);
        command.Add(model);
        command.Add(top);
        command.Add(column);
        header.AddTo(command);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            parsed.GetRequiredValue(query),
            parsed.GetRequiredValue(texts),
            parsed.GetValue(column),
            header.Read(parsed.CommandResult),
            parsed.GetRequiredValue(model)!,
            parsed.GetValue(top),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(
        CommandContext context,
        string query,
        string textsPath,
        string? column,
        CsvHeader? header,
        string modelPath,
        int top,
        bool json)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new UserErrorException("QUERY: the text is empty.");
        }

        TextTable texts = EncoderFolder.ReadTexts(textsPath, column, header);
        SentenceEncoder encoder = EncoderFolder.Load(modelPath);
        var display = new EncodingDisplay(context, json ? Verbosity.Json : Verbosity.Full);
        TensorBuffer<float> vectors = display.Encode(encoder, texts.Texts);
        SearchHit[] hits = CosineSearch.FindNearest(encoder.Encode(query), vectors.View, top, Parallelism.MaxThreads);
        if (json)
        {
            context.Output.WriteLine(JsonLine.Of(written =>
            {
                written.WriteString("query", query);
                display.WriteJson(written);
                written.WriteStartArray("hits");
                foreach (SearchHit hit in hits)
                {
                    written.WriteStartObject();
                    written.WriteNumber("score", hit.Score);
                    written.WriteNumber("line", texts.Lines[hit.Index]);
                    written.WriteString("text", texts.Texts[hit.Index]);
                    written.WriteEndObject();
                }

                written.WriteEndArray();
            }));
            return 0;
        }

        int width = texts.Lines[^1].ToString(CultureInfo.InvariantCulture).Length;
        context.Output.WriteLine($" score  {"line".PadLeft(width)}  text");
        foreach (SearchHit hit in hits)
        {
            string line = texts.Lines[hit.Index].ToString(CultureInfo.InvariantCulture);
            string text = texts.Texts[hit.Index].ReplaceLineEndings("⏎");
            context.Output.WriteLine(
                $"{hit.Score,6:F3}  {line.PadLeft(int.Max(width, 4))}  {(context.IsLive ? GenerationDisplay.Printable(text) : text)}");
        }

        return 0;
    }
}
