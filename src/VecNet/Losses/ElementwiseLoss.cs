using System.Numerics;

namespace VecNet;

/// <summary>What losses that take every element by itself have in common.</summary>
internal static class ElementwiseLoss
{
    /// <summary>The value, and the gradient times <paramref name="gradLoss"/> where <paramref name="gradPrediction"/> is not empty; a mean is over all elements.</summary>
    /// <inheritdoc cref="Run{T, TKernel}(string, ReadOnlyTensorView{T}, Targets{T}, ReadOnlySpan{T}, TKernel, double, T, TensorView{T})"/>
    internal static T Run<T, TKernel>(
        string name,
        ReadOnlyTensorView<T> prediction,
        Targets<T> targets,
        ReadOnlySpan<T> weights,
        TKernel kernel,
        Reduction reduction,
        T gradLoss,
        TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, ILossKernel<T> =>
        Run(name, prediction, targets, weights, kernel, reduction == Reduction.Mean ? prediction.Length : 1.0, gradLoss, gradPrediction);

    /// <summary>The sum over <paramref name="count"/>, and the gradient times <paramref name="gradLoss"/> where <paramref name="gradPrediction"/> is not empty.</summary>
    /// <param name="name">Of the loss, for messages.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">Values of the same shape.</param>
    /// <param name="weights">One for each column; or empty.</param>
    /// <param name="kernel">The loss of one element.</param>
    /// <param name="count">What the sum is divided by.</param>
    /// <param name="gradLoss">∂L'/∂L.</param>
    /// <param name="gradPrediction">Overwritten; may be prediction or targets; or empty.</param>
    internal static T Run<T, TKernel>(
        string name,
        ReadOnlyTensorView<T> prediction,
        Targets<T> targets,
        ReadOnlySpan<T> weights,
        TKernel kernel,
        double count,
        T gradLoss,
        TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, ILossKernel<T>
    {
        ElementType.Check<T>();
        targets.CheckValues(name);
        targets.Check(prediction);
        if (!gradPrediction.IsEmpty)
        {
            Shape.CheckSame(prediction, gradPrediction);
        }

        if (!weights.IsEmpty)
        {
            Shape.Check<T>(weights, 1, prediction.Columns);
            Overlap.CheckApart(weights, gradPrediction);
        }

        Overlap.CheckInPlaceOrApart(prediction, gradPrediction);
        targets.CheckInPlaceOrApart(gradPrediction);
        T scale = gradLoss / T.CreateTruncating(count);
        double sum = prediction.IsEmpty ? 0 : LossKernels.Run(prediction, targets.Values, weights, gradPrediction, scale, kernel);
        return T.CreateTruncating(sum / count);
    }

    /// <exception cref="ArgumentOutOfRangeException">It is neither mean nor sum.</exception>
    internal static void Check(Reduction reduction)
    {
        if (!Enum.IsDefined(reduction))
        {
            throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "Unknown reduction.");
        }
    }
}
