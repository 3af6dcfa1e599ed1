using System.CommandLine;

namespace VecNet.Cli;

/// <summary>The options of every command that trains.</summary>
internal sealed class TrainingOptions
{
    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "The random seed. The same seed gives the same results on any number of processors.",
        HelpName = "NUMBER",
        CustomParser = OptionParsing.WholeNumber<ulong>(0),
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<int?> epochs;
    private readonly Option<bool> quiet = new("--quiet", "-q") { Description = "Print the results only, without progress." };
    private readonly Option<bool> json = new("--json") { Description = "Print the results only, as one JSON object on one line." };

    private readonly Option<string?> resume = new("--resume")
    {
        Description = "Resume from the checkpoint of an interrupted run, with the same data and options. The results are the same as "
            + "without the interruption.",
        HelpName = "FILE",
    };

    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "The directory for the model and its charts, and for a checkpoint if the run is interrupted.",
        HelpName = "DIRECTORY",
        DefaultValueFactory = _ => ".",
    };

    /// <summary>Creates the options.</summary>
    /// <param name="epochsDescription">The description of the option for them.</param>
    internal TrainingOptions(string epochsDescription)
    {
        epochs = new("--epochs")
        {
            Description = epochsDescription,
            HelpName = "NUMBER",
            CustomParser = result => OptionParsing.WholeNumber<int>(1)(result),
        };
    }

    internal void AddTo(Command command)
    {
        command.Add(seed);
        command.Add(epochs);
        output.Validators.Add(OptionParsing.RejectEmptyPath);
        resume.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(output);
        command.Add(resume);
        command.Add(quiet);
        command.Add(json);
    }

    /// <summary>The values of the options, with the given defaults of the hyperparameters that have no option.</summary>
    internal TrainingArguments Read(ParseResult parsed, Hyperparameters defaults) => new(
        defaults with { Seed = parsed.GetValue(seed), Epochs = parsed.GetValue(epochs) ?? defaults.Epochs },
        new() { Seed = parsed.GetValue(seed), Epochs = parsed.GetValue(epochs) },
        parsed.GetValue(json) ? Verbosity.Json : parsed.GetValue(quiet) ? Verbosity.Quiet : Verbosity.Full,
        parsed.GetValue(output)!,
        parsed.GetValue(resume));
}

/// <summary>The values of the options of a command that trains.</summary>
/// <param name="Hyperparameters">How the network is built and trained, unless a search chooses that.</param>
/// <param name="Fit">The options of a search.</param>
/// <param name="Verbosity">How much the run writes.</param>
/// <param name="OutputDirectory">The directory for the model, its charts and a checkpoint.</param>
/// <param name="Resume">The checkpoint to resume from; null if there is none.</param>
internal sealed record TrainingArguments(
    Hyperparameters Hyperparameters, FitOptions Fit, Verbosity Verbosity, string OutputDirectory, string? Resume)
{
    /// <summary>Rejects a network that is too large, before anything is allocated for it.</summary>
    /// <returns>The number of its parameters.</returns>
    /// <exception cref="UserErrorException">The network is too large.</exception>
    internal long CheckSize(int features, int outputs) => Hyperparameters.FindExcess(features, outputs) is { } excess
        ? throw new UserErrorException($"--hidden {string.Join(' ', Hyperparameters.Hidden)}: {excess}")
        : (long)Hyperparameters.ParameterCount(features, outputs);

    /// <summary>Rejects a recipe with a network that is too large, before anything is allocated for it.</summary>
    /// <returns>The largest number of parameters.</returns>
    /// <exception cref="UserErrorException">A network is too large.</exception>
    internal long CheckSize(TableRecipe recipe, int features, int outputs) => recipe.FindExcess(features, outputs) is { } excess
        ? throw new UserErrorException($"{(Fit.HiddenSizes is { } widths ? $"--hidden {string.Join(' ', widths)}: " : "")}{excess}")
        : (long)recipe.MostParameters(features, outputs);
}
