using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Variants;

/// <summary>Products of square row-major matrices by three loops, the inner one by rows where the order allows it.</summary>
/// <remarks>AggressiveOptimization: a call may take seconds, and the runtime would wait for thirty of them before it optimizes.</remarks>
internal static class LoopProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>i, j, p, as the formula reads: cᵢⱼ = Σₚ aᵢₚ·bₚⱼ. It walks down the columns of B, a cache line per element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Naive(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int size)
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

    /// <summary>i, p, j: cᵢ += aᵢₚ·bₚ, along rows of B and C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RowWise<TRow>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int size)
        where TRow : struct, IRowLoops<T>
    {
        for (int i = 0; i < size; i++)
        {
            Span<T> rowOfC = c.Slice(i * size, size);
            rowOfC.Clear();
            for (int p = 0; p < size; p++)
            {
                TRow.AddScaled(a[(i * size) + p], b.Slice(p * size, size), rowOfC);
            }
        }
    }

    /// <summary>C = A·Bᵀ: cᵢⱼ = aᵢ·bⱼ, for a B that lies transposed already.</summary>
    internal static void Dot<TRow>(ReadOnlySpan<T> a, ReadOnlySpan<T> bTransposed, Span<T> c, int size)
        where TRow : struct, IRowLoops<T>
    {
        for (int i = 0; i < c.Length; i++)
        {
            c[i] = TRow.Dot(a.Slice(i / size * size, size), bTransposed.Slice(i % size * size, size));
        }
    }
}
