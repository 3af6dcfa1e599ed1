using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Arithmetic element by element, through TensorPrimitives: in one pass where the views are contiguous, else row by row.</summary>
/// <remarks>
/// All views have the same shape. The destination may be one of the sources (the same view); otherwise it must share no elements with them.
/// </remarks>
public static class Elementwise
{
    /// <summary>destinationᵢⱼ = xᵢⱼ + yᵢⱼ.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or the destination overlaps a source without being identical to it; nothing
    /// has been written.</exception>
    public static void Add<T>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, TensorView<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, Sum<T>>(x, y, destination);

    /// <summary>destinationᵢⱼ = xᵢⱼ − yᵢⱼ.</summary>
    /// <inheritdoc cref="Add"/>
    public static void Subtract<T>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, TensorView<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, Difference<T>>(x, y, destination);

    /// <summary>destinationᵢⱼ = xᵢⱼ · yᵢⱼ (the Hadamard product).</summary>
    /// <inheritdoc cref="Add"/>
    public static void Multiply<T>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, TensorView<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, Product<T>>(x, y, destination);

    /// <summary>destinationᵢⱼ = xᵢⱼ / yᵢⱼ.</summary>
    /// <inheritdoc cref="Add"/>
    public static void Divide<T>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, TensorView<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run<T, Quotient<T>>(x, y, destination);

    /// <summary>destinationᵢⱼ = xᵢⱼ · factor.</summary>
    /// <inheritdoc cref="Add"/>
    public static void Scale<T>(ReadOnlyTensorView<T> x, T factor, TensorView<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(x, x, destination);
        if (x.IsContiguous && destination.IsContiguous)
        {
            TensorPrimitives.Multiply(x.Span, factor, destination.Span);
            return;
        }

        for (int row = 0; row < x.Rows && !x.IsEmpty; row++)
        {
            TensorPrimitives.Multiply(x.Row(row), factor, destination.Row(row));
        }
    }

    private static void Run<T, TOperation>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, TensorView<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperation : IOperation<T>
    {
        Check(x, y, destination);
        if (x.IsContiguous && y.IsContiguous && destination.IsContiguous)
        {
            TOperation.Invoke(x.Span, y.Span, destination.Span);
            return;
        }

        for (int row = 0; row < x.Rows && !x.IsEmpty; row++)
        {
            TOperation.Invoke(x.Row(row), y.Row(row), destination.Row(row));
        }
    }

    private static void Check<T>(ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, ReadOnlyTensorView<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        Shape.CheckSame(x, y);
        Shape.CheckSame(x, destination);
        Overlap.CheckSameOrDisjoint(x, destination);
        Overlap.CheckSameOrDisjoint(y, destination);
    }

    private interface IOperation<T>
    {
        static abstract void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination);
    }

    private readonly struct Sum<T> : IOperation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination) => TensorPrimitives.Add(x, y, destination);
    }

    private readonly struct Difference<T> : IOperation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination) =>
            TensorPrimitives.Subtract(x, y, destination);
    }

    private readonly struct Product<T> : IOperation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination) =>
            TensorPrimitives.Multiply(x, y, destination);
    }

    private readonly struct Quotient<T> : IOperation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination) => TensorPrimitives.Divide(x, y, destination);
    }
}
