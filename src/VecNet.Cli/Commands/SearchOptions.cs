using System.CommandLine;

namespace VecNet.Cli;

/// <summary>The options of commands that choose a model for the data: what they fix, and how long the search may take.</summary>
internal sealed class SearchOptions
{
    private readonly Option<int[]?> hidden = new("--hidden")
    {
        Description = "The widths of the hidden layers. The network can have up to "
            + $"{Hyperparameters.MostParameters:N0} parameters. [default: chosen by validation; none for texts]",
        HelpName = "WIDTH …",
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = OptionParsing.WholeNumbers<int>(1),
    };

    private readonly Option<bool> noSearch = new("--no-search")
    {
        Description = "Train the default network without comparing it with others on held-out rows.",
    };

    private readonly Option<TimeSpan?> budget = new("--budget")
    {
        Description = "The time limit of model selection and training, such as 30s, 5m or 1h. The chosen model may then depend on the "
            + "speed of the machine.",
        HelpName = "DURATION",
        CustomParser = OptionParsing.Duration,
    };

    /// <summary>The description of the option for the number of epochs.</summary>
    internal static string EpochsDescription { get; } =
        $"The number of epochs. [default: chosen by validation; at most {Hyperparameters.ForTexts.Epochs} for texts, "
        + $"{Hyperparameters.ForSequences.Epochs} for sequences of tokens]";

    internal void AddTo(Command command)
    {
        command.Add(hidden);
        command.Add(noSearch);
        command.Add(budget);
    }

    /// <summary>The hyperparameters without a search.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="texts">The kind of model of texts; null for a table.</param>
    internal Hyperparameters DefaultsOf(ParseResult parsed, TextModel? texts)
    {
        Hyperparameters defaults = texts is { } model ? Hyperparameters.Of(model) : Hyperparameters.ForTables;
        return Widths(parsed) is { } widths ? defaults with { Hidden = widths } : defaults;
    }

    /// <summary>Applies the options to those of a search.</summary>
    internal FitOptions ApplyTo(ParseResult parsed, FitOptions options) => options with
    {
        HiddenSizes = Widths(parsed),
        ValidationShare = parsed.GetValue(noSearch) ? 0 : null,
        Budget = parsed.GetValue(budget),
    };

    private int[]? Widths(ParseResult parsed) => parsed.GetResult(hidden) is null ? null : parsed.GetValue(hidden);
}
