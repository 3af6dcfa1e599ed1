using System.Numerics;

namespace VecNet;

/// <summary>Computes the value and the gradient of a batch for every loss, according to its <see cref="ILoss{T}.Reduction"/>.</summary>
/// <remarks>
/// <para>
/// With Σ = <see cref="ILoss{T}.Sum"/> and N = <see cref="ILoss{T}.GetWeight"/> a mean is L = Σ/N, and ∂L/∂prediction = (1/N) ·
/// ∂Σ/∂prediction, since N does not depend on the prediction. For a sum N is 1.
/// </para>
/// <para>
/// Where all rows are ignored, N = 0, a mean is NaN and its gradient is 0 for any predictions, so that a step does not change parameters
/// through the loss.
/// </para>
/// <para>
/// Rows may have weights w. A row of weight w counts like w equal rows: with lᵢ and nᵢ, the sum and the weight of row i alone, a mean is
/// L = Σᵢ wᵢ lᵢ / Σᵢ wᵢ nᵢ, as PyTorch's weighted means are, and a sum is Σᵢ wᵢ lᵢ. A row of weight 0 has no effect whatever its
/// predictions are, and its gradient is 0. With weights of 1 the result is the same, bit for bit, as without weights.
/// </para>
/// <code>
/// double[] weights = [1, 1, 3];
/// float loss = new SoftmaxCrossEntropy&lt;float&gt;().Forward(logits, classes, weights);
/// </code>
/// </remarks>
public static class LossExtensions
{
    /// <summary>L: the mean Σ/N, or the sum Σ. A mean over nothing is NaN.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <exception cref="ArgumentException">The shapes or the targets do not fit.</exception>
    public static T Forward<T>(this ILoss<T> loss, ReadOnlyTensorView<T> prediction, Targets<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(loss, prediction, targets, default, T.One, default);

    /// <summary>L of rows that have weights.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="weights">The weight of each row, finite and at least 0.</param>
    /// <exception cref="ArgumentException">The shapes, the targets or the number of weights do not fit, or a weight is out of
    /// range.</exception>
    public static T Forward<T>(
        this ILoss<T> loss, ReadOnlyTensorView<T> prediction, Targets<T> targets, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        WeightedRows.Check(weights, prediction.Rows, nameof(weights));
        return Run(loss, prediction, targets, weights, T.One, default);
    }

    /// <summary>∂L/∂prediction.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="gradPrediction">∂L/∂prediction, of the prediction's shape, overwritten; each loss documents what it may share elements
    /// with.</param>
    /// <exception cref="ArgumentException">
    /// The shapes or the targets do not fit, or views share elements that must not be shared; nothing has been written.
    /// </exception>
    public static void Backward<T>(this ILoss<T> loss, ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Backward(loss, prediction, targets, T.One, gradPrediction);

    /// <summary>∂L'/∂prediction = ∂L'/∂L · ∂L/∂prediction, where L' is a function of the loss.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="gradLoss">∂L'/∂L, the upstream gradient.</param>
    /// <param name="gradPrediction">∂L'/∂prediction, of the prediction's shape, overwritten; each loss documents what it may share elements
    /// with.</param>
    /// <exception cref="ArgumentException">
    /// The shapes or the targets do not fit, or views share elements that must not be shared; nothing has been written.
    /// </exception>
    public static void Backward<T>(
        this ILoss<T> loss, ReadOnlyTensorView<T> prediction, Targets<T> targets, T gradLoss, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.CheckSame(prediction, gradPrediction);
        Run(loss, prediction, targets, default, gradLoss, gradPrediction);
    }

    /// <summary>L, and ∂L/∂prediction where <paramref name="gradPrediction"/> is not empty, in one pass where the loss can.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="gradPrediction">
    /// ∂L/∂prediction, of the prediction's shape, overwritten; each loss documents what it may share elements with; or empty.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The shapes or the targets do not fit, or views share elements that must not be shared; nothing has been written.
    /// </exception>
    public static T ForwardBackward<T>(
        this ILoss<T> loss, ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!gradPrediction.IsEmpty)
        {
            Shape.CheckSame(prediction, gradPrediction);
        }

        return Run(loss, prediction, targets, default, T.One, gradPrediction);
    }

    /// <summary>L of rows that have weights, and ∂L/∂prediction where <paramref name="gradPrediction"/> is not empty.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="weights">The weight of each row, finite and at least 0.</param>
    /// <param name="gradPrediction">
    /// ∂L/∂prediction, of the prediction's shape, overwritten; each loss documents what it may share elements with; or empty.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The shapes, the targets or the number of weights do not fit, a weight is out of range, or views share elements that must not be
    /// shared; nothing has been written.
    /// </exception>
    public static T ForwardBackward<T>(
        this ILoss<T> loss,
        ReadOnlyTensorView<T> prediction,
        Targets<T> targets,
        ReadOnlySpan<double> weights,
        TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!gradPrediction.IsEmpty)
        {
            Shape.CheckSame(prediction, gradPrediction);
        }

        WeightedRows.Check(weights, prediction.Rows, nameof(weights));
        return Run(loss, prediction, targets, weights, T.One, gradPrediction);
    }

    private static T Run<T>(
        ILoss<T> loss,
        in ReadOnlyTensorView<T> prediction,
        in Targets<T> targets,
        ReadOnlySpan<double> weights,
        T gradLoss,
        in TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ArgumentNullException.ThrowIfNull(loss);
        if (!weights.IsEmpty)
        {
            targets.Check(prediction, loss.IgnoredClass);
        }

        var total = default(LossTotal);
        double weight = WeightedRows.GetWeight(loss, targets, weights);
        total.Add(loss, prediction, targets, weights, weight, weightOfAll: weight, double.CreateTruncating(gradLoss), gradPrediction);
        return T.CreateTruncating(total.Value(loss.Reduction));
    }
}
