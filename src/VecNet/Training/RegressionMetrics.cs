using System.Numerics;

namespace VecNet;

/// <summary>Metrics of a regression: the errors of predicted numbers.</summary>
/// <remarks>
/// Sums are scaled, so that squares neither overflow nor vanish where the figure itself does not.
/// </remarks>
/// <param name="MeanAbsoluteError">mean |p − y|; the mean over nothing is NaN.</param>
/// <param name="RootMeanSquaredError">√ mean (p − y)²; the mean over nothing is NaN.</param>
/// <param name="RSquared">
/// 1 − Σ(p − y)² / Σ(y − ȳ)², the share of the variance that is explained; for several columns their mean. Null where all values of a
/// column are equal: there is no variance to explain, whatever the rounding error of the mean. NaN where a number is NaN or infinite.
/// </param>
public readonly record struct RegressionMetrics(double MeanAbsoluteError, double RootMeanSquaredError, double? RSquared)
{
    /// <summary>Computes the metrics of predictions and true values of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static RegressionMetrics Compute<T>(ReadOnlyTensorView<T> predictions, ReadOnlyTensorView<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(values, predictions);
        double? explained = values.Columns == 0 ? null : 0;
        for (int column = 0; column < values.Columns; column++)
        {
            explained += RSquaredOf(predictions, values, column);
        }

        // The difference of two numbers near the ends of the range is finite if they are halved, which is exact there.
        double factor = 1;
        double largest = LargestError(predictions, values, factor);
        if (double.IsInfinity(largest))
        {
            factor = 0.5;
            largest = LargestError(predictions, values, factor);
        }

        if (double.IsInfinity(largest))
        {
            return new(largest, largest, explained / values.Columns);
        }

        double unit = PowerOfTwo(largest);
        double absolute = 0, squares = 0;
        for (int row = 0; row < values.Rows; row++)
        {
            for (int column = 0; column < values.Columns; column++)
            {
                double error = Error(predictions, values, row, column, factor) / unit;
                absolute += Math.Abs(error);
                squares += error * error;
            }
        }

        double count = (double)values.Rows * values.Columns;
        return new(absolute / count * unit / factor, Math.Sqrt(squares / count) * unit / factor, explained / values.Columns);
    }

    private static double LargestError<T>(ReadOnlyTensorView<T> predictions, ReadOnlyTensorView<T> values, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double largest = 0;
        for (int row = 0; row < values.Rows; row++)
        {
            for (int column = 0; column < values.Columns; column++)
            {
                largest = Math.Max(largest, Math.Abs(Error(predictions, values, row, column, factor)));
            }
        }

        return largest;
    }

    /// <summary>1 − Σ(p − y)² / Σ(y − ȳ)² of a column; null where all y are equal.</summary>
    private static double? RSquaredOf<T>(ReadOnlyTensorView<T> predictions, ReadOnlyTensorView<T> values, int column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double largest = 0;
        for (int row = 0; row < values.Rows; row++)
        {
            largest = Math.Max(largest, Math.Abs(double.CreateChecked(values[row, column])));
        }

        // Differences from the first value are scaled by a power of two near the largest: none overflows, close values lose no precision,
        // and equal values give exactly 0, where a rounded mean would leave a variance.
        double unit = PowerOfTwo(largest);
        double origin = values.Rows == 0 ? 0 : double.CreateChecked(values[0, column]) / unit;
        double mean = 0, widest = 0;
        for (int row = 0; row < values.Rows; row++)
        {
            double difference = (double.CreateChecked(values[row, column]) / unit) - origin;
            mean += difference / values.Rows;
            widest = Math.Max(widest, Math.Abs(difference));
        }

        if (widest == 0)
        {
            return null;
        }

        double residual = 0, variance = 0;
        for (int row = 0; row < values.Rows; row++)
        {
            double value = double.CreateChecked(values[row, column]) / unit;
            double error = ((double.CreateChecked(predictions[row, column]) / unit) - value) / widest;
            double deviation = (value - origin - mean) / widest;
            residual += error * error;
            variance += deviation * deviation;
        }

        return 1 - (residual / variance);
    }

    private static double Error<T>(ReadOnlyTensorView<T> predictions, ReadOnlyTensorView<T> values, int row, int column, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (factor * double.CreateChecked(predictions[row, column])) - (factor * double.CreateChecked(values[row, column]));

    /// <summary>The largest power of two that is not larger; 1 for 0.</summary>
    private static double PowerOfTwo(double number) => number == 0 ? 1 : Math.ScaleB(1, Math.ILogB(number));
}
