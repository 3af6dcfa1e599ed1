namespace VecNet;

/// <summary>Calibration metrics of a classifier: how well its probabilities agree with the share of correct predictions.</summary>
/// <remarks>
/// <para>
/// Each row is sorted into one of several bins of equal width by the probability of its predicted class. A classifier is calibrated if in
/// every bin the mean of these probabilities is the share of correct predictions; a chart of both is a reliability diagram.
/// </para>
/// <code>
/// var metrics = new CalibrationMetrics([0.95, 0.9, 0.6], [true, true, false]);
/// double? error = metrics.ExpectedCalibrationError;   // (2·|1 − 0.925| + 1·|0 − 0.6|)/3 = 0.25
/// </code>
/// <para>Source: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.</para>
/// </remarks>
public sealed class CalibrationMetrics
{
    /// <summary>The tolerance for the rounding error of a probability of 1.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>Sorts rows into bins.</summary>
    /// <param name="confidences">The probability of each row's predicted class, in [0, 1].</param>
    /// <param name="areCorrect">Whether each row's prediction is correct.</param>
    /// <param name="weights">The weight of each row; empty for ones.</param>
    /// <param name="bins">The number of bins; bin i of n has the probabilities in (i/n, (i + 1)/n], and the first one also has 0.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of rows differ, a probability is not in [0, 1], or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of bins is not positive.</exception>
    public CalibrationMetrics(
        ReadOnlySpan<double> confidences, ReadOnlySpan<bool> areCorrect, ReadOnlySpan<double> weights = default, int bins = 15)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        if (areCorrect.Length != confidences.Length)
        {
            throw new ArgumentException(
                $"There are {confidences.Length} probabilities and {areCorrect.Length} predictions.", nameof(areCorrect));
        }

        if (!weights.IsEmpty)
        {
            WeightedRows.Check(weights, confidences.Length, nameof(weights));
        }

        double[] sums = new double[bins], confident = new double[bins], correct = new double[bins];
        int[] rows = new int[bins];
        for (int row = 0; row < confidences.Length; row++)
        {
            double confidence = confidences[row];
            if (!(confidence is >= 0 and <= 1 + Tolerance))
            {
                throw new ArgumentException($"The probability of row {row} is {confidence}; it must be in [0, 1].", nameof(confidences));
            }

            double weight = weights.IsEmpty ? 1 : weights[row];
            int bin = int.Clamp((int)Math.Ceiling(confidence * bins) - 1, 0, bins - 1);
            rows[bin]++;
            sums[bin] += weight;
            confident[bin] += weight * Math.Min(confidence, 1);
            correct[bin] += areCorrect[row] ? weight : 0;
        }

        Bins =
        [
            .. Enumerable.Range(0, bins).Select(i => sums[i] == 0
                ? new CalibrationBin(rows[i], 0, null, null)
                : new CalibrationBin(rows[i], sums[i], confident[i] / sums[i], correct[i] / sums[i])),
        ];
    }

    /// <summary>The bins, from the lowest probabilities to the highest.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>
    /// The mean of the bins' |accuracy − mean probability|, weighted by their rows, in [0, 1]; null if there is no row of a weight above 0.
    /// </summary>
    public double? ExpectedCalibrationError
    {
        get
        {
            double sum = 0, weights = 0;
            foreach (CalibrationBin bin in Bins)
            {
                sum += bin.Weight * Math.Abs((bin.Accuracy - bin.MeanProbability) ?? 0);
                weights += bin.Weight;
            }

            return weights == 0 ? null : sum / weights;
        }
    }
}

/// <summary>The rows of one bin of <see cref="CalibrationMetrics"/>.</summary>
/// <remarks>
/// <code>
/// foreach (CalibrationBin bin in metrics.Bins)
/// {
///     Console.WriteLine($"{bin.Rows} rows: {bin.MeanProbability:P1} expected, {bin.Accuracy:P1} correct");
/// }
/// </code>
/// </remarks>
/// <param name="Rows">The number of rows.</param>
/// <param name="Weight">The sum of their weights.</param>
/// <param name="MeanProbability">The mean probability of their predicted classes; null if there are none of a weight above 0.</param>
/// <param name="Accuracy">The share of correct predictions; null if there are none of a weight above 0.</param>
public readonly record struct CalibrationBin(int Rows, double Weight, double? MeanProbability, double? Accuracy);
