namespace VecNet.Cli;

/// <summary>How often each class was taken for each, and what follows from it. A figure is NaN where there is nothing to divide by.</summary>
internal sealed class ClassFigures
{
    private readonly int[,] counts;
    private readonly int classes;

    internal ClassFigures(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, int classes)
    {
        this.classes = classes;
        counts = new int[classes, classes];
        for (int row = 0; row < actual.Length; row++)
        {
            counts[actual[row], predicted[row]]++;
        }

        Total = actual.Length;
    }

    /// <summary>All rows.</summary>
    internal int Total { get; }

    /// <summary>The mean F1 of the classes that have rows or were predicted.</summary>
    internal double MacroF1 => Enumerable.Range(0, classes).Select(F1).Where(f1 => !double.IsNaN(f1)).Average();

    /// <summary>Rows of one class that were taken for another.</summary>
    internal int Count(int actual, int predicted) => counts[actual, predicted];

    /// <summary>Rows of a class.</summary>
    internal int Rows(int one) => Enumerable.Range(0, classes).Sum(other => counts[one, other]);

    /// <summary>Of the rows that were taken for a class, the share that are of it.</summary>
    internal double Precision(int one) => (double)counts[one, one] / Predicted(one);

    /// <summary>Of the rows of a class, the share that were taken for it.</summary>
    internal double Recall(int one) => (double)counts[one, one] / Rows(one);

    /// <summary>The harmonic mean of both: 2·right / (rows + predicted).</summary>
    internal double F1(int one) => 2.0 * counts[one, one] / (Rows(one) + Predicted(one));

    private int Predicted(int one) => Enumerable.Range(0, classes).Sum(other => counts[other, one]);
}
