using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Half the squared difference, averaged over all elements, or summed.</summary>
public static class MeanSquaredError
{
    /// <summary>L = (1/n) Σᵢⱼ ½ (tᵢⱼ − ŷᵢⱼ)², n the number of elements; or the sum. No element at all: a mean of NaN, as in PyTorch.</summary>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the targets are class indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public static T Forward<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ElementwiseLoss.Check(reduction);
        targets.CheckValues(nameof(MeanSquaredError));
        targets.Check(prediction);
        double sum = 0;
        for (int row = 0; row < prediction.Rows; row++)
        {
            sum += Reductions.SumOfSquaredDifferences(targets.Values.Row(row), prediction.Row(row));
        }

        return T.CreateTruncating(0.5 * sum / (reduction == Reduction.Mean ? prediction.Length : 1));
    }

    /// <inheritdoc cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, Reduction)"/>
    public static T Forward<T>(TensorView<T> prediction, Targets<T> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(prediction.AsReadOnly(), targets, reduction);

    /// <summary>∂L/∂ŷ = (ŷ − t) / n, n the number of elements.</summary>
    /// <remarks>
    /// L = (1/n) Σ_k ½ (t_k − ŷ_k)² over all n elements of the batch. Each ŷ_k occurs in one term only:
    /// ∂L/∂ŷ_k = (1/n) · ½ · 2 (t_k − ŷ_k) · (−1) = (ŷ_k − t_k)/n.
    /// The division by n belongs to the gradient because the mean belongs to the value; the ½ cancels the square's 2.
    /// </remarks>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="gradPrediction">∂L/∂ŷ, of the same shape, overwritten; may be the prediction itself.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward(prediction, targets, T.One, gradPrediction);

    /// <summary>∂L'/∂ŷ = ∂L'/∂L · (ŷ − t) / n, where the loss itself is the input of something else; without the division for a sum.</summary>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above.</param>
    /// <param name="gradPrediction">∂L'/∂ŷ, of the same shape, overwritten; may be the prediction itself.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, T gradLoss, TensorView<T> gradPrediction, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseLoss.Check(reduction);
        targets.CheckValues(nameof(MeanSquaredError));
        targets.Check(prediction);
        Shape.CheckSame(prediction, gradPrediction);
        Overlap.CheckInPlaceOrApart(prediction, gradPrediction);
        Overlap.CheckInPlaceOrApart(targets.Values, gradPrediction);
        T scale = reduction == Reduction.Mean ? gradLoss / T.CreateTruncating(prediction.Length) : gradLoss;
        ElementwiseKernels.Run(prediction, targets.Values, gradPrediction, new ScaledDifference<T>(scale));
    }

    /// <summary>The value, and the gradient where <paramref name="gradPrediction"/> is not empty: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <inheritdoc cref="Backward{T}(ReadOnlyTensorView{T}, Targets{T}, TensorView{T})"/>
    public static T ForwardBackward<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(prediction, targets, Reduction.Mean, gradPrediction);

    internal static T Run<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, Reduction reduction, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T loss = Forward(prediction, targets, reduction);
        if (!gradPrediction.IsEmpty)
        {
            Backward(prediction, targets, T.One, gradPrediction, reduction);
        }

        return loss;
    }

    /// <summary>(x − y) · scale.</summary>
    private readonly struct ScaledDifference<T>(T scale) : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Multiply(TVector.Subtract(x, y), TVector.Broadcast(scale));
    }
}

/// <summary><see cref="MeanSquaredError"/> with a reduction, for a trainer: <c>new MeanSquaredErrorLoss&lt;float&gt;(Reduction.Sum).ForwardBackward</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MeanSquaredErrorLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>With the given reduction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public MeanSquaredErrorLoss(Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        Reduction = reduction;
    }

    /// <summary>Mean or sum.</summary>
    public Reduction Reduction { get; }

    /// <summary>The value, and its gradient where <paramref name="gradPrediction"/> is not empty.</summary>
    /// <inheritdoc cref="MeanSquaredError.ForwardBackward"/>
    public T ForwardBackward(ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction) =>
        MeanSquaredError.Run(prediction, targets, Reduction, gradPrediction);
}
