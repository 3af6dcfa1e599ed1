using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Half the squared difference, averaged over all elements, or summed: L = (1/n) Σᵢⱼ ½ (ŷᵢⱼ − tᵢⱼ)², where n is the number of elements. The
/// mean over no element is NaN, as in PyTorch.
/// </summary>
/// <remarks>
/// <para>
/// The ½ is that of the assignment that this library began with. PyTorch's <c>mse_loss</c>, like most libraries, has none: its value and
/// its gradient are twice those of this default, and are those of <c>new MeanSquaredError&lt;T&gt;(halved: false)</c>. Use the latter with
/// learning rates that were chosen for PyTorch.
/// </para>
/// <para>
/// L = (1/n) Σ_k ½ (t_k − ŷ_k)² over all n elements of the batch. Each ŷ_k occurs in one term only:
/// ∂L/∂ŷ_k = (1/n) · ½ · 2 (t_k − ŷ_k) · (−1) = (ŷ_k − t_k)/n.
/// The division by n belongs to the gradient because the mean belongs to the value; the ½ cancels the square's 2.
/// For a sum the same holds without 1/n. Without the ½, value and gradient are twice as large, bit for bit. Targets are values of the
/// prediction's shape; the gradient may be the prediction or the targets themselves.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MeanSquaredError<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the loss with the given reduction.</summary>
    /// <param name="reduction">Mean or sum.</param>
    /// <param name="halved">Whether the squares have the factor ½; false for PyTorch's <c>mse_loss</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public MeanSquaredError(Reduction reduction = Reduction.Mean, bool halved = true)
    {
        ElementwiseLoss.Check(reduction);
        Reduction = reduction;
        Halved = halved;
    }

    /// <summary>Whether the squares have the factor ½.</summary>
    public bool Halved { get; }

    /// <inheritdoc/>
    public string Name => "MeanSquaredError";

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("halved", Halved)];

    /// <summary>The number of elements.</summary>
    /// <inheritdoc/>
    public double GetWeight(Targets<T> targets) => ElementwiseLoss.GetWeight(Name, targets);

    /// <summary>Σᵢⱼ ½ (ŷᵢⱼ − tᵢⱼ)², and scale · (ŷ − t); both are twice as large where <see cref="Halved"/> is false.</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction)
    {
        ElementwiseLoss.Check(Name, prediction, targets, gradPrediction);
        double sum = SumOfSquares(prediction, targets.Values);
        if (!gradPrediction.IsEmpty)
        {
            double factor = Halved ? scale : 2 * scale;
            BinaryLoop.Run(prediction, targets.Values, gradPrediction, new ScaledDifference(T.CreateTruncating(factor)));
        }

        return Halved ? 0.5 * sum : sum;
    }

    private static double SumOfSquares(ReadOnlyTensorView<T> prediction, ReadOnlyTensorView<T> targets)
    {
        double sum = 0;
        ReadOnlySpan<T> y = prediction.Span;
        ReadOnlySpan<T> t = targets.Span;
        (int strideY, int strideT, int columns) = (prediction.RowStride, targets.RowStride, prediction.Columns);
        for (int row = 0; row < prediction.Rows && columns > 0; row++)
        {
            sum += Reductions.SumOfSquaredDifferences(t.Slice(row * strideT, columns), y.Slice(row * strideY, columns));
        }

        return sum;
    }

    /// <summary>(x − y) · scale.</summary>
    private readonly struct ScaledDifference(T scale) : IBinaryKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> =>
            TVector.Multiply(TVector.Subtract(x, y), TVector.Broadcast(scale));
    }
}
