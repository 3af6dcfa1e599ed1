using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The absolute difference, averaged over all elements: outliers count no more than they are far.</summary>
public static class MeanAbsoluteError
{
    /// <summary>L = (1/n) Σᵢⱼ |ŷᵢⱼ − tᵢⱼ|, n the number of elements; or the sum. No element at all: a mean of NaN, as in PyTorch.</summary>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the targets are class indices.</exception>
    public static T Forward<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(prediction, targets, reduction, T.One, default);

    /// <inheritdoc cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, Reduction)"/>
    public static T Forward<T>(TensorView<T> prediction, Targets<T> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(prediction.AsReadOnly(), targets, reduction);

    /// <summary>∂L'/∂ŷ = ∂L'/∂L · sign(ŷ − t) / n, where the loss itself is the input of something else; without the division for a sum.</summary>
    /// <remarks>
    /// L = (1/n) Σ_k |ŷ_k − t_k|. Each ŷ_k occurs in one term only, and d|d|/dd is 1 for d &gt; 0 and −1 for d &lt; 0:
    /// ∂L/∂ŷ_k = sign(ŷ_k − t_k)/n. At ŷ = t the derivative does not exist; any number of [−1, 1] is a subgradient, and 0 is taken (as in PyTorch).
    /// The division by n belongs to the gradient because the mean belongs to the value.
    /// </remarks>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above; 1 if the loss is the end.</param>
    /// <param name="gradPrediction">∂L'/∂ŷ, of the same shape, overwritten; may be the prediction itself.</param>
    /// <param name="reduction">As in <see cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, Reduction)"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> prediction, Targets<T> targets, T gradLoss, TensorView<T> gradPrediction, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(prediction, gradPrediction);
        Run(prediction, targets, reduction, gradLoss, gradPrediction);
    }

    /// <summary>The mean, and its gradient where <paramref name="gradPrediction"/> is not empty, in one sweep: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="gradPrediction">∂L/∂ŷ, of the same shape, overwritten; may be the prediction itself; or empty.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static T ForwardBackward<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(prediction, targets, Reduction.Mean, T.One, gradPrediction);

    internal static T Run<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, Reduction reduction, T gradLoss, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseLoss.Check(reduction);
        return ElementwiseLoss.Run(nameof(MeanAbsoluteError), prediction, targets, default, default(Kernel<T>), reduction, gradLoss, gradPrediction);
    }

    private readonly struct Kernel<T> : ILossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            TVector difference = TVector.Subtract(x, t);

            // What is neither above nor below 0 is 0, or a NaN that stays one.
            TVector below = TVector.SelectGreater(zero, difference, TVector.Broadcast(-T.One), difference);
            derivative = TVector.SelectGreater(difference, zero, TVector.Broadcast(T.One), below);
            return TVector.Abs(difference);
        }
    }
}

/// <summary><see cref="MeanAbsoluteError"/> with a reduction, for a trainer: <c>new MeanAbsoluteErrorLoss&lt;float&gt;(Reduction.Sum).ForwardBackward</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MeanAbsoluteErrorLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>With the given reduction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public MeanAbsoluteErrorLoss(Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        Reduction = reduction;
    }

    /// <summary>Mean or sum.</summary>
    public Reduction Reduction { get; }

    /// <summary>The value, and its gradient where <paramref name="gradPrediction"/> is not empty.</summary>
    /// <inheritdoc cref="MeanAbsoluteError.ForwardBackward"/>
    public T ForwardBackward(ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction) =>
        MeanAbsoluteError.Run(prediction, targets, Reduction, T.One, gradPrediction);
}
