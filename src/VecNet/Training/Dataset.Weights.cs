using System.Numerics;

namespace VecNet;

/// <content>The weights of rows.</content>
public sealed partial class Dataset<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private double[]? weights;

    /// <summary>
    /// The weight of each target's row: a row of weight w counts like w equal rows. Null, the default, if all rows count the same. Where
    /// the targets are those of sequences, each sequence has a weight.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A <see cref="Trainer{T}"/> divides the weighted sum of a mini-batch's losses by the number of its rows times the mean weight of all
    /// rows, so that the effect of a row in an epoch is proportional to its weight, whichever rows are in its mini-batch. Losses,
    /// accuracies and other metrics are divided by the sum of the weights. A row of weight 0 has no effect on the loss and the metrics; it
    /// still takes a place in its mini-batch.
    /// </para>
    /// <para>
    /// Layers do not know the weights: the batch statistics of <see cref="BatchNorm{T}"/> are those of the rows without weights.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The number of weights is not that of the targets, a weight is negative or not finite, or all of them are 0.
    /// </exception>
    public IReadOnlyList<double>? Weights
    {
        get => weights is null ? null : Array.AsReadOnly(weights);
        init
        {
            weights = value is null ? null : [.. value];
            if (weights is not null)
            {
                SampleWeights.Check(weights, Targets.Rows, nameof(Weights));
            }
        }
    }

    /// <summary>The weights of all targets; empty if there are none.</summary>
    internal ReadOnlySpan<double> RowWeights => weights;

    /// <summary>
    /// The weights of the targets of <paramref name="count"/> samples from <paramref name="start"/> on; empty if there are none.
    /// </summary>
    internal ReadOnlySpan<double> WeightsOf(int start, int count) => weights is null
        ? default
        : weights.AsSpan(TargetOf(start)..TargetOf(start + count));
}
