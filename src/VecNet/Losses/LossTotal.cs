using System.Numerics;

namespace VecNet;

/// <summary>Sums and weights of a loss, added up in double precision: the one place where a loss is divided by its weight.</summary>
internal struct LossTotal
{
    /// <summary>The sums so far.</summary>
    internal double Sum { get; set; }

    /// <summary>The weights so far.</summary>
    internal double Weight { get; set; }

    /// <summary>The rows so far whose class counts.</summary>
    internal int Rows { get; set; }

    /// <summary>Those of them whose class was right.</summary>
    internal int Right { get; set; }

    /// <summary>The share of rows whose class was right; NaN if there is none.</summary>
    internal readonly double Accuracy => Rows == 0 ? double.NaN : (double)Right / Rows;

    /// <summary>The value of all that has been added: for a mean sum/weight, or NaN where nothing counts.</summary>
    internal readonly double Value(Reduction reduction) => reduction == Reduction.Sum ? Sum : Weight == 0 ? double.NaN : Sum / Weight;

    /// <summary>Adds what another total has.</summary>
    internal void Add(in LossTotal other)
    {
        Sum += other.Sum;
        Weight += other.Weight;
        Rows += other.Rows;
        Right += other.Right;
    }

    /// <summary>Adds a batch, whose gradient is that of its part in a value of the given weight.</summary>
    /// <param name="loss">Gives the sum.</param>
    /// <param name="prediction">Batch × outputs.</param>
    /// <param name="targets">Of the batch.</param>
    /// <param name="weight">Of the batch.</param>
    /// <param name="weightOfAll">The weight of all batches of which the value is made.</param>
    /// <param name="gradLoss">The gradient by that value.</param>
    /// <param name="gradPrediction">Overwritten: 0 where the value is a mean over nothing. Or empty.</param>
    internal void Add<T>(
        ILoss<T> loss,
        ReadOnlyTensorView<T> prediction,
        Targets<T> targets,
        double weight,
        double weightOfAll,
        double gradLoss,
        TensorView<T> gradPrediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isMean = loss.Reduction != Reduction.Sum;
        bool isMeanOfNothing = isMean && weightOfAll == 0;
        double scale = !isMean ? gradLoss : isMeanOfNothing ? 0 : gradLoss / weightOfAll;
        Sum += loss.Sum(prediction, targets, scale, gradPrediction);
        Weight += weight;
        if (isMeanOfNothing)
        {
            // Not only scaled by 0: predictions that are infinite or NaN would leave a NaN.
            gradPrediction.Clear();
        }
    }
}
