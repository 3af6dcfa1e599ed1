using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VecNet.Cli;

/// <summary>Help as the parser prints it, and behind it examples to copy and the exit codes.</summary>
internal sealed class HelpText(SynchronousCommandLineAction syntax) : SynchronousCommandLineAction
{
    /// <summary>For each command what it is used for, and how.</summary>
    internal static IReadOnlyDictionary<string, (string What, string Command)[]> Examples { get; } = new Dictionary<string, (string, string)[]>
    {
        ["vecnet"] =
        [
            ("Train on the digits, and keep what comes of it in a directory:", "vecnet --output digits"),
            ("Learn the classes of your own file, judge the model, use it:", "vecnet train --data flowers.csv --target kind"),
            ("", "vecnet evaluate flowers.safetensors --data more-flowers.csv"),
            ("", "vecnet predict flowers.safetensors --data new-flowers.csv"),
        ],
        ["train"] =
        [
            ("The class of each row from the other columns, numbers all of them:", "vecnet train --data flowers.csv --target kind"),
            ("Columns of words, and cells that are empty:", "vecnet train --data houses.csv --target sold --categorical city style --missing fill"),
            ("A number instead of a class:", "vecnet train --data houses.csv --target price --regression"),
            ("Labelled texts, a label, a tab and a text in each line:", "vecnet train --data languages.tsv --text --output models"),
            ("Go on after Ctrl-C, with the command that was printed then:", "vecnet train --data flowers.csv --target kind --resume ./flowers.checkpoint.safetensors"),
        ],
        ["predict"] =
        [
            ("A table; the columns are found by their names:", "vecnet predict flowers.safetensors --data new-flowers.csv --output predictions.csv"),
            ("One text:", "vecnet predict languages.safetensors --text 'Where is the station?'"),
        ],
        ["evaluate"] =
        [
            ("Figures and confusion matrix, also as pictures:", "vecnet evaluate flowers.safetensors --data more-flowers.csv --output report"),
            ("Only the accuracy, in a script:", "vecnet evaluate flowers.safetensors --data more-flowers.csv --json"),
        ],
        ["inspect"] =
        [
            ("The columns of a table before training on it:", "vecnet inspect flowers.csv"),
            ("Layers, classes and preprocessing of a model:", "vecnet inspect flowers.safetensors"),
        ],
        ["export"] = [("For ONNX Runtime, with probabilities as outputs:", "vecnet export flowers.safetensors --output flowers.onnx --probabilities")],
        ["gradcheck"] =
        [
            ("All that the library can differentiate:", "vecnet gradcheck"),
            ("And the network of a model:", "vecnet gradcheck flowers.safetensors"),
        ],
        ["benchmark"] =
        [
            ("A block of Markdown for an issue or a mail:", "vecnet benchmark"),
            ("Steadier figures:", "vecnet benchmark --seconds 120"),
        ],
    };

    /// <summary>The option that prints it, for all commands.</summary>
    internal static HelpOption Option(Session session)
    {
        var option = new HelpOption { Recursive = true };
        var syntax = (HelpAction)option.Action!;
        syntax.MaxWidth = session.HelpWidth;
        option.Action = new HelpText(syntax);
        return option;
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = syntax.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (Examples.TryGetValue(parseResult.CommandResult.Command.Name, out (string What, string Command)[]? examples))
        {
            output.WriteLine("Examples:");
            foreach ((string what, string command) in examples)
            {
                if (what.Length > 0)
                {
                    output.WriteLine($"  {what}");
                }

                output.WriteLine($"    {command}");
            }

            output.WriteLine();
        }

        output.WriteLine("""
            Exit codes:
              0    done
              1    refused or failed, with one line on standard error that says why; gradcheck: a gradient is wrong
              129  ended by SIGHUP, a closed terminal; a training has saved a checkpoint, and the line on standard error says how to go on
              130  the same, ended by Ctrl-C
              143  the same, ended by SIGTERM

            """);
        return exitCode;
    }
}
