using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Half the squared difference, averaged over all elements, or summed: L = (1/n) Σᵢⱼ ½ (ŷᵢⱼ − tᵢⱼ)², where n is the number of elements. No
/// element at all: a mean of NaN, as in PyTorch.
/// </summary>
/// <remarks>
/// L = (1/n) Σ_k ½ (t_k − ŷ_k)² over all n elements of the batch. Each ŷ_k occurs in one term only:
/// ∂L/∂ŷ_k = (1/n) · ½ · 2 (t_k − ŷ_k) · (−1) = (ŷ_k − t_k)/n.
/// The division by n belongs to the gradient because the mean belongs to the value; the ½ cancels the square's 2.
/// For a sum the same holds without 1/n. Targets are values of the prediction's shape; the gradient may be the prediction or the targets
/// themselves.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MeanSquaredError<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the loss with the given reduction.</summary>
    /// <param name="reduction">Mean or sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public MeanSquaredError(Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        Reduction = reduction;
    }

    /// <inheritdoc/>
    public string Name => "MeanSquaredError";

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <summary>The number of elements.</summary>
    /// <inheritdoc/>
    public double WeightOf(Targets<T> targets) => ElementwiseLoss.WeightOf(Name, targets);

    /// <summary>Σᵢⱼ ½ (ŷᵢⱼ − tᵢⱼ)², and scale · (ŷ − t).</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction)
    {
        ElementwiseLoss.Check(Name, prediction, targets, gradPrediction);
        double sum = SumOfSquares(prediction, targets.Values);
        if (!gradPrediction.IsEmpty)
        {
            BinaryLoop.Run(prediction, targets.Values, gradPrediction, new ScaledDifference(T.CreateTruncating(scale)));
        }

        return 0.5 * sum;
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
