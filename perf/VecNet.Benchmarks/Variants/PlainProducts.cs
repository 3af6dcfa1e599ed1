using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Variants;

/// <summary>C = A·B of square row-major matrices by three plain loops.</summary>
/// <remarks>AggressiveOptimization: a call may take seconds, and the runtime would wait for thirty of them before it optimises.</remarks>
internal static class PlainProducts
{
    /// <summary>i, j, p, as the formula reads: cᵢⱼ = Σₚ aᵢₚ·bₚⱼ. It walks down the columns of B, a cache line per element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Naive<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                T sum = T.Zero;
                for (int p = 0; p < size; p++)
                {
                    sum += a[(i * size) + p] * b[(p * size) + j];
                }

                c[(i * size) + j] = sum;
            }
        }
    }

    /// <summary>i, p, j: the inner loop runs along rows of B and C, and without bounds checks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RowWise<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < size; i++)
        {
            Span<T> rowOfC = c.Slice(i * size, size);
            rowOfC.Clear();
            for (int p = 0; p < size; p++)
            {
                ReadOnlySpan<T> rowOfB = b.Slice(p * size, rowOfC.Length);
                T element = a[(i * size) + p];
                for (int j = 0; j < rowOfC.Length; j++)
                {
                    rowOfC[j] += element * rowOfB[j];
                }
            }
        }
    }
}
