using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VecNet;

/// <summary>Labels as the texts that a model stores, and their order.</summary>
/// <typeparam name="TLabel">A string, bool, char, number or enum.</typeparam>
internal static class LabelText<TLabel>
    where TLabel : notnull
{
    /// <summary>Throws for types whose values cannot be restored from text.</summary>
    /// <exception cref="NotSupportedException">Labels of this type are not supported.</exception>
    internal static void CheckType()
    {
        if (Type.GetTypeCode(typeof(TLabel)) is TypeCode.Object or TypeCode.DBNull or TypeCode.DateTime)
        {
            throw new NotSupportedException(
                $"Labels of type {typeof(TLabel)} cannot be stored: use a string, bool, char, number or enum.");
        }
    }

    /// <summary>The text of a label.</summary>
    internal static string Format(TLabel label) =>
        label is Enum ? label.ToString()! : Convert.ToString(label, CultureInfo.InvariantCulture)!;

    /// <summary>The labels of the classes of a model.</summary>
    /// <exception cref="InvalidDataException">A text is not such a label, or two are the same one.</exception>
    internal static TLabel[] Parse(IReadOnlyList<string> texts)
    {
        var labels = new List<TLabel>();
        var known = new Dictionary<TLabel, string>();
        foreach (string text in texts)
        {
            if (!TryParse(text, out TLabel? label))
            {
                throw new InvalidDataException($"the model's class '{text}' is not a label of type {typeof(TLabel)}.");
            }

            if (!known.TryAdd(label, text))
            {
                throw new InvalidDataException(
                    $"the model's classes '{known[label]}' and '{text}' are the same label of type {typeof(TLabel)}.");
            }

            labels.Add(label);
        }

        return [.. labels];
    }

    /// <summary>Reads the label of a text.</summary>
    internal static bool TryParse(string text, [NotNullWhen(true)] out TLabel? label)
    {
        try
        {
            label = (TLabel)(typeof(TLabel).IsEnum ? Enum.Parse(typeof(TLabel), text)
                : typeof(TLabel) == typeof(bool) && text is "0" or "1" ? text == "1"
                : Convert.ChangeType(text, typeof(TLabel), CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            label = default;
            return false;
        }
    }

    /// <summary>
    /// The distinct labels in ascending order: numbers and enums by value, texts by value if all are numbers, and in ordinal order
    /// otherwise.
    /// </summary>
    internal static TLabel[] Distinct(IReadOnlyList<TLabel> labels)
    {
        TLabel[] distinct = [.. labels.Distinct()];
        if (distinct is not string[] texts)
        {
            Array.Sort(distinct);
            return distinct;
        }

        Array.Sort(texts, StringComparer.Ordinal);
        DecimalNumber?[] numbers =
            [.. texts.Select(text => DecimalNumber.TryParse(text, out DecimalNumber number) ? number : (DecimalNumber?)null)];
        return numbers.Contains(null)
            ? distinct
            : [.. distinct.Zip(numbers).OrderBy(pair => pair.Second!.Value).Select(pair => pair.First)];
    }
}
