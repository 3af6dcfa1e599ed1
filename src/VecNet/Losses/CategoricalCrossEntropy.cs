using System.Numerics;

namespace VecNet;

/// <summary>Cross-entropy of probabilities: −Σ y·log p, averaged over the rows, or summed.</summary>
/// <remarks>
/// For logits use <see cref="SoftmaxCrossEntropy"/>, which is faster and right where a probability underflows to 0.
/// </remarks>
public static class CategoricalCrossEntropy
{
    /// <summary>L = −(1/batch) Σᵢ Σⱼ yᵢⱼ log pᵢⱼ; for class indices, −(1/batch) Σᵢ log p of row i's class. Or the sum. No row: a mean of NaN, as in PyTorch.</summary>
    /// <remarks>A target of 0 contributes 0 even where p = 0; a target above 0 there gives ∞.</remarks>
    /// <param name="probabilities">p, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="reduction">The mean over the rows, or the sum.</param>
    /// <exception cref="ArgumentException">The shapes differ, or a class index is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public static T Forward<T>(ReadOnlyTensorView<T> probabilities, Targets<T> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ElementwiseLoss.Check(reduction);
        targets.Check(probabilities);
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

        return T.CreateTruncating(sum / (reduction == Reduction.Mean ? probabilities.Rows : 1));
    }

    /// <inheritdoc cref="Forward{T}(ReadOnlyTensorView{T}, Targets{T}, Reduction)"/>
    public static T Forward<T>(TensorView<T> probabilities, Targets<T> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(probabilities.AsReadOnly(), targets, reduction);

    /// <summary>∂L/∂p = −y / (p · batch); 0 where y = 0.</summary>
    /// <remarks>
    /// L = −(1/batch) Σ_i Σ_j y_ij log p_ij. Each p_ij occurs in one term only, and d(log p)/dp = 1/p:
    /// ∂L/∂p_ij = −y_ij / (p_ij · batch). For class indices y is 1 at the class of the row and 0 elsewhere.
    /// Where y = 0 the term is constantly 0, so its derivative is 0, at p = 0 too. At p = 0 &lt; y it is −∞.
    /// The p_ij are taken as free: that they sum to 1 is softmax's business, whose backward follows.
    /// </remarks>
    /// <param name="probabilities">p, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="gradProbabilities">∂L/∂p, of the same shape, overwritten; may be the probabilities themselves.</param>
    /// <exception cref="ArgumentException">The shapes differ, a class index is out of range, or views share elements at different places; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> probabilities, Targets<T> targets, TensorView<T> gradProbabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward(probabilities, targets, T.One, gradProbabilities);

    /// <summary>∂L'/∂p = −∂L'/∂L · y / (p · batch), where the loss itself is the input of something else; without the division for a sum.</summary>
    /// <param name="probabilities">p, batch × classes.</param>
    /// <param name="targets">y: class indices, or a distribution for each row.</param>
    /// <param name="gradLoss">∂L'/∂L, the gradient that arrives from above.</param>
    /// <param name="gradProbabilities">∂L'/∂p, of the same shape, overwritten; may be the probabilities themselves.</param>
    /// <param name="reduction">The mean over the rows, or the sum.</param>
    /// <exception cref="ArgumentException">The shapes differ, a class index is out of range, or views share elements at different places; nothing has been written.</exception>
    public static void Backward<T>(ReadOnlyTensorView<T> probabilities, Targets<T> targets, T gradLoss, TensorView<T> gradProbabilities, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ElementwiseLoss.Check(reduction);
        targets.Check(probabilities);
        Shape.CheckSame(probabilities, gradProbabilities);
        Overlap.CheckInPlaceOrApart(probabilities, gradProbabilities);
        targets.CheckInPlaceOrApart(gradProbabilities);
        T scale = reduction == Reduction.Mean ? -gradLoss / T.CreateTruncating(probabilities.Rows) : -gradLoss;
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

    /// <summary>The value, and the gradient where <paramref name="gradProbabilities"/> is not empty: what a <see cref="LossFunction{T}"/> is.</summary>
    /// <inheritdoc cref="Backward{T}(ReadOnlyTensorView{T}, Targets{T}, TensorView{T})"/>
    public static T ForwardBackward<T>(ReadOnlyTensorView<T> probabilities, Targets<T> targets, TensorView<T> gradProbabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(probabilities, targets, Reduction.Mean, gradProbabilities);

    internal static T Run<T>(ReadOnlyTensorView<T> probabilities, Targets<T> targets, Reduction reduction, TensorView<T> gradProbabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T loss = Forward(probabilities, targets, reduction);
        if (!gradProbabilities.IsEmpty)
        {
            Backward(probabilities, targets, T.One, gradProbabilities, reduction);
        }

        return loss;
    }
}

/// <summary><see cref="CategoricalCrossEntropy"/> with a reduction, for a trainer: <c>new CategoricalCrossEntropyLoss&lt;float&gt;(Reduction.Sum).ForwardBackward</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CategoricalCrossEntropyLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>With the given reduction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The reduction is unknown.</exception>
    public CategoricalCrossEntropyLoss(Reduction reduction = Reduction.Mean)
    {
        ElementwiseLoss.Check(reduction);
        Reduction = reduction;
    }

    /// <summary>The mean over the rows, or the sum.</summary>
    public Reduction Reduction { get; }

    /// <summary>The value, and its gradient where <paramref name="gradProbabilities"/> is not empty.</summary>
    /// <inheritdoc cref="CategoricalCrossEntropy.ForwardBackward"/>
    public T ForwardBackward(ReadOnlyTensorView<T> probabilities, Targets<T> targets, TensorView<T> gradProbabilities) =>
        CategoricalCrossEntropy.Run(probabilities, targets, Reduction, gradProbabilities);
}
