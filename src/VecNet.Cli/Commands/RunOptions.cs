using System.CommandLine;

namespace VecNet.Cli;

/// <summary>The options of a run that trains: its seed, its files, and how much it writes.</summary>
internal sealed class RunOptions
{
    private readonly Option<bool> quiet = new("--quiet", "-q") { Description = "Print the results only, without progress." };
    private readonly Option<bool> json = new("--json") { Description = "Print the results only, as one JSON object on one line." };

    internal Option<ulong> Seed { get; } = new("--seed")
    {
        Description = "The random seed. The same seed gives the same results on any number of processors.",
        HelpName = "NUMBER",
        CustomParser = OptionParsing.WholeNumber<ulong>(0),
        DefaultValueFactory = _ => 0,
    };

    internal Option<string?> Resume { get; } = new("--resume")
    {
        Description = "Resume from the checkpoint of an interrupted run, with the same data and options. The results are the same as "
            + "without the interruption.",
        HelpName = "FILE",
    };

    internal Option<string> Output { get; } = new("--output", "-o")
    {
        Description = "The directory for the model and its charts, and for a checkpoint if the run is interrupted.",
        HelpName = "DIRECTORY",
        DefaultValueFactory = _ => ".",
    };

    /// <summary>Adds the options except for the seed.</summary>
    internal void AddTo(Command command)
    {
        Output.Validators.Add(OptionParsing.RejectEmptyPath);
        Resume.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(Output);
        command.Add(Resume);
        command.Add(quiet);
        command.Add(json);
    }

    internal Verbosity VerbosityOf(ParseResult parsed) =>
        parsed.GetValue(json) ? Verbosity.Json : parsed.GetValue(quiet) ? Verbosity.Quiet : Verbosity.Full;
}
