namespace VecNet;

/// <summary>How well classes were told apart: counts of each true class by each predicted one, and what follows from them.</summary>
/// <remarks>
/// Where a figure divides by nothing (a class that never occurs, or is never predicted), it is NaN; means over classes leave such classes
/// out.
/// </remarks>
public sealed class ClassificationMetrics
{
    private readonly int[,] counts;

    /// <summary>Counts.</summary>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="actual">The class of each row.</param>
    /// <param name="predicted">What it was taken for.</param>
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
    /// How many rows of class <paramref name="actual"/> were taken for <paramref name="predicted"/>: the confusion matrix.
    /// </summary>
    public int this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>The share of rows whose class is right; NaN if there is no row.</summary>
    public double Accuracy => (double)Enumerable.Range(0, Classes).Sum(c => counts[c, c]) / Rows;

    /// <summary>The mean of all classes' <see cref="F1"/>.</summary>
    public double MeanF1 => Mean(F1);

    /// <summary>The mean of all classes' <see cref="Precision"/>.</summary>
    public double MeanPrecision => Mean(Precision);

    /// <summary>The mean of all classes' <see cref="Recall"/>: the balanced accuracy.</summary>
    public double MeanRecall => Mean(Recall);

    /// <summary>Of the rows that were taken for the class, the share that belongs to it.</summary>
    public double Precision(int @class) =>
        (double)counts[@class, @class] / Enumerable.Range(0, Classes).Sum(actual => counts[actual, @class]);

    /// <summary>Of the rows that belong to the class, the share that was taken for it.</summary>
    public double Recall(int @class) =>
        (double)counts[@class, @class] / Enumerable.Range(0, Classes).Sum(predicted => counts[@class, predicted]);

    /// <summary>2·precision·recall / (precision + recall) = 2·right / (belonging + taken for it).</summary>
    public double F1(int @class) =>
        2.0 * counts[@class, @class] / Enumerable.Range(0, Classes).Sum(other => (long)counts[@class, other] + counts[other, @class]);

    private double Mean(Func<int, double> figure) =>
        Enumerable.Range(0, Classes).Select(figure).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
