using System.Numerics;

namespace VecNet;

/// <summary>Brings every feature to mean 0 and standard deviation 1, by figures taken from the training rows alone.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Standardization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>With known figures.</summary>
    /// <param name="means">The mean of each feature.</param>
    /// <param name="deviations">What each feature is divided by.</param>
    /// <exception cref="ArgumentException">The numbers of features differ, or a figure is not finite, or a deviation is not positive.</exception>
    public Standardization(IReadOnlyList<double> means, IReadOnlyList<double> deviations)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(deviations);
        if (means.Count != deviations.Count)
        {
            throw new ArgumentException($"There are {means.Count} means and {deviations.Count} deviations.", nameof(deviations));
        }

        for (int i = 0; i < means.Count; i++)
        {
            if (!double.IsFinite(means[i]) || !double.IsFinite(deviations[i]) || deviations[i] <= 0)
            {
                throw new ArgumentException($"Feature {i} has mean {means[i]} and deviation {deviations[i]}; both must be finite and the deviation positive.", nameof(means));
            }
        }

        Means = [.. means];
        Deviations = [.. deviations];
    }

    /// <summary>The mean of each feature.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>The population standard deviation of each feature; 1 for a constant one.</summary>
    public IReadOnlyList<double> Deviations { get; }

    /// <summary>Takes the figures from data: mean and population standard deviation of each column.</summary>
    /// <exception cref="ArgumentException">There is no row.</exception>
    public static Standardization<T> Fit(ReadOnlyTensorView<T> features)
    {
        if (features.Rows == 0)
        {
            throw new ArgumentException("There is no row to take means and deviations from.", nameof(features));
        }

        double[] means = new double[features.Columns];
        double[] deviations = new double[features.Columns];
        for (int column = 0; column < features.Columns; column++)
        {
            double mean = 0;
            double squares = 0;
            for (int row = 0; row < features.Rows; row++)
            {
                // Welford, 1962: no cancellation where the mean is large beside the deviation.
                double x = double.CreateTruncating(features[row, column]);
                double difference = x - mean;
                mean += difference / (row + 1);
                squares += difference * (x - mean);
            }

            double deviation = Math.Sqrt(squares / features.Rows);
            means[column] = mean;
            deviations[column] = deviation > 0 ? deviation : 1;
        }

        return new Standardization<T>(means, deviations);
    }

    /// <summary>xᵢⱼ ← (xᵢⱼ − meanⱼ) / deviationⱼ.</summary>
    /// <exception cref="ArgumentException">The number of columns is not that of the features.</exception>
    public void Apply(TensorView<T> features)
    {
        if (features.Columns != Means.Count)
        {
            throw new ArgumentException($"There are {features.Columns} features; the standardization knows {Means.Count}.", nameof(features));
        }

        for (int row = 0; row < features.Rows; row++)
        {
            Span<T> x = features.Row(row);
            for (int column = 0; column < x.Length; column++)
            {
                x[column] = T.CreateTruncating((double.CreateTruncating(x[column]) - Means[column]) / Deviations[column]);
            }
        }
    }
}
