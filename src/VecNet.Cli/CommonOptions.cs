using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace VecNet.Cli;

/// <summary>The options of every command that trains.</summary>
internal sealed class CommonOptions
{
    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "Same seed, same numbers, on any number of processors.",
        HelpName = "NUMBER",
        CustomParser = WholeNumber<ulong>(0),
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<int> epochs;
    private readonly Option<bool> quiet = new("--quiet", "-q") { Description = "Only the results, no progress." };
    private readonly Option<bool> json = new("--json") { Description = "Only the results, as one JSON object in one line." };

    internal CommonOptions(int epochs)
    {
        this.epochs = new("--epochs")
        {
            Description = "How often each row is seen at most.",
            HelpName = "NUMBER",
            CustomParser = WholeNumber<int>(1),
            DefaultValueFactory = _ => epochs,
        };
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

    /// <summary>Reads one number, and complains about what is none or too small.</summary>
    internal static Func<ArgumentResult, TNumber> WholeNumber<TNumber>(int minimum)
        where TNumber : IBinaryInteger<TNumber> => result => WholeNumbers<TNumber>(minimum)(result).FirstOrDefault() ?? TNumber.Zero;

    /// <summary>Reads several.</summary>
    internal static Func<ArgumentResult, TNumber[]> WholeNumbers<TNumber>(int minimum)
        where TNumber : IBinaryInteger<TNumber> => result =>
    {
        var numbers = new List<TNumber>();
        foreach (Token token in result.Tokens)
        {
            if (TNumber.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out TNumber? number)
                && number >= TNumber.CreateChecked(minimum))
            {
                numbers.Add(number);
            }
            else
            {
                result.AddError($"{((OptionResult)result.Parent!).Option.Name} takes whole numbers from {minimum} on, not '{token.Value}'");
                break;
            }
        }

        return [.. numbers];
    };
}
