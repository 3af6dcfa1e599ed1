using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace VecNet.Benchmarks.Variants;

/// <summary>How the rows of a matrix are computed with.</summary>
internal interface IRowLoops<T>
{
    /// <summary>sum += scale·row.</summary>
    static abstract void AddScaled(T scale, ReadOnlySpan<T> row, Span<T> sum);

    static abstract T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    static abstract void Sigmoid(Span<T> values);

    /// <summary>gradients ∘= y·(1 − y).</summary>
    static abstract void SigmoidBackward(ReadOnlySpan<T> y, Span<T> gradients);
}

/// <summary>Rows by plain loops, without bounds checks where it matters.</summary>
internal readonly struct PlainRowLoops<T> : IRowLoops<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(T scale, ReadOnlySpan<T> row, Span<T> sum)
    {
        row = row[..sum.Length];
        for (int j = 0; j < sum.Length; j++)
        {
            sum[j] += scale * row[j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
    {
        y = y[..x.Length];
        T sum = T.Zero;
        for (int j = 0; j < x.Length; j++)
        {
            sum += x[j] * y[j];
        }

        return sum;
    }

    public static void Sigmoid(Span<T> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.One / (T.One + T.Exp(-values[i]));
        }
    }

    public static void SigmoidBackward(ReadOnlySpan<T> y, Span<T> gradients)
    {
        for (int i = 0; i < gradients.Length; i++)
        {
            gradients[i] = gradients[i] * y[i] * (T.One - y[i]);
        }
    }
}

/// <summary>Rows by vector instructions: TensorPrimitives' MultiplyAdd, Dot and Sigmoid.</summary>
internal readonly struct TensorPrimitivesRowLoops<T> : IRowLoops<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void AddScaled(T scale, ReadOnlySpan<T> row, Span<T> sum) => TensorPrimitives.MultiplyAdd(row, scale, sum, sum);

    public static T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y) => TensorPrimitives.Dot(x, y);

    public static void Sigmoid(Span<T> values) => TensorPrimitives.Sigmoid(values, values);

    public static void SigmoidBackward(ReadOnlySpan<T> y, Span<T> gradients)
    {
        Span<T> derivative = stackalloc T[y.Length];
        TensorPrimitives.Subtract(T.One, y, derivative);
        TensorPrimitives.Multiply(derivative, y, derivative);
        TensorPrimitives.Multiply(gradients, derivative, gradients);
    }
}

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
