using System.CommandLine;
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
            else if (isText
                && new Option[] { categorical, missing, unknown, weights }.Any(option => parsed.GetResult(option) is { Implicit: false }))
            {
                parsed.AddError("--categorical, --missing, --unknown and --weights cannot be used with --text");
            }
            else if (!isTable && header.Read(parsed) is not null)
            {
                parsed.AddError($"{CsvHeaderOptions.Names} cannot be used with --text without a column");
            }
            else if (!isText && parsed.GetResult(features) is { Implicit: false })
            {
                parsed.AddError("--features requires --text");
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
    private static void AddChoices(Option<string> option, params string[] words)
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

    /// <summary>Whether the data consists of texts.</summary>
    internal bool AreTexts(ParseResult parsed) => parsed.GetResult(text) is not null;

    /// <summary>Reads the data as the options say.</summary>
    internal TrainingData Read(ParseResult parsed, string path, string? target) =>
        ReadRows(parsed, path, target) with
        {
            HasNumericLabels = parsed.GetValue(numericLabels),
            ClassWeights = parsed.GetValue(classWeights) == "balanced" ? ClassWeights.Balanced : ClassWeights.Equal,
        };

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
        return count <= TextHashing.MostFeatures
            ? TrainingData.ReadTexts(path, target, parsed.GetValue(text), count, firstRow)
            : throw new UserErrorException($"--features {count}: there are too many features; the limit is {TextHashing.MostFeatures:N0}.");
    }
}
