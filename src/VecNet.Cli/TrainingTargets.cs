using System.Globalization;
using VecNet.Formats;

namespace VecNet.Cli;

/// <summary>What is to be predicted of each row: its class, or a number.</summary>
internal sealed class TrainingTargets
{
    private readonly double[] numbers;
    private double mean;
    private double deviation = 1;

    private TrainingTargets(ClassLabels? labels, double[] numbers)
    {
        ClassNames = labels?.Names;
        Strata = labels?.Classes ?? new int[numbers.Length];
        this.numbers = numbers;
    }

    /// <summary>The classes; null where numbers are predicted.</summary>
    internal IReadOnlyList<string>? ClassNames { get; }

    /// <summary>The class of each row, to divide the rows by; all 0 where there are none.</summary>
    internal int[] Strata { get; }

    /// <summary>Outputs of a network that predicts this.</summary>
    internal int Outputs => ClassNames?.Count ?? 1;

    /// <summary>What is to become small.</summary>
    internal ILoss<float> Loss => ClassNames is null ? new MeanSquaredError<float>() : new SoftmaxCrossEntropy<float>();

    /// <summary>Takes labels as classes.</summary>
    /// <exception cref="CsvDataException">They are none.</exception>
    internal static TrainingTargets OfClasses(TrainingSource source) => new(ClassLabels.Of(source.Path, source.Target, source.Labels), []);

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
            bool isNumber = double.TryParse(labels[row], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[row]) && double.IsFinite(numbers[row]);
            if (!isNumber || !float.IsFinite((float)numbers[row]))
            {
                throw new CsvDataException(path, lines[row], target, $"'{labels[row]}' is {(isNumber ? "too large for a number of 32 bits" : "not a number")}.");
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

        // Of equal numbers a rounded mean would be another one, and its distance a deviation.
        bool differ = trainingRows.Any(row => numbers[row] != numbers[trainingRows[0]]);
        mean = differ ? trainingRows.Average(row => numbers[row]) : numbers[trainingRows[0]];
        deviation = differ ? Math.Sqrt(trainingRows.Average(row => (numbers[row] - mean) * (numbers[row] - mean))) : 1;
        deviation = deviation > 0 ? deviation : 1;
        var values = new TensorBuffer<float>(numbers.Length, 1);
        for (int row = 0; row < numbers.Length; row++)
        {
            values.Span[row] = (float)((numbers[row] - mean) / deviation);
        }

        return new(features, values);
    }

    /// <summary>
    /// Makes a network that has learnt from <see cref="JoinTo"/> give numbers as they are: deviation·(x·W + b) + mean = x·(deviation·W) + (deviation·b + mean), so that
    /// nobody who uses the model has to know of it.
    /// </summary>
    internal void RestoreScale(NeuralNetwork<float> network)
    {
        if (ClassNames is not null)
        {
            return;
        }

        foreach (ref float weight in network.Weights[^1].AsSpan())
        {
            weight = (float)(deviation * weight);
        }

        foreach (ref float bias in network.Biases[^1].AsSpan())
        {
            bias = (float)((deviation * bias) + mean);
        }
    }
}
