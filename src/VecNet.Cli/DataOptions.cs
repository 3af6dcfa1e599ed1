using System.CommandLine;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>How <c>train</c> takes its data: which columns are categories, what becomes of what is missing, and whether the data are texts.</summary>
internal sealed class DataOptions
{
    private readonly Option<string[]> categorical = new("--categorical")
    {
        Description = "Columns whose values are categories: each value of the training rows becomes a feature that is 0 or 1.",
        HelpName = "COLUMN …",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> missing = new("--missing")
    {
        Description = "What becomes of empty cells, NA, NaN, null and ?: refuse them, or fill in the training rows' mean or most frequent category.",
        DefaultValueFactory = _ => "refuse",
    };

    private readonly Option<string> unknown = new("--unknown")
    {
        Description = "What becomes of a category that no training row has: refuse it, or make all features of its column zeros.",
        DefaultValueFactory = _ => "refuse",
    };

    private readonly Option<bool> numericLabels = new("--numeric-labels")
    {
        Description = "Labels are numbers: 1 and 1.0 are one class. Without it they are texts, one class only if their characters are the same.",
    };

    private readonly Option<string?> text = new("--text")
    {
        Description = "The data are texts: a label, a tab and a text in each line; or, with a column's name, a CSV file with its texts in that column.",
        HelpName = "COLUMN",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int> features = new("--features")
    {
        Description = "For texts: how many features words and their parts are hashed into.",
        HelpName = "NUMBER",
        CustomParser = CommonOptions.WholeNumber<int>(1),
        DefaultValueFactory = _ => 4096,
    };

    private readonly HeaderOptions header = new();

    internal void AddTo(Command command, Option<string?> target, Option<bool> regression)
    {
        header.AddTo(command);
        AddChoices(missing, "refuse", "fill");
        AddChoices(unknown, "refuse", "zeros");
        command.Add(categorical);
        command.Add(missing);
        command.Add(unknown);
        command.Add(numericLabels);
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
                parsed.AddError("--target names a column of a CSV file: say --text COLUMN, too");
            }
            else if (isText && new Option[] { categorical, missing, unknown }.Any(option => parsed.GetResult(option) is { Implicit: false }))
            {
                parsed.AddError("--categorical, --missing and --unknown are for columns of a CSV file, not for --text");
            }
            else if (!isTable && header.Read(parsed) is not null)
            {
                parsed.AddError($"{HeaderOptions.Names} are for CSV files, not for --text without a column");
            }
            else if (!isText && parsed.GetResult(features) is { Implicit: false })
            {
                parsed.AddError("--features is for --text");
            }
            else if (parsed.GetValue(numericLabels) && parsed.GetValue(regression))
            {
                parsed.AddError("--numeric-labels is for classes; with --regression the target is a number anyway");
            }
        });
    }

    /// <summary>Offers some words and complains about any other in one line.</summary>
    private static void AddChoices(Option<string> option, params string[] words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => !words.Contains(token.Value)) is { } other)
            {
                result.AddError($"{option.Name} takes {string.Join(" or ", words)}, not '{other.Value}'");
            }
        });
    }

    /// <summary>Reads the data as the options say.</summary>
    internal TrainingSource Read(ParseResult parsed, string path, string? target) =>
        ReadRows(parsed, path, target) with { HasNumericLabels = parsed.GetValue(numericLabels) };

    private TrainingSource ReadRows(ParseResult parsed, string path, string? target)
    {
        if (parsed.GetResult(text) is null)
        {
            return TrainingSource.OfTable(path, target!, new CsvColumnRules
            {
                Categorical = parsed.GetValue(categorical)!,
                FillMissing = parsed.GetValue(missing) == "fill",
                Header = header.Read(parsed.CommandResult) ?? CsvHeader.Expected,
                Unknown = parsed.GetValue(unknown) == "zeros" ? UnknownCategory.Zeros : UnknownCategory.Refuse,
            });
        }

        int count = parsed.GetValue(features);
        return count <= TextHashing.MostFeatures
            ? TrainingSource.OfTexts(path, target, new TextHashing(count, column: parsed.GetValue(text)), header.Read(parsed.CommandResult) ?? CsvHeader.Expected)
            : throw new UserErrorException($"--features {count} is too many; at most {TextHashing.MostFeatures:N0} are made.");
    }
}
