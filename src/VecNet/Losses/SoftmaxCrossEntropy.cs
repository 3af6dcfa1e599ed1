using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Softmax and cross-entropy in one: from logits to the mean loss and its gradient, in one sweep over each row.</summary>
/// <remarks>
/// The logarithm and the exponential cancel, so that nothing overflows, underflows or divides by a vanishing probability:
/// −log softmax(x)_c = log Σⱼ e^(xⱼ − m) − (x_c − m), m the row's maximum. Right for logits of ±10⁴ and more.
/// </remarks>
public static class SoftmaxCrossEntropy
{
    /// <summary>Elements of the exponentials' scratch where no gradient row can serve as such.</summary>
    private const int ChunkLength = 256;

    /// <summary>L = −(1/batch) Σᵢ Σⱼ yᵢⱼ log softmax(xᵢ)ⱼ; for class indices y is 1 at the row's class. No row: NaN, as in PyTorch.</summary>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row (a target of 0 contributes 0).</param>
    /// <exception cref="ArgumentException">The shapes differ, or a class index is out of range.</exception>
    public static T Forward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(logits, targets, T.One, default);

    /// <inheritdoc cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T})"/>
    public static T Forward<T>(TensorView<T> logits, Targets<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(logits.AsReadOnly(), targets);

    /// <summary>∂L/∂x = (softmax(x)·Σⱼ yⱼ − y) / batch: softmax minus target, where the targets sum to 1.</summary>
    /// <remarks>
    /// For one row, with s = Σ_k e^(x_k) and log softmax(x)_j = x_j − log s: l = −Σ_j y_j (x_j − log s) = log s · Σ_j y_j − Σ_j y_j x_j.
    /// ∂(log s)/∂x_i = e^(x_i)/s = softmax(x)_i. Hence ∂l/∂x_i = softmax(x)_i · Σ_j y_j − y_i.
    /// L is the mean of l over the rows of the batch, and each row's logits occur in its own l only: divide by batch.
    /// </remarks>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="gradLogits">∂L/∂x, of the same shape, overwritten; apart from the others.</param>
    /// <exception cref="ArgumentException">The shapes differ, a class index is out of range, or the gradient shares elements with another view; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward(logits, targets, T.One, gradLogits);

    /// <summary>∂L'/∂x = ∂L'/∂L · (softmax(x)·Σⱼ yⱼ − y) / batch, where the loss itself is the input of something else.</summary>
    /// <param name="logits">x, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above.</param>
    /// <param name="gradLogits">∂L'/∂x, of the same shape, overwritten; apart from the others.</param>
    /// <exception cref="ArgumentException">The shapes differ, a class index is out of range, or the gradient shares elements with another view; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, T gradLoss, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(logits, gradLogits);
        Run(logits, targets, gradLoss, gradLogits);
    }

    /// <summary>The value, and the gradient where <paramref name="gradLogits"/> is not empty, in one sweep: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <inheritdoc cref="Backward{T}(ReadOnlyTensorView{T}, Targets{T}, TensorView{T})"/>
    public static T ForwardBackward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!gradLogits.IsEmpty)
        {
            Shape.CheckSame(logits, gradLogits);
        }

        return Run(logits, targets, T.One, gradLogits);
    }

    private static T Run<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, T gradLoss, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        targets.Check(logits);
        Overlap.CheckApart(logits, gradLogits);
        targets.CheckApart(gradLogits);
        T scale = gradLoss / T.CreateTruncating(logits.Rows);
        double sum = 0;
        for (int row = 0; row < logits.Rows && logits.Columns > 0; row++)
        {
            ReadOnlySpan<T> x = logits.Row(row);
            Span<T> gradient = gradLogits.IsEmpty ? default : gradLogits.Row(row);
            T maximum = TensorPrimitives.Max(x);
            T exponentials = gradient.IsEmpty ? SumOfExponentials(x, maximum) : Softmax.Exponentials(x, maximum, gradient);
            sum += double.CreateTruncating(targets.AreClasses
                ? ClassRow(x, targets.Classes[row], maximum, exponentials, scale, gradient)
                : DistributionRow(x, targets.Values.Row(row), maximum, exponentials, scale, gradient));
        }

        return T.CreateTruncating(sum / logits.Rows);
    }

    /// <summary>log s − (x_c − m); the gradient, which holds e^(x − m), becomes scale · (e^(x − m)/s − 1 at c).</summary>
    private static T ClassRow<T>(ReadOnlySpan<T> x, int target, T maximum, T exponentials, T scale, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!gradient.IsEmpty)
        {
            TensorPrimitives.Multiply(gradient, scale / exponentials, gradient);
            gradient[target] -= scale;
        }

        return T.Log(exponentials) - (x[target] - maximum);
    }

    /// <summary>log s · Σ y − Σ y (x − m); the gradient, which holds e^(x − m), becomes scale · (e^(x − m)/s · Σ y − y).</summary>
    private static T DistributionRow<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T maximum, T exponentials, T scale, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T total = Reductions.Sum(y);

        // A NaN in x or y is not lost with the terms that are left out: it is in the exponentials or in the total.
        T product = Reductions.SumOfWeightedDifferences(x, maximum, y);
        if (!gradient.IsEmpty)
        {
            ElementwiseKernels.Run(gradient, y, gradient, new DistributionGradient<T>(scale * total / exponentials, scale));
        }

        return (T.Log(exponentials) * total) - product;
    }

    /// <summary>Σ e^(x − m) where the exponentials themselves are not wanted.</summary>
    [SkipLocalsInit]
    private static T SumOfExponentials<T>(ReadOnlySpan<T> x, T maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> chunk = stackalloc T[ChunkLength];
        T sum = T.Zero;
        for (int start = 0; start < x.Length; start += ChunkLength)
        {
            ReadOnlySpan<T> part = x[start..int.Min(x.Length, start + ChunkLength)];
            sum += Softmax.Exponentials(part, maximum, chunk[..part.Length]);
        }

        return sum;
    }

    /// <summary>e · factor − y · scale.</summary>
    private readonly struct DistributionGradient<T>(T factor, T scale) : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector exponential, TVector y)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Subtract(
                TVector.Multiply(exponential, TVector.Broadcast(factor)), TVector.Multiply(y, TVector.Broadcast(scale)));
    }
}
