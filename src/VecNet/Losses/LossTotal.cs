using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>Totals of a loss and its weight in double precision; nothing else divides a loss by its weight.</summary>
internal struct LossTotal
{
    /// <summary>The sums so far.</summary>
    internal double Sum;

    /// <summary>The weights so far.</summary>
    internal double Weight;

    /// <summary>The number of rows so far whose class is not ignored, or the sum of their weights if rows have weights.</summary>
    internal double Rows;

    /// <summary>The number, or sum of weights, of those whose class was predicted correctly.</summary>
    internal double Right;

    /// <summary>The share of rows whose class was predicted correctly; null if there is none.</summary>
    internal readonly double? Accuracy => Rows == 0 ? null : Right / Rows;

    /// <summary>The value of everything added: for a mean sum/weight, or NaN where all rows are ignored.</summary>
    internal readonly double Value(Reduction reduction) => reduction == Reduction.Sum ? Sum : Weight == 0 ? double.NaN : Sum / Weight;

    /// <summary>Adds another total.</summary>
    internal void Add(in LossTotal other)
    {
        Sum += other.Sum;
        Weight += other.Weight;
        Rows += other.Rows;
        Right += other.Right;
    }

    /// <summary>Adds rows of a batch with the count of those whose class was predicted correctly.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Rows × outputs.</param>
    /// <param name="targets">The targets of the rows.</param>
    /// <param name="rowWeights">The weight of each row; or empty.</param>
    /// <param name="weightOfAll">The weight of all batches of the value.</param>
    /// <param name="gradPrediction">The gradient, overwritten; it is 0 where the value is a mean over ignored rows. Or empty.</param>
    internal void Add<T>(
        ILoss<T> loss,
        ReadOnlyTensorView<T> prediction,
        Targets<T> targets,
        ReadOnlySpan<double> rowWeights,
        double weightOfAll,
        TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double weight = WeightedRows.GetWeight(loss, targets, rowWeights);
        Add(loss, prediction, targets, rowWeights, weight, weightOfAll, gradLoss: 1, gradPrediction);
        for (int row = 0; row < targets.Classes.Length; row++)
        {
            if (targets.Classes[row] != loss.IgnoredClass)
            {
                double counted = rowWeights.IsEmpty ? 1 : rowWeights[row];
                Rows += counted;
                Right += TensorPrimitives.IndexOfMax(prediction.Row(row)) == targets.Classes[row] ? counted : 0;
            }
        }
    }

    /// <summary>Adds a batch, and computes the gradient of its term in a value of the given weight.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">The targets of the batch.</param>
    /// <param name="rowWeights">The weight of each row; or empty.</param>
    /// <param name="weight">The weight of the batch: see <see cref="WeightedRows.GetWeight"/>.</param>
    /// <param name="weightOfAll">The weight of all batches of the value.</param>
    /// <param name="gradLoss">The gradient by that value.</param>
    /// <param name="gradPrediction">The gradient, overwritten; it is 0 where the value is a mean over ignored rows. Or empty.</param>
    internal void Add<T>(
        ILoss<T> loss,
        in ReadOnlyTensorView<T> prediction,
        in Targets<T> targets,
        ReadOnlySpan<double> rowWeights,
        double weight,
        double weightOfAll,
        double gradLoss,
        in TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isMean = loss.Reduction != Reduction.Sum;
        bool isMeanOfNothing = isMean && weightOfAll == 0;
        double scale = !isMean ? gradLoss : isMeanOfNothing ? 0 : gradLoss / weightOfAll;
        Sum += WeightedRows.Sum(loss, prediction, targets, rowWeights, scale, gradPrediction);
        Weight += weight;
        if (isMeanOfNothing)
        {
            // Scaling by 0 is not enough: predictions that are infinite or NaN would give NaN.
            gradPrediction.Clear();
        }
    }
}
