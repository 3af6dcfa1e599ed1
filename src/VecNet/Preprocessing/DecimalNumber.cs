using System.Globalization;

namespace VecNet;

/// <summary>
/// A decimal number as it is written, of any length and size, compared exactly: 1 equals 1.0, 1e400 is smaller than 1e999, and
/// 9007199254740992 differs from 9007199254740993.
/// </summary>
/// <remarks>The value is ±0.d₁d₂d₃… · 10^exponent, with the digits that are written.</remarks>
public readonly record struct DecimalNumber : IComparable<DecimalNumber>
{
    /// <summary>The largest exponent: far beyond practical numbers, and small enough that sums of two do not overflow.</summary>
    private const long LargestExponent = 1L << 60;

    private readonly int sign;
    private readonly long exponent;
    private readonly string? digits;

    private DecimalNumber(int sign, long exponent, string digits)
    {
        this.sign = sign;
        this.exponent = exponent;
        this.digits = digits;
    }

    /// <summary>
    /// Reads a number: an optional sign, digits with at most one point among them, and an optional exponent after <c>e</c> or <c>E</c>;
    /// surrounding spaces are ignored.
    /// </summary>
    /// <returns>Whether the text is one.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out DecimalNumber number)
    {
        number = default;
        text = text.Trim();
        bool isNegative = text is ['-', ..];
        text = text is ['-' or '+', ..] ? text[1..] : text;
        long exponent = 0;
        int mark = text.IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            // The parser ignores zero characters at the end.
            ReadOnlySpan<char> power = text[(mark + 1)..];
            if (power.Contains('\0') || !long.TryParse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || exponent is < -LargestExponent or > LargestExponent)
            {
                return false;
            }

            text = text[..mark];
        }

        int point = text.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<char> fraction = point < 0 ? default : text[(point + 1)..];
        if (whole.Length + fraction.Length == 0 || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        ReadOnlySpan<char> all = string.Concat(whole, fraction);
        int leading = all.IndexOfAnyExcept('0');
        number = leading < 0
            ? default
            : new(isNegative ? -1 : 1, exponent + whole.Length - leading, all[leading..].TrimEnd('0').ToString());
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(DecimalNumber other)
    {
        if (sign != other.sign || sign == 0)
        {
            return sign.CompareTo(other.sign);
        }

        int magnitude = exponent != other.exponent ? exponent.CompareTo(other.exponent) : string.CompareOrdinal(digits, other.digits);
        return sign * int.Sign(magnitude);
    }

    /// <summary>Whether the first number is the smaller one.</summary>
    public static bool operator <(DecimalNumber left, DecimalNumber right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first number is the larger one.</summary>
    public static bool operator >(DecimalNumber left, DecimalNumber right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first number is not the larger one.</summary>
    public static bool operator <=(DecimalNumber left, DecimalNumber right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first number is not the smaller one.</summary>
    public static bool operator >=(DecimalNumber left, DecimalNumber right) => left.CompareTo(right) >= 0;
}
