using System.Globalization;

namespace VecNet;

/// <summary>Values of data readers and dictionaries as numbers or categories.</summary>
internal static class TableCell
{
    /// <summary>Whether a column of this type has numbers; otherwise it has categories.</summary>
    /// <exception cref="FormatException">The type can be neither.</exception>
    internal static bool IsNumeric(Type type)
    {
        TypeCode code = Type.GetTypeCode(type);
        return type.IsEnum || code is TypeCode.String or TypeCode.Char ? false
            : code is TypeCode.Boolean or (>= TypeCode.SByte and <= TypeCode.Decimal) ? true
            : throw new FormatException($"values of type {type} are neither numbers nor texts; leave the column out or convert it.");
    }

    /// <summary>The number of a value; NaN if it is missing.</summary>
    /// <exception cref="FormatException">The value is not a number, or not finite.</exception>
    internal static double Number(object? value)
    {
        if (value is not (IConvertible and not (string or DBNull or char or DateTime)))
        {
            string text = Text(value);
            return string.IsNullOrWhiteSpace(text) ? double.NaN : FeatureColumn.ParseNumber(text.AsSpan().Trim());
        }

        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return double.IsInfinity(number) ? throw new FormatException($"'{Text(value)}' is not a finite number.") : number;
    }

    /// <summary>The text of a value; blank if it is missing, as NaN is.</summary>
    internal static string Text(object? value) =>
        value is double.NaN or float.NaN ? ""
        : value is Enum ? value.ToString()!
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>Writes the features of a value.</summary>
    /// <exception cref="FormatException">The value cannot be used; the message explains why in one sentence.</exception>
    internal static void Encode(FeatureColumn column, object? value, Span<double> features)
    {
        if (column.Categories is not null)
        {
            column.Encode(Text(value), isQuoted: true, features);
        }
        else if (Number(value) is var number && double.IsNaN(number))
        {
            column.Encode("", isQuoted: true, features);
        }
        else
        {
            features[0] = number;
        }
    }
}
