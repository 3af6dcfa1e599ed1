using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The sigmoid and the cross-entropy of each element in one operation, for binary labels, averaged over all elements, or summed:
/// L = −(1/n) Σᵢⱼ (wⱼ tᵢⱼ log σ(xᵢⱼ) + (1 − tᵢⱼ) log(1 − σ(xᵢⱼ))), where n is the number of elements. The mean over no element is NaN, as
/// in PyTorch.
/// </summary>
/// <remarks>
/// <para>
/// With log σ(x) = −log(1 + e⁻ˣ) nothing overflows, and no small probability is lost: −log σ(x) = max(−x, 0) + log(1 + e^−|x|). It is
/// accurate for logits of ±10⁴ and more.
/// </para>
/// <para>
/// log σ(x) = −log(1 + e⁻ˣ), so d(log σ(x))/dx = e⁻ˣ/(1 + e⁻ˣ) = σ(−x); and 1 − σ(x) = σ(−x), so d(log(1 − σ(x)))/dx = −σ(x).
/// One element's loss is l = −w t log σ(x) − (1 − t) log(1 − σ(x)): dl/dx = −w t σ(−x) + (1 − t) σ(x), which for w = 1 is σ(x) − t.
/// Each x occurs in its own element only, and the mean divides by n. There is no cancellation: an almost certain positive keeps its small
/// gradient. Targets are values of the logits' shape: 1 for positive, 0 for negative, or a probability. The gradient may be the logits or
/// the targets themselves.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class BinaryCrossEntropyWithLogits<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] positiveWeights;

    /// <summary>Creates the loss with the given weights and reduction.</summary>
    /// <param name="positiveWeights">
    /// w, the weight of positive targets in each column; or empty (default) for ones. The weights do not change n.
    /// </param>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public BinaryCrossEntropyWithLogits(ReadOnlySpan<T> positiveWeights = default, Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        this.positiveWeights = [.. positiveWeights];
        Reduction = reduction;
    }

    /// <inheritdoc/>
    public string Name => "BinaryCrossEntropyWithLogits";

    /// <summary>w, one for each column; or empty.</summary>
    public IReadOnlyList<T> PositiveWeights => positiveWeights;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options =>
        [new("positive weights", string.Join(", ", positiveWeights.Select(weight => weight.ToString("R", CultureInfo.InvariantCulture))))];

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <summary>The number of elements.</summary>
    /// <inheritdoc/>
    public double GetWeight(Targets<T> targets) => ElementwiseLoss.GetWeight(Name, targets);

    /// <summary>−Σᵢⱼ (wⱼ tᵢⱼ log σ(xᵢⱼ) + (1 − tᵢⱼ) log(1 − σ(xᵢⱼ))), and scale · ((1 − t)·σ(x) − w·t·σ(−x)).</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction) =>
        ElementwiseLoss.Sum(Name, prediction, targets, positiveWeights, default(Kernel), scale, gradPrediction);

    private readonly struct Kernel : ILossKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
            where TVector : struct, IVector<TVector, T>
        {
            TVector zero = TVector.Broadcast(T.Zero);
            TVector one = TVector.Broadcast(T.One);
            TVector z = Exponential.ExpUpToOverflow<T, TVector>(TVector.NegativeAbs(x));
            TVector inverse = TVector.Divide(one, TVector.Add(one, z));
            TVector beyond = TVector.Multiply(z, inverse);
            TVector above = TVector.SelectGreater(zero, x, beyond, inverse);
            TVector below = TVector.SelectGreater(zero, x, inverse, beyond);
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
