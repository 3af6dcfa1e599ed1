using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Variants;

/// <summary>Products of row-major matrices by three loops, the inner one by rows where the order allows it.</summary>
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

    /// <summary>i, p, j: cᵢ = start + Σₚ aᵢₚ·bₚ, along the rows of B and C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RowWise<TRow>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> start, Span<T> c)
        where TRow : struct, IRowLoops<T>
    {
        (int columns, int terms) = (start.Length, b.Length / start.Length);
        for (int i = 0; i < c.Length / columns; i++)
        {
            Span<T> rowOfC = c.Slice(i * columns, columns);
            start.CopyTo(rowOfC);
            for (int p = 0; p < terms; p++)
            {
                TRow.AddScaled(a[(i * terms) + p], b.Slice(p * columns, columns), rowOfC);
            }
        }
    }

    /// <summary>C = A·Bᵀ: cᵢⱼ = aᵢ·bⱼ, for a B that lies transposed already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Dot<TRow>(ReadOnlySpan<T> a, ReadOnlySpan<T> bTransposed, Span<T> c, int terms)
        where TRow : struct, IRowLoops<T>
    {
        int columns = bTransposed.Length / terms;
        for (int i = 0; i < c.Length / columns; i++)
        {
            ReadOnlySpan<T> row = a.Slice(i * terms, terms);
            for (int j = 0; j < columns; j++)
            {
                c[(i * columns) + j] = TRow.Dot(row, bTransposed.Slice(j * terms, terms));
            }
        }
    }
}
