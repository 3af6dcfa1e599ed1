using System.Numerics;

namespace VecNet;

/// <summary>The common code of losses that are sums over elements.</summary>
internal static class ElementwiseLoss
{
    /// <summary>
    /// Computes the sum, and the gradient times <paramref name="scale"/> where <paramref name="gradPrediction"/> is not empty.
    /// </summary>
    /// <param name="name">The name of the loss, for messages.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">Values of the same shape.</param>
    /// <param name="weights">The weight of each column; or empty.</param>
    /// <param name="kernel">The loss of one element.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <param name="gradPrediction">The gradient, overwritten; may be prediction or targets; or empty.</param>
    internal static double Sum<T, TKernel>(
        string name,
        ReadOnlyTensorView<T> prediction,
        Targets<T> targets,
        ReadOnlySpan<T> weights,
        TKernel kernel,
        double scale,
        TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, ILossKernel<T>
    {
        Check(name, prediction, targets, gradPrediction);
        CheckWeights(weights, prediction);
        return prediction.IsEmpty
            ? 0
            : LossLoop.Run(prediction, targets.Values, weights, gradPrediction, T.CreateTruncating(scale), kernel);
    }

    /// <summary>The number of elements.</summary>
    /// <exception cref="ArgumentException">The targets are class indices.</exception>
    internal static double GetWeight<T>(string name, Targets<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        targets.CheckValues(name);
        return (double)targets.Values.Rows * targets.Values.Columns;
    }

    /// <summary>
    /// Throws unless the targets are values of the prediction's shape, and the gradient, where it is not empty, has that shape too and is
    /// either of them or shares no elements with them.
    /// </summary>
    internal static void Check<T>(string name, ReadOnlyTensorView<T> prediction, Targets<T> targets, TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        targets.CheckValues(name);
        targets.Check(prediction);
        if (!gradPrediction.IsEmpty)
        {
            Shape.CheckSame(prediction, gradPrediction);
        }

        Overlap.CheckSameOrDisjoint(prediction, gradPrediction);
        targets.CheckSameOrDisjoint(gradPrediction);
    }

    /// <summary>Throws unless there is a weight for each column of the prediction, or none at all.</summary>
    internal static void CheckWeights<T>(ReadOnlySpan<T> weights, ReadOnlyTensorView<T> prediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!weights.IsEmpty && weights.Length != prediction.Columns)
        {
            throw new ArgumentException(
                $"The prediction has {prediction.Columns} columns; the loss was created with {weights.Length} weights.",
                nameof(prediction));
        }
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
