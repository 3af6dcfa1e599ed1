using System.Numerics;

namespace VecNet;

/// <summary>
/// Mean and variance of numbers whose sum or squares are out of the range of T: those of the numbers times a power of two, in double.
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
    internal readonly double ScaledMean;

    /// <summary>Σ (scale · x − mean(scale · x))².</summary>
    internal readonly double ScaledSquares;

    /// <summary>A power of two.</summary>
    internal readonly double Scale;

    /// <summary>The number of values.</summary>
    internal readonly int Count;

    /// <summary>The mean.</summary>
    internal double Mean => ScaledMean / Scale;

    /// <summary>
    /// Computes the moments of a row or a column; null if plain arithmetic is accurate because the numbers are all zeros, or not all
    /// finite.
    /// </summary>
    /// <param name="x">A row or a column.</param>
    /// <param name="isCentered">Whether squares are those of differences from the mean; if not, the mean counts as 0.</param>
    internal static ScaledMoments? Compute<T>(ReadOnlyTensorView<T> x, bool isCentered = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T largest = T.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            // The maximum of |x| and NaN is NaN.
            largest = T.Max(largest, T.Abs(At(x, i)));
        }

        if (T.IsZero(largest) || !T.IsFinite(largest))
        {
            return null;
        }

        double scale = double.CreateTruncating(SquareRange.GetScale(largest));
        double first = scale * double.CreateTruncating(At(x, 0));
        (double differences, double squares) = (0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            // The differences of equal numbers are 0, and so is the variance, which would not be so with a rounded mean.
            differences += (scale * double.CreateTruncating(At(x, i))) - first;
        }

        double mean = isCentered ? first + (differences / x.Length) : 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (scale * double.CreateTruncating(At(x, i))) - mean;
            squares += difference * difference;
        }

        return new(mean, squares, scale, x.Length);
    }

    /// <summary>
    /// √(variance + ε) of the scaled numbers, with the biased variance; divided by <see cref="Scale"/> it is that of the numbers
    /// themselves.
    /// </summary>
    internal double ScaledDeviation(double epsilon) => double.Hypot(Math.Sqrt(ScaledSquares / Count), Math.Sqrt(epsilon) * Scale);

    /// <summary>Σ (x − mean)² over the given count.</summary>
    internal double Variance(int count) => ScaledSquares / count / Scale / Scale;

    private static T At<T>(ReadOnlyTensorView<T> x, int i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x.Rows == 1 ? x[0, i] : x[i, 0];
}
