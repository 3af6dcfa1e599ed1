using System.CommandLine;
using System.Diagnostics;
using System.Text;

namespace VecNet.Cli.Generation;

/// <summary>Writes a text with a saved language model.</summary>
internal static class GenerateWriteCommand
{
    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command("write", "Writes the text that follows a prompt, with a model of 'generate train'.");
        var model = new Argument<string>("MODEL") { Description = "A model that 'generate train' saved (safetensors)." };
        var prompt = new Option<string>("--prompt")
        {
            Description = "The beginning of the text. The model reads as many of its last tokens as fit its context.",
            HelpName = "TEXT",
            Required = true,
        };
        var tokens = new Option<int>("--tokens")
        {
            Description = "The largest number of tokens to write.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.WholeNumber<int>(1),
            DefaultValueFactory = _ => 500,
        };
        var temperature = new Option<double>("--temperature")
        {
            Description = "Less makes probable tokens more probable; 0 always writes the most probable one.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.Number(number => number >= 0, "of at least 0"),
            DefaultValueFactory = _ => 0.8,
        };
        var topK = new Option<int?>("--top-k")
        {
            Description = "Draw from this number of the most probable tokens only. [default: all]",
            HelpName = "NUMBER",
            CustomParser = result => OptionParsing.WholeNumber<int>(1)(result),
        };
        var topP = new Option<double?>("--top-p")
        {
            Description = "Draw from the most probable tokens only that have this share of the probability together. [default: 1]",
            HelpName = "SHARE",
            CustomParser = result => OptionParsing.Number(number => number is > 0 and <= 1, "above 0 and at most 1")(result),
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "The random seed. The same seed writes the same text.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.WholeNumber<ulong>(0),
            DefaultValueFactory = _ => 0,
        };
        var json = new Option<bool>("--json") { Description = "Print the prompt and the text as one JSON object on one line." };
        model.Validators.Add(OptionParsing.RejectEmptyPath);
        prompt.Validators.Add(OptionParsing.RejectEmptyText);
        command.Add(model);
        command.Add(prompt);
        command.Add(tokens);
        command.Add(temperature);
        command.Add(topK);
        command.Add(topP);
        command.Add(seed);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(prompt),
            new()
            {
                MaxTokens = parsed.GetValue(tokens),
                Temperature = parsed.GetValue(temperature),
                TopK = parsed.GetValue(topK),
                TopP = parsed.GetValue(topP),
                Seed = parsed.GetValue(seed),
            },
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, string modelPath, string prompt, GenerationOptions options, bool json)
    {
        Model<float> model = SavedModel.Load(modelPath);
        if (!model.WritesTexts)
        {
            throw new UserErrorException($"{modelPath}: the model does not write texts; train one with 'vecnet generate train'.");
        }

        (Generator<float> generator, int[] tokens) = Begin(model, modelPath, prompt);
        generator.Threads = Parallelism.MaxThreads;
        var decoder = new TokenText(model.Tokenizer!);
        var text = new StringBuilder();
        TextWriter output = json ? TextWriter.Null : context.Output;
        output.Write(prompt);
        int count = 0;
        long begin = Stopwatch.GetTimestamp();
        foreach (int token in generator.Generate(tokens, options))
        {
            if (context.CancellationToken.IsCancellationRequested)
            {
                output.WriteLine();
                context.Error.WriteLine(json ? "canceled: nothing was written." : $"canceled after {Counted.Of(count, "token")}.");
                return Tool.Canceled;
            }

            count++;
            Write(decoder.Append(token));
        }

        Write(decoder.Finish());
        output.WriteLine();
        if (json)
        {
            TimeSpan time = Stopwatch.GetElapsedTime(begin);
            context.Output.WriteLine(JsonLine.Of(written =>
            {
                written.WriteString("prompt", prompt);
                written.WriteString("text", text.ToString());
                written.WriteNumber("tokens", count);
                written.WriteNumber("tokensPerSecond", Math.Round(count / Math.Max(time.TotalSeconds, 1e-9)));
                written.WriteNumber("seed", options.Seed);
            }));
        }

        return 0;

        void Write(string part)
        {
            text.Append(part);
            output.Write(context.IsLive ? GenerationDisplay.Printable(part) : part);
            output.Flush();
        }
    }

    private static (Generator<float> Generator, int[] Tokens) Begin(Model<float> model, string modelPath, string prompt)
    {
        try
        {
            return (new(model.Network), model.Tokenizer!.Encode(prompt));
        }
        catch (ArgumentException problem) when (problem.ParamName == "text")
        {
            throw new UserErrorException($"--prompt: {Sentence(problem)}", problem);
        }
        catch (ArgumentException problem)
        {
            throw new UserErrorException($"{modelPath}: the model cannot write texts: {Sentence(problem)}", problem);
        }
    }

    /// <summary>The message without the name of the parameter.</summary>
    private static string Sentence(ArgumentException problem) => problem.Message.Split(" (Parameter")[0];
}
