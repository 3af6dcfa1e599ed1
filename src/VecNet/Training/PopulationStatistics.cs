using System.Numerics;

namespace VecNet;

/// <summary>Mean and population standard deviation of each column, in double precision for every element type.</summary>
/// <remarks>
/// There are two passes after a scan of the range (Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance", 1983): the mean
/// of the differences from a value of the column, then the squares of the differences from that mean, corrected by its rounding error: σ² =
/// (Σd² − (Σd)²/n)/n. Each column is scaled by a power of two first, which is exact, so that no square overflows or vanishes. A column
/// whose values are all equal is found by comparing them: its mean is that value to the last bit, and a rounding error is not taken for a
/// deviation.
/// </remarks>
internal static class PopulationStatistics
{
    /// <summary>
    /// Computes the statistics of the given rows, or of all if <paramref name="rows"/> is null; the deviation of a constant column is 1.
    /// </summary>
    /// <exception cref="ArgumentException">There is no row, or a value is not finite.</exception>
    internal static (double[] Means, double[] Deviations) Compute<T>(ReadOnlyTensorView<T> features, IReadOnlyList<int>? rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = rows?.Count ?? features.Rows;
        if (count == 0)
        {
            throw new ArgumentException("There are no rows to compute means and deviations from.", nameof(features));
        }

        Column[] columns = new Column[features.Columns];
        for (int pass = 0; pass < 3; pass++)
        {
            for (int i = 0; i < count; i++)
            {
                int row = rows?[i] ?? i;
                ReadOnlySpan<T> values = features.Row(row);
                for (int column = 0; column < columns.Length; column++)
                {
                    double value = double.CreateTruncating(values[column]);
                    if (!double.IsFinite(value))
                    {
                        throw new ArgumentException(
                            $"Feature {column} of row {row} is {value}: means and deviations need finite values.", nameof(features));
                    }

                    columns[column].Add(pass, value, isFirst: i == 0);
                }
            }

            foreach (ref Column column in columns.AsSpan())
            {
                column.EndPass(pass, count);
            }
        }

        return ([.. columns.Select(column => column.Mean(count))], [.. columns.Select(column => column.Deviation(count))]);
    }

    /// <summary>The intermediate results of one column.</summary>
    private struct Column
    {
        private double least;
        private double most;
        private int exponent;
        private double center;
        private double differences;
        private double squares;

        private readonly bool IsConstant => least == most;

        internal void Add(int pass, double value, bool isFirst)
        {
            if (pass == 0)
            {
                least = isFirst ? value : Math.Min(least, value);
                most = isFirst ? value : Math.Max(most, value);
                return;
            }

            double scaled = Math.ScaleB(value, -exponent);
            center = pass == 1 && isFirst ? scaled : center;
            double difference = scaled - center;
            differences += difference;
            squares += difference * difference;
        }

        internal void EndPass(int pass, int count)
        {
            if (pass == 0)
            {
                exponent = IsConstant ? 0 : Math.ILogB(Math.Max(Math.Abs(least), Math.Abs(most))) + 1;
            }
            else if (pass == 1)
            {
                center += differences / count;
                (differences, squares) = (0, 0);
            }
        }

        internal readonly double Mean(int count) =>
            IsConstant ? least : Math.Clamp(Math.ScaleB(center + (differences / count), exponent), least, most);

        /// <summary>The deviation of values that differ is never 0, even if it is smaller than any double.</summary>
        internal readonly double Deviation(int count)
        {
            double variance = (squares - (differences * differences / count)) / count;
            return IsConstant ? 1 : Math.Clamp(Math.ScaleB(Math.Sqrt(variance), exponent), double.Epsilon, double.MaxValue);
        }
    }
}
