using System.Numerics;

namespace VecNet;

/// <summary>Computes standardizations from data.</summary>
/// <remarks>
/// <code>
/// Standardization&lt;float&gt; standardization = Standardization.Fit&lt;float&gt;(table.Features.View, split.Training);
/// TensorBuffer&lt;float&gt; inputs = standardization.Apply(table.Features.View);
/// </code>
/// </remarks>
public static class Standardization
{
    /// <summary>Computes the mean and the population standard deviation of each column.</summary>
    /// <param name="features">Rows × columns.</param>
    /// <param name="rows">The rows to use, which are those of training; null for all.</param>
    /// <exception cref="ArgumentException">There is no row, or a value is not finite.</exception>
    public static Standardization<T> Fit<T>(ReadOnlyTensorView<double> features, IReadOnlyList<int>? rows = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (double[] means, double[] deviations) = PopulationStatistics.Compute(features, rows);
        return new(means, deviations);
    }

    /// <inheritdoc cref="Fit{T}(ReadOnlyTensorView{double}, IReadOnlyList{int})"/>
    public static Standardization<T> Fit<T>(ReadOnlyTensorView<T> features, IReadOnlyList<int>? rows = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (double[] means, double[] deviations) = PopulationStatistics.Compute(features, rows);
        return new(means, deviations);
    }
}

/// <summary>Scales every column to mean 0 and standard deviation 1, using statistics of the training rows only.</summary>
/// <remarks>
/// The statistics and the arithmetic are in double precision: an element is rounded to <typeparamref name="T"/> once, when it is
/// standardized. A column of times (1,700,000,000 seconds ± an hour) therefore keeps its precision if its input is in double. Targets are
/// standardized in the same way, and <see cref="Restore"/> converts predictions back to their units.
/// </remarks>
/// <typeparam name="T">The element type of the network: <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Standardization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double[] means;
    private readonly double[] deviations;

    /// <summary>Creates a standardization from known means and deviations.</summary>
    /// <param name="means">The mean of each column.</param>
    /// <param name="deviations">The divisor of each column.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of columns differ, a value is not finite, or a deviation is not positive.
    /// </exception>
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
                throw new ArgumentException(
                    $"Feature {i} has mean {means[i]} and deviation {deviations[i]}; both must be finite and the deviation positive.",
                    nameof(means));
            }
        }

        this.means = [.. means];
        this.deviations = [.. deviations];
        Means = Array.AsReadOnly(this.means);
        Deviations = Array.AsReadOnly(this.deviations);
    }

    /// <summary>The mean of each column.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>The population standard deviation of each column; 1 for a constant one.</summary>
    public IReadOnlyList<double> Deviations { get; }

    /// <summary>destinationᵢⱼ = (sourceᵢⱼ − meanⱼ) / deviationⱼ, computed in double and rounded once.</summary>
    /// <param name="source">Rows × columns.</param>
    /// <param name="destination">The result, of the same shape; it may be the view <paramref name="source"/> itself if both have one
    /// element type.</param>
    /// <exception cref="ArgumentException">The number of columns is not that of the standardization, the shapes differ, or the views partly
    /// overlap.</exception>
    public void Apply(ReadOnlyTensorView<double> source, TensorView<T> destination) => Apply<double>(source, destination);

    /// <inheritdoc cref="Apply(ReadOnlyTensorView{double}, TensorView{T})"/>
    public void Apply(ReadOnlyTensorView<T> source, TensorView<T> destination) => Apply<T>(source, destination);

    /// <summary>The same, into a new buffer.</summary>
    /// <param name="source">Rows × columns.</param>
    /// <exception cref="ArgumentException">The number of columns is not that of the standardization.</exception>
    public TensorBuffer<T> Apply(ReadOnlyTensorView<double> source) => Apply<double>(source);

    /// <inheritdoc cref="Apply(ReadOnlyTensorView{double})"/>
    public TensorBuffer<T> Apply(ReadOnlyTensorView<T> source) => Apply<T>(source);

    /// <summary>
    /// The inverse of <see cref="Apply(ReadOnlyTensorView{double}, TensorView{T})"/>: destinationᵢⱼ = deviationⱼ · sourceᵢⱼ + meanⱼ,
    /// rounded to double once.
    /// </summary>
    /// <param name="source">Rows × columns.</param>
    /// <param name="destination">The result, of the same shape; it may be the view <paramref name="source"/> itself if both have one
    /// element type.</param>
    /// <exception cref="ArgumentException">The number of columns is not that of the standardization, the shapes differ, or the views partly
    /// overlap.</exception>
    public void Restore(ReadOnlyTensorView<T> source, TensorView<double> destination)
    {
        Check<T, double>(source, destination);
        for (int row = 0; row < source.Rows; row++)
        {
            ReadOnlySpan<T> x = source.Row(row);
            Span<double> y = destination.Row(row);
            for (int column = 0; column < x.Length; column++)
            {
                // Fused, since the product alone may overflow where the sum does not.
                y[column] = Math.FusedMultiplyAdd(deviations[column], double.CreateTruncating(x[column]), means[column]);
            }
        }
    }

    /// <summary>The same for either element type.</summary>
    internal TensorBuffer<T> Apply<TSource>(ReadOnlyTensorView<TSource> source)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        var destination = new TensorBuffer<T>(source.Rows, source.Columns);
        Apply(source, destination.View);
        return destination;
    }

    /// <summary>The same for either element type, into a view.</summary>
    internal void Apply<TSource>(ReadOnlyTensorView<TSource> source, TensorView<T> destination)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        Check<TSource, T>(source, destination);
        for (int row = 0; row < source.Rows; row++)
        {
            ReadOnlySpan<TSource> x = source.Row(row);
            Span<T> y = destination.Row(row);
            for (int column = 0; column < x.Length; column++)
            {
                double value = double.CreateTruncating(x[column]);
                double difference = value - means[column];

                // The difference of two numbers near the ends of the range is finite if they are halved, which is exact there.
                y[column] = T.CreateTruncating(double.IsFinite(difference) || !double.IsFinite(value)
                    ? difference / deviations[column]
                    : ((0.5 * value) - (0.5 * means[column])) / (0.5 * deviations[column]));
            }
        }
    }

    private void Check<TSource, TDestination>(ReadOnlyTensorView<TSource> source, ReadOnlyTensorView<TDestination> destination)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
        where TDestination : unmanaged, IBinaryFloatingPointIeee754<TDestination>
    {
        if (source.Columns != means.Length)
        {
            throw new ArgumentException($"There are {source.Columns} features; the standardization has {means.Length}.", nameof(source));
        }

        Shape.Check(destination, source.Rows, source.Columns);
        Overlap.CheckSameOrDisjointAcrossTypes(source, destination);
    }
}
