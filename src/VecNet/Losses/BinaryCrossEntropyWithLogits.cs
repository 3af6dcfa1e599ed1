using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Sigmoid and cross-entropy of each element in one, for answers of yes or no: from logits to the mean loss and its gradient.</summary>
/// <remarks>
/// With log σ(x) = −log(1 + e⁻ˣ) nothing overflows, and no small probability is lost: −log σ(x) = max(−x, 0) + log(1 + e^−|x|). Right for logits of ±10⁴ and more.
/// </remarks>
public static class BinaryCrossEntropyWithLogits
{
    /// <summary>L = −(1/n) Σᵢⱼ (wⱼ tᵢⱼ log σ(xᵢⱼ) + (1 − tᵢⱼ) log(1 − σ(xᵢⱼ))), n the number of elements; or the sum. No element at all: a mean of NaN, as in PyTorch.</summary>
    /// <param name="logits">x, batch × outputs.</param>
    /// <param name="targets">t, of the same shape: 1 for yes, 0 for no, or a probability.</param>
    /// <param name="positiveWeights">w, one for each column: how much its yes counts; or empty (default) for ones.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the targets are class indices.</exception>
    public static T Forward<T>(
        ReadOnlyTensorView<T> logits, Targets<T> targets, ReadOnlySpan<T> positiveWeights = default, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(logits, targets, positiveWeights, reduction, T.One, default);

    /// <inheritdoc cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, ReadOnlySpan{T}, Reduction)"/>
    public static T Forward<T>(TensorView<T> logits, Targets<T> targets, ReadOnlySpan<T> positiveWeights = default, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(logits.AsReadOnly(), targets, positiveWeights, reduction);

    /// <summary>∂L'/∂x = ∂L'/∂L · ((1 − t)·σ(x) − w·t·σ(−x)) / n, where the loss itself is the input of something else; without the division for a sum.</summary>
    /// <remarks>
    /// log σ(x) = −log(1 + e⁻ˣ), so d(log σ(x))/dx = e⁻ˣ/(1 + e⁻ˣ) = σ(−x); and 1 − σ(x) = σ(−x), so d(log(1 − σ(x)))/dx = −σ(x).
    /// One element's loss is l = −w t log σ(x) − (1 − t) log(1 − σ(x)): dl/dx = −w t σ(−x) + (1 − t) σ(x), which for w = 1 is σ(x) − t.
    /// Each x occurs in its own element only, and the mean divides by n. Neither term cancels: a yes that is nearly sure keeps its small gradient.
    /// </remarks>
    /// <param name="logits">x, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above; 1 if the loss is the end.</param>
    /// <param name="gradLogits">∂L'/∂x, of the same shape, overwritten; may be the logits themselves.</param>
    /// <param name="positiveWeights">As in <see cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, ReadOnlySpan{T}, Reduction)"/>; apart from the gradient.</param>
    /// <param name="reduction">As in <see cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, ReadOnlySpan{T}, Reduction)"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> logits,
        Targets<T> targets,
        T gradLoss,
        TensorView<T> gradLogits,
        ReadOnlySpan<T> positiveWeights = default,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(logits, gradLogits);
        Run(logits, targets, positiveWeights, reduction, gradLoss, gradLogits);
    }

    /// <summary>The mean without weights, and its gradient where <paramref name="gradLogits"/> is not empty, in one sweep: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <param name="logits">x, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="gradLogits">∂L/∂x, of the same shape, overwritten; may be the logits themselves; or empty.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static T ForwardBackward<T>(ReadOnlyTensorView<T> logits, Targets<T> targets, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(logits, targets, default, Reduction.Mean, T.One, gradLogits);

    internal static T Run<T>(
        ReadOnlyTensorView<T> logits, Targets<T> targets, ReadOnlySpan<T> positiveWeights, Reduction reduction, T gradLoss, TensorView<T> gradLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseLoss.Check(reduction);
        return ElementwiseLoss.Run(
            nameof(BinaryCrossEntropyWithLogits), logits, targets, positiveWeights, default(Kernel<T>), reduction, gradLoss, gradLogits);
    }

    private readonly struct Kernel<T> : ILossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            TVector one = TVector.Broadcast(T.One);
            TVector z = Exponential.ExpUpToOverflow<T, TVector>(TVector.NegativeAbs(x));
            TVector part = TVector.Divide(one, TVector.Add(one, z));
            TVector beyond = TVector.Multiply(z, part);
            TVector above = TVector.SelectGreater(zero, x, beyond, part);
            TVector below = TVector.SelectGreater(zero, x, part, beyond);
            TVector yes = TVector.Multiply(weight, t);
            TVector no = TVector.Subtract(one, t);
            derivative = TVector.MultiplyAddNegated(yes, below, TVector.Multiply(no, above));
            TVector logarithm = Logarithm.OfOnePlus<T, TVector>(z);
            TVector positive = TVector.AtLeast(x, zero);
            TVector lossOfNo = TVector.Add(positive, logarithm);
            TVector lossOfYes = TVector.Add(TVector.Subtract(positive, x), logarithm);
            return TVector.MultiplyAdd(yes, lossOfYes, TVector.Multiply(no, lossOfNo));
        }
    }
}

/// <summary><see cref="BinaryCrossEntropyWithLogits"/> with its numbers, for a trainer: <c>new BinaryCrossEntropyWithLogitsLoss&lt;float&gt;([3f]).ForwardBackward</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class BinaryCrossEntropyWithLogitsLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] positiveWeights;

    /// <summary>With the given weights and reduction.</summary>
    /// <param name="positiveWeights">One for each column: how much its yes counts; or empty (default) for ones.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public BinaryCrossEntropyWithLogitsLoss(ReadOnlySpan<T> positiveWeights = default, Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        this.positiveWeights = [.. positiveWeights];
        Reduction = reduction;
    }

    /// <summary>One for each column; or empty.</summary>
    public IReadOnlyList<T> PositiveWeights => positiveWeights;

    /// <summary>Mean or sum.</summary>
    public Reduction Reduction { get; }

    /// <summary>The value, and its gradient where <paramref name="gradLogits"/> is not empty.</summary>
    /// <inheritdoc cref="BinaryCrossEntropyWithLogits.ForwardBackward"/>
    public T ForwardBackward(ReadOnlyTensorView<T> logits, Targets<T> targets, TensorView<T> gradLogits) =>
        BinaryCrossEntropyWithLogits.Run(logits, targets, positiveWeights, Reduction, T.One, gradLogits);
}
