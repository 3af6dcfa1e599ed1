using System.Numerics;

namespace VecNet;

/// <summary>The standardization of a table's features: categories, which are 0 or 1, are left unchanged.</summary>
internal static class TableStandardization
{
    /// <summary>Computes means and deviations of the columns of numbers.</summary>
    /// <param name="features">Rows × features.</param>
    /// <param name="rows">The rows to use, which are those of training; null for all.</param>
    /// <param name="table">The columns; null if all features are numbers.</param>
    /// <exception cref="ArgumentException">There is no row, or a value is not finite.</exception>
    internal static Standardization<float> Fit<TSource>(
        ReadOnlyTensorView<TSource> features, IReadOnlyList<int>? rows, TableFeatures? table)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        (double[] means, double[] deviations) = PopulationStatistics.Compute(features, rows);
        int start = 0;
        foreach (FeatureColumn column in table?.Columns ?? [])
        {
            if (column.Categories is not null)
            {
                means.AsSpan(start, column.Width).Clear();
                deviations.AsSpan(start, column.Width).Fill(1);
            }

            start += column.Width;
        }

        return new(means, deviations);
    }
}
