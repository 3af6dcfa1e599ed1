using System.Numerics;

namespace VecNet.Tests;

/// <summary>Values for attention, and their comparison with those of the plain definition.</summary>
internal static class AttentionSamples
{
    public static void AssertClose<T>(double[,] expected, TensorBuffer<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double tolerance = typeof(T) == typeof(double) ? 1e-12 : 2e-5;
        for (int i = 0; i < actual.Rows; i++)
        {
            for (int j = 0; j < actual.Columns; j++)
            {
                double difference = Math.Abs(expected[i, j] - double.CreateTruncating(actual.View[i, j]));
                Assert.True(difference <= tolerance * (1 + Math.Abs(expected[i, j])), $"{what}[{i}, {j}] differs by {difference}.");
            }
        }
    }

    public static double[,] Plain<T>(TensorBuffer<T> buffer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[,] plain = new double[buffer.Rows, buffer.Columns];
        for (int i = 0; i < buffer.Length; i++)
        {
            plain[i / buffer.Columns, i % buffer.Columns] = double.CreateTruncating(buffer.Span[i]);
        }

        return plain;
    }

    public static TensorBuffer<T> Random<T>(int rows, int columns, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SplitMix64(seed);
        var buffer = new TensorBuffer<T>(rows, columns);
        foreach (ref T element in buffer.Span)
        {
            element = T.CreateTruncating((4 * random.NextDouble()) - 2);
        }

        return buffer;
    }
}
