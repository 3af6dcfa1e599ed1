using System.Numerics;

namespace VecNet;

/// <summary>
/// Mean and variance of numbers whose sum or whose squares T does not hold: those of the numbers times a power of two, in double.
/// </summary>
internal readonly struct ScaledMoments
{
    private ScaledMoments(double mean, double squares, double scale, int count)
    {
        ScaledMean = mean;
        ScaledSquares = squares;
        Scale = scale;
        Count = count;
    }

    /// <summary>mean(scale · x).</summary>
    internal double ScaledMean { get; }

    /// <summary>Σ (scale · x − mean(scale · x))².</summary>
    internal double ScaledSquares { get; }

    /// <summary>A power of two.</summary>
    internal double Scale { get; }

    /// <summary>How many numbers there are.</summary>
    internal int Count { get; }

    /// <summary>The mean.</summary>
    internal double Mean => ScaledMean / Scale;

    /// <summary>Of a row or a column; null if plain arithmetic is right: the numbers are all zeros, or not all finite.</summary>
    internal static ScaledMoments? Of<T>(ReadOnlyTensorView<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T largest = T.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            // Of |x| and a NaN the maximum is a NaN.
            largest = T.Max(largest, T.Abs(At(x, i)));
        }

        if (T.IsZero(largest) || !T.IsFinite(largest))
        {
            return null;
        }

        double scale = double.CreateTruncating(SquareRange.ScaleOf(largest));
        double first = scale * double.CreateTruncating(At(x, 0));
        (double differences, double squares) = (0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            // Of equal numbers the differences are 0, and so is the variance: a mean of its own rounding would make one up.
            differences += (scale * double.CreateTruncating(At(x, i))) - first;
        }

        double mean = first + (differences / x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (scale * double.CreateTruncating(At(x, i))) - mean;
            squares += difference * difference;
        }

        return new(mean, squares, scale, x.Length);
    }

    /// <summary>
    /// √(variance + ε) of the scaled numbers, with the biased variance; over <see cref="Scale"/> it is that of the numbers themselves.
    /// </summary>
    internal double ScaledDeviation(double epsilon) => double.Hypot(Math.Sqrt(ScaledSquares / Count), Math.Sqrt(epsilon) * Scale);

    /// <summary>Σ (x − mean)² over the given count.</summary>
    internal double Variance(int count) => ScaledSquares / count / Scale / Scale;

    private static T At<T>(ReadOnlyTensorView<T> x, int i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x.Rows == 1 ? x[0, i] : x[i, 0];
}
