using System.CommandLine;

namespace VecNet.Cli;

/// <summary>The options of every command that trains.</summary>
internal sealed class CommonOptions
{
    private readonly Option<ulong> seed = new("--seed") { Description = "Same seed, same numbers, on any number of processors.", HelpName = "NUMBER" };
    private readonly Option<int> epochs;
    private readonly Option<bool> quiet = new("--quiet", "-q") { Description = "Only the results, no progress." };
    private readonly Option<bool> json = new("--json") { Description = "Only the results, as one JSON object in one line." };

    internal CommonOptions(int epochs)
    {
        this.epochs = new("--epochs") { Description = "How often each row is seen at most.", HelpName = "NUMBER", DefaultValueFactory = _ => epochs };
        AtLeast(this.epochs, 1);
    }

    /// <summary>The directory for what is saved.</summary>
    internal Option<string> Output { get; } = new("--output", "-o")
    {
        Description = "Where the model and the picture of its losses are saved.",
        HelpName = "DIRECTORY",
        DefaultValueFactory = _ => ".",
    };

    internal void AddTo(Command command)
    {
        command.Add(seed);
        command.Add(epochs);
        command.Add(Output);
        command.Add(quiet);
        command.Add(json);
    }

    internal Recipe Read(ParseResult parsed, Recipe recipe) =>
        recipe with { Seed = parsed.GetValue(seed), Epochs = parsed.GetValue(epochs) };

    internal Verbosity Verbosity(ParseResult parsed) =>
        parsed.GetValue(json) ? Cli.Verbosity.Json : parsed.GetValue(quiet) ? Cli.Verbosity.Quiet : Cli.Verbosity.Full;

    /// <summary>Refuses smaller values, each of them if there are several.</summary>
    internal static void AtLeast<TValue>(Option<TValue> option, int minimum) => option.Validators.Add(result =>
    {
        foreach (int value in result.GetValueOrDefault<TValue>() switch { int one => [one], int[] several => several, _ => Array.Empty<int>() })
        {
            if (value < minimum)
            {
                result.AddError($"{option.Name} must be {minimum} or more; it is {value}");
            }
        }
    });
}
