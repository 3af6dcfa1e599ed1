using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Half the squared difference of what is near and the absolute difference of what is far, averaged over all elements.</summary>
/// <remarks>Source: Huber, "Robust Estimation of a Location Parameter", 1964.</remarks>
public static class Huber
{
    /// <summary>L = (1/n) Σᵢⱼ l(ŷᵢⱼ − tᵢⱼ), l(d) = ½ d² for |d| ≤ δ and δ·(|d| − ½ δ) beyond, n the number of elements; or the sum. No element at all: a mean of NaN, as in PyTorch.</summary>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="delta">δ, where the square ends; above 0 and finite.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the targets are class indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">δ is not above 0 and finite.</exception>
    public static T Forward<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, double delta = 1, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(prediction, targets, delta, reduction, T.One, default);

    /// <inheritdoc cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, double, Reduction)"/>
    public static T Forward<T>(TensorView<T> prediction, Targets<T> targets, double delta = 1, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(prediction.AsReadOnly(), targets, delta, reduction);

    /// <summary>∂L'/∂ŷ = ∂L'/∂L · min(max(ŷ − t, −δ), δ) / n, where the loss itself is the input of something else; without the division for a sum.</summary>
    /// <remarks>
    /// With d = ŷ_k − t_k, each ŷ_k occurs in one term l(d)/n only. For |d| &lt; δ, l = ½ d² and dl/dd = d. For |d| &gt; δ, l = δ|d| − ½ δ² and
    /// dl/dd = δ·sign(d). At |d| = δ both are δ·sign(d): the derivative is continuous, and is d held within [−δ, δ] everywhere.
    /// The division by n belongs to the gradient because the mean belongs to the value.
    /// </remarks>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above; 1 if the loss is the end.</param>
    /// <param name="gradPrediction">∂L'/∂ŷ, of the same shape, overwritten; may be the prediction itself.</param>
    /// <param name="delta">As in <see cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, double, Reduction)"/>.</param>
    /// <param name="reduction">As in <see cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, double, Reduction)"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">δ is not above 0 and finite.</exception>
    public static void Backward<T>(
        ReadOnlyTensorView<T> prediction, Targets<T> targets, T gradLoss, TensorView<T> gradPrediction, double delta = 1, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(prediction, gradPrediction);
        Run(prediction, targets, delta, reduction, gradLoss, gradPrediction);
    }

    /// <summary>The mean with δ = 1, and its gradient where <paramref name="gradPrediction"/> is not empty, in one sweep: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <param name="prediction">ŷ, batch × outputs.</param>
    /// <param name="targets">t, of the same shape.</param>
    /// <param name="gradPrediction">∂L/∂ŷ, of the same shape, overwritten; may be the prediction itself; or empty.</param>
    /// <exception cref="ArgumentException">The shapes differ, the targets are class indices, or views share elements at different places; nothing has been written.</exception>
    public static T ForwardBackward<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(prediction, targets, 1, Reduction.Mean, T.One, gradPrediction);

    internal static T Run<T>(ReadOnlyTensorView<T> prediction, Targets<T> targets, double delta, Reduction reduction, T gradLoss, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseLoss.Check(reduction);
        CheckDelta(delta);
        var kernel = new Kernel<T>(T.CreateTruncating(delta));
        return ElementwiseLoss.Run(nameof(Huber), prediction, targets, default, kernel, reduction, gradLoss, gradPrediction);
    }

    /// <exception cref="ArgumentOutOfRangeException">δ is not above 0 and finite.</exception>
    internal static void CheckDelta(double delta)
    {
        if (!(delta > 0 && double.IsFinite(delta)))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, $"Delta must be above 0 and finite; it is {delta}.");
        }
    }

    private readonly struct Kernel<T>(T delta) : ILossKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            TVector limit = TVector.Broadcast(delta);
            TVector half = TVector.Broadcast(T.CreateTruncating(0.5));
            TVector difference = TVector.Subtract(x, t);
            TVector magnitude = TVector.Abs(difference);
            derivative = TVector.AtMost(TVector.AtLeast(difference, TVector.Broadcast(-delta)), limit);
            TVector far = TVector.Multiply(limit, TVector.MultiplyAddNegated(half, limit, magnitude));
            return TVector.SelectGreater(magnitude, limit, far, TVector.Multiply(TVector.Multiply(half, difference), difference));
        }
    }
}

/// <summary><see cref="Huber"/> with its numbers, for a trainer: <c>new HuberLoss&lt;float&gt;(delta: 0.5).ForwardBackward</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class HuberLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>With the given δ and reduction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not above 0 and finite, or the reduction is unknown.</exception>
    public HuberLoss(double delta = 1, Reduction reduction = Reduction.Mean)
    {
        Huber.CheckDelta(delta);
        ElementwiseLoss.Check(reduction);
        Delta = delta;
        Reduction = reduction;
    }

    /// <summary>Where the square ends.</summary>
    public double Delta { get; }

    /// <summary>Mean or sum.</summary>
    public Reduction Reduction { get; }

    /// <summary>The value, and its gradient where <paramref name="gradPrediction"/> is not empty.</summary>
    /// <inheritdoc cref="Huber.ForwardBackward"/>
    public T ForwardBackward(ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction) =>
        Huber.Run(prediction, targets, Delta, Reduction, T.One, gradPrediction);
}
