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
