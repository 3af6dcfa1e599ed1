using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace VecNet.Cli;

/// <summary>Parsers and validators of options and arguments.</summary>
internal static class OptionParsing
{
    /// <summary>The longest duration: a year.</summary>
    private const double MostSeconds = 365.0 * 24 * 3600;

    /// <summary>Reports a path without characters: a validator of options and arguments.</summary>
    internal static void RejectEmptyPath(SymbolResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            string name = result is OptionResult option ? option.Option.Name : ((ArgumentResult)result).Argument.Name;
            result.AddError($"{name} requires a path that is not empty");
        }
    }

    /// <summary>Reports a text without characters: a validator of options.</summary>
    internal static void RejectEmptyText(OptionResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"{result.Option.Name} requires a text that is not empty");
        }
    }

    /// <summary>Parses a number, and reports one that is out of range.</summary>
    /// <param name="isInRange">Whether a finite number is in its range.</param>
    /// <param name="range">The range, such as <c>above 0</c>.</param>
    internal static Func<ArgumentResult, double> Number(Func<double, bool> isInRange, string range) => result =>
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number) && isInRange(number))
        {
            return number;
        }

        result.AddError($"{((OptionResult)result.Parent!).Option.Name} requires a number {range}, not '{text}'");
        return 0;
    };

    /// <summary>Parses one integer, and reports one that is not a number or is too small.</summary>
    internal static Func<ArgumentResult, TNumber> WholeNumber<TNumber>(int minimum)
        where TNumber : IBinaryInteger<TNumber>, IMinMaxValue<TNumber> =>
        result => WholeNumbers<TNumber>(minimum)(result).FirstOrDefault() ?? TNumber.Zero;

    /// <summary>Parses a duration such as <c>90s</c>, <c>1.5m</c> or <c>2h</c>.</summary>
    internal static TimeSpan? Duration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        double unit = text.Length == 0 ? 0 : text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => 0,
        };
        if (unit > 0
            && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            && count > 0
            && count * unit <= MostSeconds)
        {
            return TimeSpan.FromSeconds(count * unit);
        }

        string name = ((OptionResult)result.Parent!).Option.Name;
        result.AddError($"{name} requires a duration in seconds, minutes or hours such as 30s, 5m or 1h, not '{text}'");
        return null;
    }

    /// <summary>Parses several integers.</summary>
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
                bool isTooLarge =
                    BigInteger.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger large)
                    && large > BigInteger.CreateChecked(TNumber.MaxValue);
                string range = isTooLarge ? $"from {minimum} to {TNumber.MaxValue}" : $"of at least {minimum}";
                result.AddError($"{((OptionResult)result.Parent!).Option.Name} requires an integer {range}, not '{token.Value}'");
                break;
            }
        }

        return [.. numbers];
    };
}
