using System.Globalization;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>Converts the labels of a file to targets.</summary>
internal static class TargetColumn
{
    /// <summary>Converts labels to classes.</summary>
    /// <exception cref="CsvDataException">The labels cannot be classes.</exception>
    internal static TrainingTargets OfClasses(TrainingData data, out IReadOnlyList<string> warnings)
    {
        var labels = ClassLabels.Create(data.Path, data.Target, data.Labels, data.HasNumericLabels, data.Lines);
        warnings = labels.SameNumber is not { } equal ? [] :
        [
            $"{data.Path}, column '{data.Target}': '{equal.First}' and '{equal.Second}' are different classes, since labels "
            + "are compared as text; use --numeric-labels to compare them as numbers.",
        ];
        return new TrainingTargets(labels.Names, labels.Classes).Weighted(data.Weights, data.ClassWeights);
    }

    /// <summary>Converts labels to numbers, as targets.</summary>
    /// <exception cref="CsvDataException">A label is not a number, or all are equal.</exception>
    internal static TrainingTargets OfNumbers(TrainingData data)
    {
        double[] numbers = Numbers(data.Path, data.Target, data.Labels, data.Lines);
        if (numbers.Distinct().Count() > 1)
        {
            return new TrainingTargets(numbers).Weighted(data.Weights, data.ClassWeights);
        }

        string rows = numbers.Length == 1 ? "the only row has" : $"all {numbers.Length} rows have";
        string value = numbers[0].ToString(CultureInfo.InvariantCulture);
        throw new CsvDataException(
            data.Path, null, data.Target, $"{rows} the value {value}; training needs at least two different values.");
    }

    /// <summary>Reads labels as numbers.</summary>
    /// <exception cref="CsvDataException">A label is not a number; the message names its line.</exception>
    internal static double[] Numbers(string path, string? target, IReadOnlyList<string> labels, IReadOnlyList<long> lines)
    {
        var numbers = new double[labels.Count];
        for (int row = 0; row < numbers.Length; row++)
        {
            try
            {
                numbers[row] = FeatureColumn.ParseNumber(labels[row]);
            }
            catch (FormatException error)
            {
                throw new CsvDataException(path, lines[row], target, error.Message, error);
            }
        }

        return numbers;
    }
}
