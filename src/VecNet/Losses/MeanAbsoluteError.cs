using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The absolute difference, averaged over all elements, or summed: L = (1/n) Σᵢⱼ |ŷᵢⱼ − tᵢⱼ|, where n is the number of elements. The mean
/// over no element is NaN, as in PyTorch.
/// </summary>
/// <remarks>
/// <para>Outliers have less influence than in the squared error.</para>
/// <para>
/// L = (1/n) Σ_k |ŷ_k − t_k|. Each ŷ_k occurs in one term only, and d|d|/dd is 1 for d &gt; 0 and −1 for d &lt; 0:
/// ∂L/∂ŷ_k = sign(ŷ_k − t_k)/n. At ŷ = t the derivative does not exist; any number in [−1, 1] is a subgradient, and 0 is used (as in
/// PyTorch).
/// The division by n belongs to the gradient because the mean belongs to the value; for a sum the same holds without 1/n.
/// Targets are values of the prediction's shape; the gradient may be the prediction or the targets themselves.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MeanAbsoluteError<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the loss with the given reduction.</summary>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public MeanAbsoluteError(Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        Reduction = reduction;
    }

    /// <inheritdoc/>
    public string Name => "MeanAbsoluteError";

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Kinks => [0];

    /// <summary>The number of elements.</summary>
    /// <inheritdoc/>
    public double GetWeight(Targets<T> targets) => ElementwiseLoss.GetWeight(Name, targets);

    /// <summary>Σᵢⱼ |ŷᵢⱼ − tᵢⱼ|, and scale · sign(ŷ − t).</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction) =>
        ElementwiseLoss.Sum(Name, prediction, targets, default, default(Kernel), scale, gradPrediction);

    private readonly struct Kernel : ILossKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            TVector difference = TVector.Subtract(x, t);

            // A number that is neither above nor below 0 is 0, or a NaN that stays NaN.
            TVector below = TVector.SelectGreater(zero, difference, TVector.Broadcast(-T.One), difference);
            derivative = TVector.SelectGreater(difference, zero, TVector.Broadcast(T.One), below);
            return TVector.Abs(difference);
        }
    }
}
