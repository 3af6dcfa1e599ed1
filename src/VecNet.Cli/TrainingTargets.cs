using System.Globalization;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>What is to be predicted of each row: its class, or a number.</summary>
internal sealed class TrainingTargets
{
    private readonly double[] numbers;

    private TrainingTargets(ClassLabels? labels, double[] numbers)
    {
        ClassNames = labels?.Names;
        Strata = labels?.Classes ?? new int[numbers.Length];
        this.numbers = numbers;
    }

    /// <summary>The classes; null where numbers are predicted.</summary>
    internal IReadOnlyList<string>? ClassNames { get; }

    /// <summary>What somebody should know who did not mean it.</summary>
    internal IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>What is done to numbers, by those of the training rows; null for classes, and before <see cref="JoinTo"/>.</summary>
    internal Standardization<float>? Standardization { get; private set; }

    /// <summary>The class of each row, to divide the rows by; all 0 where there are none.</summary>
    internal int[] Strata { get; }

    /// <summary>Outputs of a network that predicts this.</summary>
    internal int Outputs => ClassNames?.Count ?? 1;

    /// <summary>What is to become small.</summary>
    internal ILoss<float> Loss => ClassNames is null ? new MeanSquaredError<float>() : new SoftmaxCrossEntropy<float>();

    /// <summary>Takes labels as classes.</summary>
    /// <exception cref="CsvDataException">They are none.</exception>
    internal static TrainingTargets OfClasses(TrainingSource source)
    {
        var labels = ClassLabels.Of(source.Path, source.Target, source.Labels, source.HasNumericLabels, source.Lines);
        return new(labels, [])
        {
            Remarks = labels.SameNumber is not { } twins ? []
                : [$"{source.Path}, column '{source.Target}': '{twins.First}' and '{twins.Second}' are two classes, since labels are compared as text; "
                    + "--numeric-labels compares them as numbers."],
        };
    }

    /// <summary>Takes labels as numbers.</summary>
    /// <exception cref="CsvDataException">One is none, or all are the same.</exception>
    internal static TrainingTargets OfNumbers(TrainingSource source)
    {
        double[] numbers = Numbers(source.Path, source.Target, source.Labels, source.Lines);
        return numbers.Distinct().Count() > 1
            ? new(null, numbers)
            : throw new CsvDataException(source.Path, null, source.Target, $"{(numbers.Length == 1 ? "the only row is" : $"all {numbers.Length} rows are")} {numbers[0].ToString(CultureInfo.InvariantCulture)}; there is nothing to learn.");
    }

    /// <summary>Reads labels as numbers.</summary>
    /// <exception cref="CsvDataException">One is none; the message names its line.</exception>
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

    /// <summary>The true numbers of some rows.</summary>
    internal double[] NumbersOf(IEnumerable<int> rows) => [.. rows.Select(row => numbers[row])];

    /// <summary>Puts targets to features. Numbers become those of mean 0 and deviation 1 among the training rows, as a network learns them best.</summary>
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
