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
        Output.Validators.Add(IsNoEmptyPath);
        command.Add(Output);
        command.Add(quiet);
        command.Add(json);
    }

    internal Recipe Read(ParseResult parsed, Recipe recipe) =>
        recipe with { Seed = parsed.GetValue(seed), Epochs = parsed.GetValue(epochs) };

    internal Verbosity Verbosity(ParseResult parsed) =>
        parsed.GetValue(json) ? Cli.Verbosity.Json : parsed.GetValue(quiet) ? Cli.Verbosity.Quiet : Cli.Verbosity.Full;

    /// <summary>Complains about a path without a character: a validator of options and arguments.</summary>
    internal static void IsNoEmptyPath(SymbolResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"{(result is OptionResult option ? option.Option.Name : ((ArgumentResult)result).Argument.Name)} takes a path, which cannot be empty");
        }
    }

    /// <summary>Reads one number, and complains about what is none or too small.</summary>
    internal static Func<ArgumentResult, TNumber> WholeNumber<TNumber>(int minimum)
        where TNumber : IBinaryInteger<TNumber>, IMinMaxValue<TNumber> => result => WholeNumbers<TNumber>(minimum)(result).FirstOrDefault() ?? TNumber.Zero;

    /// <summary>Reads several.</summary>
    internal static Func<ArgumentResult, TNumber[]> WholeNumbers<TNumber>(int minimum)
        where TNumber : IBinaryInteger<TNumber>, IMinMaxValue<TNumber> => result =>
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
                bool isTooLarge = BigInteger.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger large)
                    && large > BigInteger.CreateChecked(TNumber.MaxValue);
                string range = isTooLarge ? $"from {minimum} to {TNumber.MaxValue}" : $"from {minimum} on";
                result.AddError($"{((OptionResult)result.Parent!).Option.Name} takes whole numbers {range}, not '{token.Value}'");
                break;
            }
        }

        return [.. numbers];
    };
}
