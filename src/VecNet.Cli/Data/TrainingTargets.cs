using System.Globalization;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>The targets of all rows: classes or numbers.</summary>
internal sealed class TrainingTargets
{
    private readonly double[] numbers;

    private TrainingTargets(ClassLabels? labels, double[] numbers)
    {
        ClassNames = labels?.Names;
        Strata = labels?.Classes ?? new int[numbers.Length];
        this.numbers = numbers;
    }

    /// <summary>The names of the classes; null if the targets are numbers.</summary>
    internal IReadOnlyList<string>? ClassNames { get; }

    /// <summary>Messages about labels that may be a mistake.</summary>
    internal IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The standardization of numbers, fitted on the training rows; null for classes, and before <see cref="JoinTo"/>.</summary>
    internal Standardization<float>? Standardization { get; private set; }

    /// <summary>The class of each row for a stratified split; all are 0 if the targets are numbers.</summary>
    internal int[] Strata { get; }

    /// <summary>The number of outputs of a network that predicts these targets.</summary>
    internal int Outputs => ClassNames?.Count ?? 1;

    /// <summary>The loss to minimize.</summary>
    internal ILoss<float> Loss => ClassNames is null ? new MeanSquaredError<float>() : new SoftmaxCrossEntropy<float>();

    /// <summary>Takes labels as classes.</summary>
    /// <exception cref="CsvDataException">The labels cannot be classes.</exception>
    internal static TrainingTargets OfClasses(TrainingData data)
    {
        var labels = ClassLabels.Create(data.Path, data.Target, data.Labels, data.HasNumericLabels, data.Lines);
        if (labels.SameNumber is not { } equal)
        {
            return new(labels, []);
        }

        string warning = $"{data.Path}, column '{data.Target}': '{equal.First}' and '{equal.Second}' are different classes, since labels "
            + "are compared as text; use --numeric-labels to compare them as numbers.";
        return new(labels, []) { Warnings = [warning] };
    }

    /// <summary>Takes labels as numbers.</summary>
    /// <exception cref="CsvDataException">A label is not a number, or all are equal.</exception>
    internal static TrainingTargets OfNumbers(TrainingData data)
    {
        double[] numbers = Numbers(data.Path, data.Target, data.Labels, data.Lines);
        if (numbers.Distinct().Count() > 1)
        {
            return new(null, numbers);
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

    /// <summary>The true numbers of the given rows.</summary>
    internal double[] NumbersOf(IEnumerable<int> rows) => [.. rows.Select(row => numbers[row])];

    /// <summary>
    /// Combines features and targets into a dataset. Numbers are standardized to mean 0 and deviation 1 on the training rows, which a
    /// network learns best.
    /// </summary>
    internal Dataset<float> JoinTo(TensorBuffer<float> features, IReadOnlyList<int> trainingRows)
    {
        if (ClassNames is not null)
        {
            return new(features, Strata);
        }

        ReadOnlyTensorView<double> column = numbers.AsView(numbers.Length, 1);
        Standardization = Standardization<float>.Fit(column, trainingRows);
        return new(features, Standardization.Apply(column));
    }
}
