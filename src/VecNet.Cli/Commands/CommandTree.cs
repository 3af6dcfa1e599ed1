using System.CommandLine;
using VecNet.Cli.Benchmark;
using VecNet.Cli.Digits;
using VecNet.Cli.Generation;
using VecNet.Cli.GradientChecks;

namespace VecNet.Cli;

/// <summary>All commands and their options.</summary>
internal static class CommandTree
{
    /// <summary>The root command, whose subcommands are run in a context.</summary>
    internal static Command Build(CommandContext context)
    {
        // A RootCommand would be named after its file in every line of help.
        var root = new Command("vecnet", """
            Trains and uses neural networks.
            Without a command, it trains a network on 1,797 images of handwritten digits, which are built in, and shows the results.
            The commands do the same with your own data. Run 'vecnet COMMAND --help' for the options and examples of a command.
            """);
        var options = new TrainingOptions(
            $"The maximum number of epochs. [default: {DigitsCommand.Defaults.Epochs}]");
        options.AddTo(root);
        root.SetAction(parsed => DigitsCommand.Run(context, options.Read(parsed, DigitsCommand.Defaults)));
        root.Add(TrainCommand.Build(context));
        root.Add(CrossValidateCommand.Build(context));
        root.Add(PredictCommand.Build(context));
        root.Add(EvaluateCommand.Build(context));
        root.Add(EmbedCommand.Build(context));
        root.Add(SearchCommand.Build(context));
        root.Add(GenerateCommand.Build(context));
        root.Add(InspectCommand.Build(context));
        root.Add(ExportCommand.Build(context));
        root.Add(GradientCheckCommand.Build(context));
        root.Add(BenchmarkCommand.Build(context));
        root.Add(ExampleCommand.Build(context));
        root.Add(HelpText.Option(context));
        root.Add(new VersionOption());
        return root;
    }
}
