using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Half the squared difference where it is small and the absolute difference where it is large, averaged over all elements, or summed:
/// L = (1/n) Σᵢⱼ l(ŷᵢⱼ − tᵢⱼ), l(d) = ½ d² for |d| ≤ δ and δ·(|d| − ½ δ) beyond, where n is the number of elements. The mean over no
/// element is NaN, as in PyTorch.
/// </summary>
/// <remarks>
/// <para>
/// With d = ŷ_k − t_k, each ŷ_k occurs in one term l(d)/n only. For |d| &lt; δ, l = ½ d² and dl/dd = d. For |d| &gt; δ, l = δ|d| − ½ δ² and
/// dl/dd = δ·sign(d). At |d| = δ both are δ·sign(d): the derivative is continuous, and is d clamped to [−δ, δ]:
/// ∂L/∂ŷ = min(max(ŷ − t, −δ), δ) / n. The division by n belongs to the gradient because the mean belongs to the value; for a sum the same
/// holds without it.
/// Targets are values of the prediction's shape; the gradient may be the prediction or the targets themselves.
/// </para>
/// <para>Source: Huber, "Robust Estimation of a Location Parameter", 1964.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Huber<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the loss with the given δ and reduction.</summary>
    /// <param name="delta">δ, the difference up to which the loss is quadratic; above 0 and finite.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not above 0 and finite, or the reduction is unknown.</exception>
    public Huber(double delta = 1, Reduction reduction = Reduction.Mean)
    {
        if (!(delta > 0 && double.IsFinite(delta)))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, $"Delta must be above 0 and finite; it is {delta}.");
        }

        ElementwiseLoss.Check(reduction);
        Delta = delta;
        Reduction = reduction;
    }

    /// <inheritdoc/>
    public string Name => "Huber";

    /// <summary>δ, the difference up to which the loss is quadratic.</summary>
    public double Delta { get; }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("delta", Delta)];

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Kinks => [-Delta, Delta];

    /// <summary>The number of elements.</summary>
    /// <inheritdoc/>
    public double GetWeight(Targets<T> targets) => ElementwiseLoss.GetWeight(Name, targets);

    /// <summary>Σᵢⱼ l(ŷᵢⱼ − tᵢⱼ), and scale · min(max(ŷ − t, −δ), δ).</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction) =>
        ElementwiseLoss.Sum(Name, prediction, targets, default, new Kernel(T.CreateTruncating(Delta)), scale, gradPrediction);

    private readonly struct Kernel(T delta) : ILossKernel<T>
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
