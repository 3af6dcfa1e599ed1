using System.CommandLine;
using System.CommandLine.Parsing;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>The options of <c>train</c> for its data: the preprocessing of columns, and whether it consists of texts.</summary>
internal sealed class DataOptions
{
    private readonly Option<string[]> categorical = new("--categorical")
    {
        Description = "The categorical columns. They are one-hot encoded: each category of the training rows becomes a feature.",
        HelpName = "COLUMN …",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> missing = new("--missing")
    {
        Description = "How to handle missing values (empty cells, NA, NaN, null and ?): refuse them, or fill in the mean or the most "
            + "frequent category of the training rows.",
        DefaultValueFactory = _ => "refuse",
    };

    private readonly Option<string> unknown = new("--unknown")
    {
        Description = "How to handle a category that is not in the training rows: refuse it, or encode it as zeros.",
        DefaultValueFactory = _ => "refuse",
    };

    private readonly Option<bool> numericLabels = new("--numeric-labels")
    {
        Description = "Compare labels as numbers, so that 1 and 1.0 are the same class. By default they are compared as text.",
    };

    private readonly Option<string?> weights = new("--weights")
    {
        Description = "The column with the weight of each row, a number of at least 0: a row of weight 2 counts like two equal rows, in "
            + "training and in the test score.",
        HelpName = "COLUMN",
    };

    private readonly Option<string> classWeights = new("--class-weights")
    {
        Description = "The weighting of the classes in training: equal for all rows, or balanced, so that all classes have the same total "
            + "weight.",
        DefaultValueFactory = _ => "equal",
    };

    private readonly Option<string?> text = new("--text")
    {
        Description = "Train on texts: each line of the file is a label, a tab and a text. With COLUMN, the file is a CSV file with its "
            + "texts in that column.",
        HelpName = "COLUMN",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int> features = new("--features")
    {
        Description = "For texts: the largest number of words, pairs of words, n-grams and symbols that become features.",
        HelpName = "NUMBER",
        CustomParser = OptionParsing.WholeNumber<int>(1),
        DefaultValueFactory = _ => new TextVectorizerOptions().MostFeatures,
    };

    private readonly Option<string?> model = new("--model")
    {
        Description = "For texts: a linear model of the words of a text without their order, or a network that reads the sequence of its "
            + "tokens, which takes much longer. [default: the better of bag-of-words and gru on held-out texts, if there are 1,000 short "
            + "texts or more; otherwise bag-of-words]",
    };

    private readonly Option<string> tokens = new("--tokens")
    {
        Description = "For sequences: parts of words (byte pairs) or characters, learned from the training texts.",
        DefaultValueFactory = _ => "parts",
    };

    private readonly Option<int> maxTokens = new("--max-tokens")
    {
        Description = "For sequences: the number of tokens at the beginning of a text that the network reads.",
        HelpName = "NUMBER",
        CustomParser = OptionParsing.WholeNumber<int>(1),
        DefaultValueFactory = _ => new FitOptions().MaxTokens,
    };

    private const string Bag = "bag-of-words";

    private readonly CsvHeaderOptions header = new();

    internal void AddTo(Command command, Option<string?> target, Option<bool> regression)
    {
        header.AddTo(command);
        AddChoices(missing, "refuse", "fill");
        AddChoices(unknown, "refuse", "zeros");
        AddChoices(classWeights, "equal", "balanced");
        command.Add(categorical);
        command.Add(missing);
        command.Add(unknown);
        command.Add(numericLabels);
        command.Add(weights);
        command.Add(classWeights);
        command.Add(text);
        command.Add(features);
        AddChoices(model, Bag, "lstm", "gru", "cnn", "transformer");
        AddChoices(tokens, "parts", "characters");
        command.Add(model);
        command.Add(tokens);
        command.Add(maxTokens);
        command.Validators.Add(parsed =>
        {
            bool isText = parsed.GetResult(text) is not null;
            bool isTable = !isText || parsed.GetResult(text)!.Tokens.Count > 0;
            bool hasTarget = parsed.GetResult(target) is not null;
            if (isTable && !hasTarget)
            {
                parsed.AddError("Option '--target' is required");
            }
            else if (!isTable && hasTarget)
            {
                parsed.AddError("--target requires a CSV file: use --text COLUMN to train on a column of texts");
            }
            else if (isText && Given(parsed, categorical, missing, unknown, weights) is not null)
            {
                parsed.AddError("--categorical, --missing, --unknown and --weights cannot be used with --text");
            }
            else if (!isTable && header.Read(parsed) is not null)
            {
                parsed.AddError($"{CsvHeaderOptions.Names} cannot be used with --text without a column");
            }
            else if (!isText && Given(parsed, features, model, tokens, maxTokens) is { } ofTexts)
            {
                parsed.AddError($"{ofTexts.Name} requires --text");
            }
            else if (isText && !IsSequence(parsed) && Given(parsed, tokens, maxTokens) is { } ofSequences)
            {
                parsed.AddError($"{ofSequences.Name} requires --model lstm, gru, cnn or transformer");
            }
            else if (isText && IsSequence(parsed) && Given(parsed, features) is not null)
            {
                parsed.AddError($"--features requires --model {Bag}");
            }
            else if (parsed.GetValue(classWeights) == "balanced" && parsed.GetValue(regression))
            {
                parsed.AddError("--class-weights balanced cannot be used with --regression, whose target is a number");
            }
            else if (parsed.GetValue(numericLabels) && parsed.GetValue(regression))
            {
                parsed.AddError("--numeric-labels cannot be used with --regression, whose target is always a number");
            }
        });
    }

    /// <summary>Restricts an option to some words.</summary>
    private static void AddChoices(Option option, params string[] words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => !words.Contains(token.Value)) is { } other)
            {
                result.AddError($"{option.Name} must be {string.Join(" or ", words)}, not '{other.Value}'");
            }
        });
    }

    /// <summary>The kind of model of texts, unless a comparison chooses another; null if the data is a table.</summary>
    internal TextModel? ModelOfTexts(ParseResult parsed) =>
        parsed.GetResult(text) is null ? null : GivenModel(parsed) ?? TextModel.BagOfWords;

    /// <summary>The kind of model of texts that is given; null if it is not.</summary>
    internal TextModel? GivenModel(ParseResult parsed) => parsed.GetValue(model) switch
    {
        null => null,
        Bag => TextModel.BagOfWords,
        { } word => Enum.Parse<TextModel>(word, ignoreCase: true),
    };

    private bool IsSequence(CommandResult parsed) => parsed.GetResult(model)?.Tokens is [var word] && word.Value != Bag;

    /// <summary>The first of the options that is given; null if there is none.</summary>
    private static Option? Given(CommandResult parsed, params Option[] options) =>
        options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>Reads the data as the options say.</summary>
    internal TrainingData Read(ParseResult parsed, string path, string? target) =>
        ReadRows(parsed, path, target) with
        {
            HasNumericLabels = parsed.GetValue(numericLabels),
            ClassWeights = parsed.GetValue(classWeights) == "balanced" ? ClassWeights.Balanced : ClassWeights.Equal,
        };

    /// <summary>The column of texts in a CSV file; null for a table, and for lines of text.</summary>
    internal string? TextColumnOf(ParseResult parsed) => parsed.GetValue(text);

    /// <summary>Whether the data are texts.</summary>
    internal bool AreTexts(CommandResult parsed) => parsed.GetResult(text) is not null;

    /// <summary>The tokens of a bag of words for the given rows of texts.</summary>
    internal TextVectorizerOptions TokensOf(ParseResult parsed, IReadOnlyList<string> texts, IReadOnlyList<int> rows) =>
        TextTraining.ChooseTokens(texts, rows) with { Column = parsed.GetValue(text), MostFeatures = parsed.GetValue(features) };

    private TrainingData ReadRows(ParseResult parsed, string path, string? target)
    {
        CsvHeader firstRow = header.Read(parsed.CommandResult) ?? CsvHeader.Expected;
        if (parsed.GetResult(text) is null)
        {
            return TrainingData.ReadTable(path, target!, new CsvColumnRules
            {
                Categorical = parsed.GetValue(categorical)!,
                FillMissing = parsed.GetValue(missing) == "fill",
                Header = firstRow,
                Weights = parsed.GetValue(weights),
                Unknown = parsed.GetValue(unknown) == "zeros" ? UnknownCategory.Zeros : UnknownCategory.Refuse,
            });
        }

        int count = parsed.GetValue(features);
        string? column = parsed.GetValue(text);
        if (count > TextHashing.MostFeatures)
        {
            throw new UserErrorException($"--features {count}: there are too many features; the limit is {TextHashing.MostFeatures:N0}.");
        }

        TextModel? given = GivenModel(parsed);
        return TrainingData.ReadTexts(path, target, column, firstRow, (texts, rows) =>
        {
            TrainingFeatures Sequences(TextModel kind) => TrainingFeatures.OfSequences(
                texts, rows, kind, parsed.GetValue(tokens) == "characters", parsed.GetValue(maxTokens), column);
            return given is { } kind && kind != TextModel.BagOfWords
                ? Sequences(kind)
                : TrainingFeatures.OfTexts(path, texts, rows, TokensOf(parsed, texts, rows)) with
                {
                    Other = given is null ? ([.. rows.Select(row => texts[row])], () => Sequences(TextComparison.Other)) : null,
                };
        });
    }
}
