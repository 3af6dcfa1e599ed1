using System.CommandLine;

namespace VecNet.Cli;

/// <summary>The options of every command that trains.</summary>
internal sealed class TrainingOptions
{
    private readonly RunOptions run = new();
    private readonly Option<int?> epochs;

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
        command.Add(run.Seed);
        command.Add(epochs);
        run.AddTo(command);
    }

    /// <summary>The values of the options, with the given defaults of the hyperparameters that have no option.</summary>
    internal TrainingArguments Read(ParseResult parsed, Hyperparameters defaults) => new(
        defaults with { Seed = parsed.GetValue(run.Seed), Epochs = parsed.GetValue(epochs) ?? defaults.Epochs },
        new() { Seed = parsed.GetValue(run.Seed), Epochs = parsed.GetValue(epochs) },
        run.VerbosityOf(parsed),
        parsed.GetValue(run.Output)!,
        parsed.GetValue(run.Resume));
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
        ? throw new UserErrorException(
            Hyperparameters.Hidden.Length > 0 ? $"--hidden {string.Join(' ', Hyperparameters.Hidden)}: {excess}" : excess)
        : (long)Hyperparameters.ParameterCount(features, outputs);

    /// <summary>Rejects a recipe with a network that is too large, before anything is allocated for it.</summary>
    /// <returns>The largest number of parameters.</returns>
    /// <exception cref="UserErrorException">A network is too large.</exception>
    internal long CheckSize(TableRecipe recipe, int features, int outputs) => recipe.FindExcess(features, outputs) is { } excess
        ? throw new UserErrorException($"{(Fit.HiddenSizes is { } widths ? $"--hidden {string.Join(' ', widths)}: " : "")}{excess}")
        : (long)recipe.MostParameters(features, outputs);
}
