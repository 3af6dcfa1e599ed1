using System.CommandLine;
using VecNet.Cli.Benchmark;
using VecNet.Cli.GradientChecks;

namespace VecNet.Cli;

/// <summary>The commands and their options.</summary>
internal static class CommandTree
{
    /// <summary>All of them, bound to what they read and write.</summary>
    internal static Command Build(Session session)
    {
        // Not a RootCommand: that would call itself by the name of its file in every line of help.
        var root = new Command("vecnet", """
            Trains a neural network to read handwritten digits, and shows what it does: 1,797 images, which come with the program.
            The commands below do the same with your own data; each has a --help of its own.
            """);
        AddDigits(root, session);
        root.Add(Train(session));
        root.Add(PredictCommand.Build(session));
        root.Add(EvaluateCommand.Build(session));
        root.Add(InspectCommand.Build(session));
        root.Add(ExportCommand.Build(session));
        root.Add(GradientCheckCommand.Build(session));
        root.Add(BenchmarkCommand.Build(session));
        root.Add(Example(session));
        root.Add(HelpText.Option(session));
        root.Add(new VersionOption());
        return root;
    }

    private static void AddDigits(Command root, Session session)
    {
        var common = new CommonOptions(Digits.DigitsCommand.Recipe.Epochs);
        common.AddTo(root);
        root.SetAction(parsed => Digits.DigitsCommand.Run(session, common.Read(parsed, Digits.DigitsCommand.Recipe)));
    }

    private static Command Train(Session session)
    {
        var command = new Command("train", "Trains a network on your CSV file or your texts.");
        var data = new Option<string>("--data") { Description = "The CSV file: names of columns in the first line (see --no-header), then numbers; or the file of texts, see --text.", HelpName = "FILE", Required = true };
        var target = new Option<string?>("--target") { Description = "The column that is to be predicted: the class of each row, in words or numbers; or with --regression a number.", HelpName = "COLUMN" };
        var regression = new Option<bool>("--regression") { Description = "The target is a number to be predicted, not a class: R² and mean errors take the place of accuracy." };
        var dataOptions = new DataOptions();
        var split = new Option<string?>("--split")
        {
            Description = "A CSV file with the columns row (from 0) and set (train or test). [default: *.split.csv beside the data; without it a quarter of the rows is for the test]",
            HelpName = "FILE",
        };
        var hidden = new Option<int[]>("--hidden")
        {
            Description = $"Widths of the hidden layers; at most {Recipe.MostParameters:N0} parameters in all.",
            HelpName = "WIDTH …",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = CommonOptions.WholeNumbers<int>(1),
            DefaultValueFactory = _ => TrainCommand.Recipe.Hidden,
        };
        data.Validators.Add(CommonOptions.IsNoEmptyPath);
        split.Validators.Add(CommonOptions.IsNoEmptyPath);
        command.Add(data);
        command.Add(target);
        command.Add(regression);
        dataOptions.AddTo(command, target, regression);
        command.Add(split);
        command.Add(hidden);
        var common = new CommonOptions(TrainCommand.Recipe.Epochs);
        common.AddTo(command);
        command.SetAction(parsed => TrainCommand.Run(
            session,
            () => dataOptions.Read(parsed, parsed.GetRequiredValue(data), parsed.GetValue(target)),
            parsed.GetRequiredValue(data),
            parsed.GetValue(split),
            parsed.GetValue(regression),
            common.Read(parsed, TrainCommand.Recipe with { Hidden = parsed.GetValue(hidden)! })));
        return command;
    }

    private static Command Example(Session session)
    {
        var command = new Command("example", "Computes a network of 2-2-1 units step by step: every number and its formula, forward and backward.");
        command.SetAction(_ => ExampleCommand.Run(session.Output));
        return command;
    }
}
