namespace VecNet;

/// <summary>Metrics of a classification: the confusion matrix, and the metrics computed from it.</summary>
/// <remarks>
/// A metric whose divisor is zero (of a class that never occurs, or is never predicted) is null; means over classes exclude such classes.
/// </remarks>
public sealed class ClassificationMetrics
{
    private readonly int[,] counts;

    /// <summary>The sums of the rows' weights in the same cells.</summary>
    private readonly double[,] sums;

    /// <summary>Counts the predictions of each class.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="actual">The class of each row.</param>
    /// <param name="predicted">The predicted class of each row.</param>
    /// <param name="weights">
    /// The weight of each row in all shares and means, so that a row of weight w counts like w equal rows; empty for ones.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The numbers of rows differ, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public ClassificationMetrics(
        int classes, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, ReadOnlySpan<double> weights = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (actual.Length != predicted.Length)
        {
            throw new ArgumentException($"There are {actual.Length} rows and {predicted.Length} predictions.", nameof(predicted));
        }

        if (!weights.IsEmpty)
        {
            WeightedRows.Check(weights, actual.Length, nameof(weights));
        }

        counts = new int[classes, classes];
        sums = new double[classes, classes];
        for (int row = 0; row < actual.Length; row++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)actual[row], (uint)classes, nameof(actual));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted[row], (uint)classes, nameof(predicted));
            counts[actual[row], predicted[row]]++;
            sums[actual[row], predicted[row]] += weights.IsEmpty ? 1 : weights[row];
        }

        Rows = actual.Length;
    }

    /// <summary>The number of classes.</summary>
    public int Classes => counts.GetLength(0);

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>
    /// Gets the number of rows of class <paramref name="actual"/> that were predicted as <paramref name="predicted"/>, without weights: the
    /// confusion matrix.
    /// </summary>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>The share of rows whose class was predicted correctly; null if there is no row, or none of a weight above 0.</summary>
    public double? Accuracy => Share(
        Enumerable.Range(0, Classes).Sum(c => sums[c, c]),
        Enumerable.Range(0, Classes).Sum(actual => Enumerable.Range(0, Classes).Sum(predicted => sums[actual, predicted])));

    /// <summary>The mean of all classes' <see cref="F1"/>.</summary>
    public double? MeanF1 => Mean(F1);

    /// <summary>The mean of all classes' <see cref="Precision"/>.</summary>
    public double? MeanPrecision => Mean(Precision);

    /// <summary>The mean of all classes' <see cref="Recall"/>: the balanced accuracy.</summary>
    public double? MeanRecall => Mean(Recall);

    /// <summary>The share of the rows predicted as the class that belong to it.</summary>
    public double? Precision(int @class) =>
        Share(sums[@class, @class], Enumerable.Range(0, Classes).Sum(actual => sums[actual, @class]));

    /// <summary>The share of the rows of the class that were predicted as it.</summary>
    public double? Recall(int @class) =>
        Share(sums[@class, @class], Enumerable.Range(0, Classes).Sum(predicted => sums[@class, predicted]));

    /// <summary>2·precision·recall / (precision + recall) = 2·correct / (rows of the class + rows predicted as it).</summary>
    public double? F1(int @class) => Share(
        2.0 * sums[@class, @class], Enumerable.Range(0, Classes).Sum(other => sums[@class, other] + sums[other, @class]));

    private static double? Share(double part, double whole) => whole == 0 ? null : part / whole;

    private double? Mean(Func<int, double?> figure) => Enumerable.Range(0, Classes).Average(figure);
}
