using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Benchmarks.Measuring;

/// <summary>Rows of a table are compared only if they compute the same.</summary>
internal static class Agreement
{
    /// <summary>Throws unless |actual − expected| ≤ tolerance · max |expected| in every element.</summary>
    internal static void Check<T>(string what, ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (actual.Length != expected.Length)
        {
            throw new InvalidOperationException($"{what} has {actual.Length} elements instead of {expected.Length}.");
        }

        double largest = Math.Abs(double.CreateTruncating(TensorPrimitives.MaxMagnitude(expected)));
        for (int i = 0; i < actual.Length; i++)
        {
            double difference = double.CreateTruncating(actual[i]) - double.CreateTruncating(expected[i]);
            if (!(Math.Abs(difference) <= tolerance * largest))
            {
                throw new InvalidOperationException($"{what}: element {i} is {actual[i]} instead of {expected[i]}.");
            }
        }
    }

    /// <summary>The same for two arrays of float or of double.</summary>
    internal static void Check(string what, Array actual, Array expected, double tolerance)
    {
        if (expected is float[] floats)
        {
            Check<float>(what, (float[])actual, floats, tolerance);
        }
        else
        {
            Check<double>(what, (double[])actual, (double[])expected, tolerance);
        }
    }
}
