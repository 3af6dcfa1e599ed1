using System.Numerics;

namespace VecNet;

/// <summary>Metrics of a regression: the errors of predicted numbers.</summary>
/// <remarks>Sums are scaled, so that squares neither overflow nor vanish where the metric itself does not.</remarks>
/// <param name="MeanAbsoluteError">mean |p − y|; the mean over nothing is NaN.</param>
/// <param name="RootMeanSquaredError">√ mean (p − y)²; the mean over nothing is NaN.</param>
/// <param name="RSquared">
/// 1 − Σ(p − y)² / Σ(y − ȳ)², the share of the variance that is explained; for several columns their mean. Null where all values of a
/// column are equal: there is no variance to explain, whatever the rounding error of the mean. NaN where a number is NaN or infinite.
/// </param>
public readonly record struct RegressionMetrics(double MeanAbsoluteError, double RootMeanSquaredError, double? RSquared)
{
    /// <summary>Computes the metrics of predictions and true values of the same shape.</summary>
    /// <param name="predictions">Rows × outputs.</param>
    /// <param name="values">The true values.</param>
    /// <param name="weights">
    /// The weight of each row in all sums and means, so that a row of weight w counts like w equal rows; empty for ones.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The shapes differ, the number of weights is not that of the rows, or a weight is negative or not finite.
    /// </exception>
    public static RegressionMetrics Compute<T>(
        ReadOnlyTensorView<T> predictions, ReadOnlyTensorView<T> values, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(values, predictions);
        if (!weights.IsEmpty)
        {
            WeightedRows.Check(weights, values.Rows, nameof(weights));
            if (weights.Contains(0))
            {
                return WithoutAbsentRows(predictions, values, weights);
            }
        }

        double? explained = values.Columns == 0 ? null : 0;
        for (int column = 0; column < values.Columns; column++)
        {
            explained += RSquaredOf(predictions, values, weights, column);
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
            double weight = weights.IsEmpty ? 1 : weights[row];
            for (int column = 0; column < values.Columns; column++)
            {
                double error = Error(predictions, values, row, column, factor) / unit;
                absolute += weight * Math.Abs(error);
                squares += weight * (error * error);
            }
        }

        double count = SumOf(weights, values.Rows) * values.Columns;
        return new(absolute / count * unit / factor, Math.Sqrt(squares / count) * unit / factor, explained / values.Columns);
    }

    /// <summary>The metrics of the rows whose weights are not 0.</summary>
    private static RegressionMetrics WithoutAbsentRows<T>(
        ReadOnlyTensorView<T> predictions, ReadOnlyTensorView<T> values, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] kept = new double[weights.Length - weights.Count(0)];
        var keptPredictions = new TensorBuffer<T>(kept.Length, values.Columns);
        var keptValues = new TensorBuffer<T>(kept.Length, values.Columns);
        int count = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            if (weights[row] != 0)
            {
                predictions.Row(row).CopyTo(keptPredictions.View.Row(count));
                values.Row(row).CopyTo(keptValues.View.Row(count));
                kept[count++] = weights[row];
            }
        }

        return Compute<T>(keptPredictions.View, keptValues.View, kept);
    }

    private static double SumOf(ReadOnlySpan<double> weights, int rows)
    {
        double sum = weights.IsEmpty ? rows : 0;
        foreach (double weight in weights)
        {
            sum += weight;
        }

        return sum;
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
    private static double? RSquaredOf<T>(
        ReadOnlyTensorView<T> predictions, ReadOnlyTensorView<T> values, ReadOnlySpan<double> weights, int column)
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
        double mean = 0, widest = 0, sum = SumOf(weights, values.Rows);
        for (int row = 0; row < values.Rows; row++)
        {
            double difference = (double.CreateChecked(values[row, column]) / unit) - origin;
            mean += (weights.IsEmpty ? difference : weights[row] * difference) / sum;
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
            double weight = weights.IsEmpty ? 1 : weights[row];
            residual += weight * (error * error);
            variance += weight * (deviation * deviation);
        }

        return 1 - (residual / variance);
    }

    private static double Error<T>(ReadOnlyTensorView<T> predictions, ReadOnlyTensorView<T> values, int row, int column, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (factor * double.CreateChecked(predictions[row, column])) - (factor * double.CreateChecked(values[row, column]));

    /// <summary>The largest power of two that is not larger; 1 for 0.</summary>
    private static double PowerOfTwo(double number) => number == 0 ? 1 : Math.ScaleB(1, Math.ILogB(number));
}
