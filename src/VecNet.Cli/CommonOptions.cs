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

    private readonly Option<string?> resume = new("--resume")
    {
        Description = "Go on from the checkpoint that an interrupted run has saved; everything else must be as it was then. Ends with the same bits.",
        HelpName = "FILE",
    };

    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "Where the model, the pictures of its training and test, and after Ctrl-C a checkpoint are saved.",
        HelpName = "DIRECTORY",
        DefaultValueFactory = _ => ".",
    };

    internal void AddTo(Command command)
    {
        command.Add(seed);
        command.Add(epochs);
        output.Validators.Add(IsNoEmptyPath);
        resume.Validators.Add(IsNoEmptyPath);
        command.Add(output);
        command.Add(resume);
        command.Add(quiet);
        command.Add(json);
    }

    internal RunOptions Read(ParseResult parsed, Recipe recipe) => new(
        recipe with { Seed = parsed.GetValue(seed), Epochs = parsed.GetValue(epochs) },
        parsed.GetValue(json) ? Verbosity.Json : parsed.GetValue(quiet) ? Verbosity.Quiet : Verbosity.Full,
        parsed.GetValue(output)!,
        parsed.GetValue(resume));

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

/// <summary>What was asked of a run that trains.</summary>
/// <param name="Recipe">How to train.</param>
/// <param name="Verbosity">How much to say.</param>
/// <param name="Directory">For the results.</param>
/// <param name="Resume">The checkpoint to go on from; null for none.</param>
internal sealed record RunOptions(Recipe Recipe, Verbosity Verbosity, string Directory, string? Resume);
