using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The sum of a loss over rows of different weights, and its divisor: a row of weight w counts like w equal rows.</summary>
/// <remarks>
/// A loss is a sum over rows, so that the weighted sum is that of each row times its weight. Neighboring rows of equal weight are computed
/// at once: where all weights are 1, everything is computed as without weights, bit for bit. Rows of weight 0 are not computed at all, so
/// that NaN among their predictions has no effect; their gradient is 0.
/// </remarks>
internal static class WeightedRows
{
    /// <summary>Σᵢ wᵢ nᵢ, where nᵢ is what row i adds to the loss's own divisor; the latter without weights.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="weights">w, one for each row; or empty.</param>
    internal static double GetWeight<T>(ILoss<T> loss, in Targets<T> targets, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights.IsEmpty)
        {
            return loss.GetWeight(targets);
        }

        Debug.Assert(weights.Length == targets.Rows, "Each row has a weight.");
        double sum = 0;
        for (int start = 0; start < weights.Length;)
        {
            int count = CountEqual(weights[start..]);
            sum += weights[start] == 0 ? 0 : weights[start] * loss.GetWeight(targets.Slice(start, count));
            start += count;
        }

        return sum;
    }

    /// <summary>Σᵢ wᵢ lᵢ, and its gradient times a scale; the caller has checked that the targets fit the predictions.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="weights">w, one for each row; or empty.</param>
    /// <param name="scale">The factor of the gradient.</param>
    /// <param name="gradPrediction">The gradient, overwritten; or empty.</param>
    internal static double Sum<T>(
        ILoss<T> loss,
        in ReadOnlyTensorView<T> prediction,
        in Targets<T> targets,
        ReadOnlySpan<double> weights,
        double scale,
        in TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return weights.IsEmpty
            ? loss.Sum(prediction, targets, scale, gradPrediction)
            : SumByWeight(loss, prediction, targets, weights, scale, gradPrediction);
    }

    /// <remarks>The method is not inlined: it would enlarge the frame of losses without weights, which costs small batches time.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double SumByWeight<T>(
        ILoss<T> loss,
        in ReadOnlyTensorView<T> prediction,
        in Targets<T> targets,
        ReadOnlySpan<double> weights,
        double scale,
        in TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool hasGradient = !gradPrediction.IsEmpty;
        if (hasGradient)
        {
            Shape.CheckSame(prediction, gradPrediction);
            Overlap.CheckSameOrDisjoint(prediction, gradPrediction);
            targets.CheckSameOrDisjoint(gradPrediction);
        }

        double sum = 0;
        for (int start = 0; start < weights.Length;)
        {
            int count = CountEqual(weights[start..]);
            if (weights[start] != 0)
            {
                sum += weights[start] * loss.Sum(
                    prediction.SliceRows(start, count),
                    targets.Slice(start, count),
                    scale * weights[start],
                    hasGradient ? gradPrediction.SliceRows(start, count) : default);
            }

            start += count;
        }

        // This comes last: the gradient may overwrite the predictions, and a loss that does not allow that has thrown by now.
        for (int row = 0; row < weights.Length && hasGradient; row++)
        {
            if (weights[row] == 0)
            {
                gradPrediction.Row(row).Clear();
            }
        }

        return sum;
    }

    /// <summary>Throws unless there is a weight for each row, finite and at least 0.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="name">The name of the caller's parameter.</param>
    internal static void Check(ReadOnlySpan<double> weights, int rows, string name)
    {
        if (weights.Length != rows)
        {
            throw new ArgumentException($"There are {weights.Length} weights for {rows} rows.", name);
        }

        for (int row = 0; row < rows; row++)
        {
            if (!(weights[row] >= 0 && double.IsFinite(weights[row])))
            {
                throw new ArgumentException($"The weight of row {row} is {weights[row]}; weights must be finite and at least 0.", name);
            }
        }
    }

    /// <summary>The number of equal weights at the beginning.</summary>
    private static int CountEqual(ReadOnlySpan<double> weights)
    {
        int different = weights.IndexOfAnyExcept(weights[0]);
        return different < 0 ? weights.Length : different;
    }
}
