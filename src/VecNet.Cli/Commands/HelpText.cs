using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace VecNet.Cli;

/// <summary>The help of System.CommandLine, followed by examples and the exit codes.</summary>
internal sealed class HelpText(SynchronousCommandLineAction syntax) : SynchronousCommandLineAction
{
    /// <summary>
    /// The examples of each command, by its name after those of the commands around it: a description, which may be empty, and a command
    /// line.
    /// </summary>
    internal static IReadOnlyDictionary<string, (string Description, string Command)[]> Examples { get; } =
        new Dictionary<string, (string, string)[]>
        {
            ["vecnet"] =
            [
                ("Train on the digits and save the results in a directory:", "vecnet --output digits"),
                ("Train a classifier on your own file, evaluate it and predict with it:", "vecnet train --data flowers.csv --target kind"),
                ("", "vecnet evaluate flowers.safetensors --data more-flowers.csv"),
                ("", "vecnet predict flowers.safetensors --data new-flowers.csv"),
            ],
            ["train"] =
            [
                ("Classify rows by columns of numbers:", "vecnet train --data flowers.csv --target kind"),
                ("With categorical columns and missing values:",
                    "vecnet train --data houses.csv --target sold --categorical city style --missing fill"),
                ("Predict a number instead of a class:", "vecnet train --data houses.csv --target price --regression"),
                ("Classify texts; each line of the file is a label, a tab and a text:",
                    "vecnet train --data languages.tsv --text --output models"),
                ("From a few texts of each class, with a pretrained sentence encoder:",
                    "vecnet train --data topics.csv --text question --target topic --encoder all-MiniLM-L6-v2"),
                ("For rare classes, with calibrated probabilities:",
                    "vecnet train --data flowers.csv --target kind --class-weights balanced --calibrate"),
                ("Resume a run after Ctrl-C, with the command that was printed:",
                    "vecnet train --data flowers.csv --target kind --resume ./flowers.checkpoint.safetensors"),
            ],
            ["cross-validate"] =
            [
                ("Estimate the accuracy on new rows by ten folds:", "vecnet cross-validate --data flowers.csv --target kind --folds 10"),
                ("The same for a number:", "vecnet cross-validate --data houses.csv --target price --regression"),
            ],
            ["predict"] =
            [
                ("Predict the rows of a table, whose columns are found by name:",
                    "vecnet predict flowers.safetensors --data new-flowers.csv --output predictions.csv"),
                ("Predict one text:", "vecnet predict languages.safetensors --text 'Where is the station?'"),
                ("With a model that was trained with an encoder:",
                    "vecnet predict topics.safetensors --encoder all-MiniLM-L6-v2 --text 'Where is my parcel?'"),
            ],
            ["evaluate"] =
            [
                ("Print the metrics and the confusion matrix, and save a chart:",
                    "vecnet evaluate flowers.safetensors --data more-flowers.csv --output report"),
                ("Print which columns the model depends on:",
                    "vecnet evaluate flowers.safetensors --data more-flowers.csv --importance"),
                ("Print the metrics for a script:", "vecnet evaluate flowers.safetensors --data more-flowers.csv --json"),
            ],
            ["embed"] =
            [
                ("Write the vectors of the lines of a file, for NumPy:",
                    "vecnet embed texts.txt --model all-MiniLM-L6-v2 --output vectors.npy"),
                ("Of the texts in a column of a table:",
                    "vecnet embed topics.csv --text question --model all-MiniLM-L6-v2 --output vectors.npy"),
            ],
            ["search"] =
            [
                ("Find the five lines that answer a question best:",
                    "vecnet search 'How do I get my money back?' --in answers.txt --model all-MiniLM-L6-v2 --top 5"),
            ],
            ["generate"] =
            [
                ("Train on the built-in text, and write with the model:", "vecnet generate train --output models"),
                ("", "vecnet generate write models/vecnet-text.safetensors --prompt 'The gradient'"),
            ],
            ["generate train"] =
            [
                ("Train on a text of your own, whose characters are the tokens:", "vecnet generate train --text shakespeare.txt"),
                ("A larger model with 1,000 byte-pair tokens:",
                    "vecnet generate train --text book.txt --vocabulary 1000 --width 192 --layers 6 --heads 6 --context 128 --steps 5000"),
                ("Resume a run after Ctrl-C, with the command that was printed:",
                    "vecnet generate train --text book.txt --resume ./book.checkpoint.safetensors"),
            ],
            ["generate write"] =
            [
                ("Write 1,000 tokens:", "vecnet generate write shakespeare.safetensors --prompt 'ROMEO:' --tokens 1000"),
                ("Write probable text only:",
                    "vecnet generate write shakespeare.safetensors --prompt 'ROMEO:' --temperature 0.5 --top-k 20"),
            ],
            ["inspect"] =
            [
                ("Show the columns of a table before training on it:", "vecnet inspect flowers.csv"),
                ("Show the layers, classes and preprocessing of a model:", "vecnet inspect flowers.safetensors"),
            ],
            ["export"] =
            [
                ("Export for ONNX Runtime, with probabilities as outputs:",
                    "vecnet export flowers.safetensors --output flowers.onnx --probabilities"),
            ],
            ["gradcheck"] =
            [
                ("Check all gradients of the library:", "vecnet gradcheck"),
                ("Check the network of a model, too:", "vecnet gradcheck flowers.safetensors"),
            ],
            ["benchmark"] =
            [
                ("Print a block of Markdown, for an issue or an email:", "vecnet benchmark"),
                ("Measure longer, for steadier results:", "vecnet benchmark --seconds 120"),
            ],
        };

    /// <summary>The help option of all commands.</summary>
    internal static HelpOption Option(CommandContext context)
    {
        var option = new HelpOption { Recursive = true };
        var syntax = (HelpAction)option.Action!;
        syntax.MaxWidth = context.HelpWidth;
        option.Action = new HelpText(syntax);
        return option;
    }

    /// <summary>The names of a command and of those around it, except for the outermost, such as <c>generate train</c>.</summary>
    private static string NameOf(CommandResult command) => command.Parent is CommandResult { Parent: CommandResult } outer
        ? $"{NameOf(outer)} {command.Command.Name}"
        : command.Command.Name;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = syntax.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (Examples.TryGetValue(NameOf(parseResult.CommandResult), out (string Description, string Command)[]? examples))
        {
            output.WriteLine("Examples:");
            foreach ((string description, string command) in examples)
            {
                if (description.Length > 0)
                {
                    output.WriteLine($"  {description}");
                }

                output.WriteLine($"    {command}");
            }

            output.WriteLine();
        }

        output.WriteLine("""
            Exit codes:
              0    success
              1    error: one line on standard error says why; or gradcheck found a wrong gradient
              129  interrupted by SIGHUP (the terminal was closed)
              130  interrupted by Ctrl-C
              143  interrupted by SIGTERM
              An interrupted training run saves a checkpoint; one line on standard error says how to resume it.

            """);
        return exitCode;
    }
}
