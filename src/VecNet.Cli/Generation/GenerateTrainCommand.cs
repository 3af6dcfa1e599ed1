using System.CommandLine;
using System.Text;

namespace VecNet.Cli.Generation;

/// <summary>Trains a language model on a text.</summary>
internal static class GenerateTrainCommand
{
    private static readonly LanguageModelOptions Defaults = new();

    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command("train", """
            Trains a small GPT on a text: a causal transformer that predicts each token from those before it.
            After each epoch, up to 250 steps, it writes a sample. The last tenth of the text is for validation.
            """);
        var text = new Option<string?>("--text")
        {
            Description = $"The text to learn from, a UTF-8 file. [default: {EmbeddedText.Name}]",
            HelpName = "FILE",
        };
        var vocabulary = new Option<int?>("--vocabulary")
        {
            Description = "The number of byte-pair tokens to learn from the text, at least 256. [default: each character is a token; "
                + $"{GenerationSource.BuiltInVocabulary:N0} for the built-in text]",
            HelpName = "NUMBER",
            CustomParser = result => OptionParsing.WholeNumber<int>(256)(result),
        };
        Option<int> width = Size("--width", "The width of the rows between the layers; a multiple of the number of heads.", Defaults.Width);
        Option<int> layers = Size("--layers", "The number of transformer blocks.", Defaults.Layers);
        Option<int> heads = Size("--heads", "The number of heads of each block's attention.", Defaults.Heads);
        Option<int> length = Size("--context", "The number of tokens that the network sees at once.", Defaults.Context);
        Option<int?> steps = new("--steps")
        {
            Description = $"The number of steps of the optimizer. [default: {Defaults.Steps:N0}; "
                + $"{GenerationSource.BuiltInSteps:N0} for the built-in text]",
            HelpName = "NUMBER",
            CustomParser = result => OptionParsing.WholeNumber<int>(1)(result),
        };
        Option<int> batchSize = Size("--batch-size", "The number of windows of the text in a step.", Defaults.BatchSize);
        var learningRate = new Option<double>("--learning-rate")
        {
            Description = "The highest learning rate, which falls to a tenth.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.Number(number => number > 0, "above 0"),
            DefaultValueFactory = _ => Defaults.LearningRate,
        };
        var dropout = new Option<double>("--dropout")
        {
            Description = "The probability of dropping an element in training.",
            HelpName = "NUMBER",
            CustomParser = OptionParsing.Number(number => number is >= 0 and < 1, "of at least 0 and less than 1"),
            DefaultValueFactory = _ => Defaults.Dropout,
        };
        var prompt = new Option<string?>("--prompt")
        {
            Description = "The beginning of the samples. [default: the beginning of a line]",
            HelpName = "TEXT",
        };
        text.Validators.Add(OptionParsing.RejectEmptyPath);
        prompt.Validators.Add(OptionParsing.RejectEmptyText);
        command.Add(text);
        command.Add(vocabulary);
        command.Add(width);
        command.Add(layers);
        command.Add(heads);
        command.Add(length);
        command.Add(steps);
        command.Add(batchSize);
        command.Add(learningRate);
        command.Add(dropout);
        command.Add(prompt);
        var run = new RunOptions();
        command.Add(run.Seed);
        run.AddTo(command);
        command.SetAction(parsed =>
        {
            bool isBuiltIn = parsed.GetValue(text) is null;
            return GenerationTraining.Run(
                context,
                new GenerationSource(parsed.GetValue(text), parsed.GetValue(vocabulary), parsed.GetValue(prompt)),
                Defaults with
                {
                    Width = parsed.GetValue(width),
                    Layers = parsed.GetValue(layers),
                    Heads = parsed.GetValue(heads),
                    Context = parsed.GetValue(length),
                    Steps = parsed.GetValue(steps) ?? (isBuiltIn ? GenerationSource.BuiltInSteps : Defaults.Steps),
                    BatchSize = parsed.GetValue(batchSize),
                    LearningRate = parsed.GetValue(learningRate),
                    Dropout = parsed.GetValue(dropout),
                    Seed = parsed.GetValue(run.Seed),
                    Threads = Parallelism.MaxThreads,
                },
                run.VerbosityOf(parsed),
                parsed.GetValue(run.Output)!,
                parsed.GetValue(run.Resume));
        });
        return command;
    }

    private static Option<int> Size(string name, string description, int value) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = OptionParsing.WholeNumber<int>(1),
        DefaultValueFactory = _ => value,
    };
}

/// <summary>The text that a language model learns from, and its tokens.</summary>
/// <param name="Path">The path of the text; null for the built-in one.</param>
/// <param name="Vocabulary">The number of byte-pair tokens to learn; null for the default.</param>
/// <param name="Prompt">The beginning of the samples; null for the default.</param>
internal sealed record GenerationSource(string? Path, int? Vocabulary, string? Prompt)
{
    /// <summary>The number of byte-pair tokens for the built-in text.</summary>
    internal const int BuiltInVocabulary = 512;

    /// <summary>The number of steps for the built-in text, which take less than a minute.</summary>
    internal const int BuiltInSteps = 750;

    /// <summary>The name of the text in messages and checkpoints.</summary>
    internal string Name => Path ?? EmbeddedText.Name;

    /// <summary>Reads the text.</summary>
    /// <exception cref="UserErrorException">The file is not there, is empty, or is not UTF-8.</exception>
    internal string Read()
    {
        if (Path is null)
        {
            return EmbeddedText.Read();
        }

        if (!File.Exists(Path))
        {
            throw new UserErrorException(
                $"{Path}: {(Directory.Exists(Path) ? "this is a directory, not a text." : "the file does not exist.")}");
        }

        try
        {
            string text = InputFile.Read(Path, stream =>
            {
                using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), leaveOpen: true);
                return reader.ReadToEnd();
            });
            return text.Length > 0 ? text : throw new UserErrorException($"{Path}: the text is empty.");
        }
        catch (DecoderFallbackException problem)
        {
            throw new UserErrorException($"{Path}: the file is not UTF-8 text.", problem);
        }
    }

    /// <summary>Learns the tokens of the text.</summary>
    internal Tokenizer Tokenize(string text) => (Vocabulary ?? (Path is null ? (int?)BuiltInVocabulary : null)) is { } size
        ? BytePairTokenizer.Learn([text], size)
        : CharacterTokenizer.Learn([text]);

    /// <summary>The beginning of the samples.</summary>
    /// <exception cref="UserErrorException">The tokenizer does not know a character of it.</exception>
    internal string PromptFor(Tokenizer tokenizer, string text)
    {
        string prompt = Prompt ?? (text.Contains('\n', StringComparison.Ordinal) ? "\n" : $"{text.EnumerateRunes().First()}");
        try
        {
            tokenizer.Encode(prompt);
            return prompt;
        }
        catch (ArgumentException problem)
        {
            throw new UserErrorException($"--prompt: {problem.Message.Split(" (Parameter")[0]}", problem);
        }
    }
}
