using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The absolute difference with a quadratic part near 0, averaged over all elements, or summed: L = (1/n) Σᵢⱼ l(ŷᵢⱼ − tᵢⱼ), l(d) = ½ d²/β
/// for |d| &lt; β and |d| − ½ β beyond, where n is the number of elements. The mean over no element is NaN, as in PyTorch.
/// </summary>
/// <remarks>
/// <para>
/// With d = ŷ_k − t_k, each ŷ_k occurs in one term l(d)/n only. For |d| &lt; β, l = ½ d²/β and dl/dd = d/β. For |d| &gt; β, l = |d| − ½ β
/// and dl/dd = sign(d). At |d| = β both are sign(d): the derivative is continuous, and is d/β clamped to [−1, 1]:
/// ∂L/∂ŷ = min(max((ŷ − t)/β, −1), 1) / n. The division by n belongs to the gradient because the mean belongs to the value; for a sum the
/// same holds without it. It is <see cref="Huber{T}"/> with δ = β, divided by β. Targets are values of the prediction's shape; the gradient
/// may be the prediction or the targets themselves.
/// </para>
/// <para>Source: Girshick, "Fast R-CNN", 2015.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SmoothL1<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the loss with the given β and reduction.</summary>
    /// <param name="beta">
    /// β, the difference up to which the loss is quadratic; β and 1/β are above 0 and finite. For 0 use <see cref="MeanAbsoluteError{T}"/>.
    /// </param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">Beta is not above 0 and finite, or the reduction is unknown.</exception>
    public SmoothL1(double beta = 1, Reduction reduction = Reduction.Mean)
    {
        T inT = T.CreateTruncating(beta);
        if (!(inT > T.Zero && T.IsFinite(inT) && T.IsFinite(T.One / inT)))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, $"Beta must be above 0 and finite; it is {beta}.");
        }

        ElementwiseLoss.Check(reduction);
        Beta = beta;
        Reduction = reduction;
    }

    /// <inheritdoc/>
    public string Name => "SmoothL1";

    /// <summary>β, the difference up to which the loss is quadratic.</summary>
    public double Beta { get; }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("beta", Beta)];

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Kinks => [-Beta, Beta];

    /// <summary>The number of elements.</summary>
    /// <inheritdoc/>
    public double GetWeight(Targets<T> targets) => ElementwiseLoss.GetWeight(Name, targets);

    /// <summary>Σᵢⱼ l(ŷᵢⱼ − tᵢⱼ), and scale · min(max((ŷ − t)/β, −1), 1).</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction) =>
        ElementwiseLoss.Sum(Name, prediction, targets, default, new Kernel(T.CreateTruncating(Beta)), scale, gradPrediction);

    private readonly struct Kernel(T beta) : ILossKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            TVector limit = TVector.Broadcast(beta);
            TVector half = TVector.Broadcast(T.CreateTruncating(0.5));
            TVector difference = TVector.Subtract(x, t);
            TVector magnitude = TVector.Abs(difference);
            derivative = TVector.Divide(TVector.AtMost(TVector.AtLeast(difference, TVector.Broadcast(-beta)), limit), limit);
            TVector far = TVector.MultiplyAddNegated(half, limit, magnitude);
            return TVector.SelectGreater(
                magnitude, limit, far, TVector.Multiply(TVector.Multiply(half, difference), TVector.Divide(difference, limit)));
        }
    }
}
