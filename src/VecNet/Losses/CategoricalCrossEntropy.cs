using System.Numerics;

namespace VecNet;

/// <summary>
/// Cross-entropy of probabilities, averaged over the rows, or summed: L = −(1/batch) Σᵢ Σⱼ yᵢⱼ log pᵢⱼ; for class indices −(1/batch) Σᵢ log
/// p of row i's class. The mean over no row is NaN, as in PyTorch.
/// </summary>
/// <remarks>
/// <para>
/// For logits use <see cref="SoftmaxCrossEntropy{T}"/>, which is faster, and accurate where a probability underflows to 0. A target of 0
/// contributes 0 even where p = 0; a
/// target above 0 there gives ∞.
/// </para>
/// <para>
/// L = −(1/batch) Σ_i Σ_j y_ij log p_ij. Each p_ij occurs in one term only, and d(log p)/dp = 1/p:
/// ∂L/∂p_ij = −y_ij / (p_ij · batch). For class indices y is 1 at the class of the row and 0 elsewhere; for a sum the same holds without
/// 1/batch.
/// Where y = 0 the term is constantly 0, so its derivative is 0, at p = 0 too. At p = 0 &lt; y it is −∞.
/// The p_ij are treated as independent variables; the backward pass of softmax, which follows, accounts for their sum of 1. The gradient
/// may be the probabilities or the targets themselves.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CategoricalCrossEntropy<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the loss with the given reduction.</summary>
    /// <param name="reduction">The mean over the rows, or the sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public CategoricalCrossEntropy(Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        Reduction = reduction;
    }

    /// <inheritdoc/>
    public string Name => "CategoricalCrossEntropy";

    /// <inheritdoc/>
    public Reduction Reduction { get; }

    /// <summary>The number of rows.</summary>
    /// <inheritdoc/>
    public double GetWeight(Targets<T> targets) => targets.Rows;

    /// <summary>−Σᵢ Σⱼ yᵢⱼ log pᵢⱼ, and −scale · y / p, which is 0 where y = 0.</summary>
    /// <inheritdoc/>
    public double Sum(ReadOnlyTensorView<T> prediction, Targets<T> targets, double scale, TensorView<T> gradPrediction)
    {
        ElementType.Check<T>();
        targets.Check(prediction);
        if (!gradPrediction.IsEmpty)
        {
            Shape.CheckSame(prediction, gradPrediction);
        }

        Overlap.CheckSameOrDisjoint(prediction, gradPrediction);
        targets.CheckSameOrDisjoint(gradPrediction);
        double sum = Value(prediction, targets);
        if (!gradPrediction.IsEmpty)
        {
            Gradient(prediction, targets, T.CreateTruncating(-scale), gradPrediction);
        }

        return sum;
    }

    private static double Value(ReadOnlyTensorView<T> probabilities, Targets<T> targets)
    {
        double sum = 0;
        for (int row = 0; row < probabilities.Rows; row++)
        {
            ReadOnlySpan<T> p = probabilities.Row(row);
            if (targets.AreClasses)
            {
                sum -= double.CreateTruncating(T.Log(p[targets.Classes[row]]));
                continue;
            }

            ReadOnlySpan<T> y = targets.Values.Row(row);
            for (int j = 0; j < y.Length; j++)
            {
                sum -= T.IsZero(y[j]) && !T.IsNaN(p[j]) ? 0 : double.CreateTruncating(y[j] * T.Log(p[j]));
            }
        }

        return sum;
    }

    private static void Gradient(ReadOnlyTensorView<T> probabilities, Targets<T> targets, T scale, TensorView<T> gradProbabilities)
    {
        for (int row = 0; row < probabilities.Rows; row++)
        {
            ReadOnlySpan<T> p = probabilities.Row(row);
            Span<T> gradient = gradProbabilities.Row(row);
            if (targets.AreClasses)
            {
                int target = targets.Classes[row];
                T value = scale / p[target];
                gradient.Clear();
                gradient[target] = value;
                continue;
            }

            ReadOnlySpan<T> y = targets.Values.Row(row);
            for (int j = 0; j < y.Length; j++)
            {
                gradient[j] = T.IsZero(y[j]) && !T.IsNaN(p[j]) ? T.Zero : scale * y[j] / p[j];
            }
        }
    }
}
