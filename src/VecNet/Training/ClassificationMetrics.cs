namespace VecNet;

/// <summary>Metrics of a classification: the confusion matrix, and the figures computed from it.</summary>
/// <remarks>
/// A figure whose divisor is zero (of a class that never occurs, or is never predicted) is null; means over classes exclude such classes.
/// </remarks>
public sealed class ClassificationMetrics
{
    private readonly int[,] counts;

    /// <summary>Counts the predictions of each class.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="actual">The class of each row.</param>
    /// <param name="predicted">The predicted class of each row.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public ClassificationMetrics(int classes, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (actual.Length != predicted.Length)
        {
            throw new ArgumentException($"There are {actual.Length} rows and {predicted.Length} predictions.", nameof(predicted));
        }

        counts = new int[classes, classes];
        for (int row = 0; row < actual.Length; row++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)actual[row], (uint)classes, nameof(actual));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted[row], (uint)classes, nameof(predicted));
            counts[actual[row], predicted[row]]++;
        }

        Rows = actual.Length;
    }

    /// <summary>The number of classes.</summary>
    public int Classes => counts.GetLength(0);

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>
    /// Gets the number of rows of class <paramref name="actual"/> that were predicted as <paramref name="predicted"/>: the confusion
    /// matrix.
    /// </summary>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>The share of rows whose class was predicted correctly; null if there is no row.</summary>
    public double? Accuracy => Share(Enumerable.Range(0, Classes).Sum(c => counts[c, c]), Rows);

    /// <summary>The mean of all classes' <see cref="F1"/>.</summary>
    public double? MeanF1 => Mean(F1);

    /// <summary>The mean of all classes' <see cref="Precision"/>.</summary>
    public double? MeanPrecision => Mean(Precision);

    /// <summary>The mean of all classes' <see cref="Recall"/>: the balanced accuracy.</summary>
    public double? MeanRecall => Mean(Recall);

    /// <summary>The share of the rows predicted as the class that belong to it.</summary>
    public double? Precision(int @class) =>
        Share(counts[@class, @class], Enumerable.Range(0, Classes).Sum(actual => counts[actual, @class]));

    /// <summary>The share of the rows of the class that were predicted as it.</summary>
    public double? Recall(int @class) =>
        Share(counts[@class, @class], Enumerable.Range(0, Classes).Sum(predicted => counts[@class, predicted]));

    /// <summary>2·precision·recall / (precision + recall) = 2·correct / (rows of the class + rows predicted as it).</summary>
    public double? F1(int @class) => Share(
        2.0 * counts[@class, @class], Enumerable.Range(0, Classes).Sum(other => (long)counts[@class, other] + counts[other, @class]));

    private static double? Share(double part, long whole) => whole == 0 ? null : part / whole;

    private double? Mean(Func<int, double?> figure) => Enumerable.Range(0, Classes).Average(figure);
}
