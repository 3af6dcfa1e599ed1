namespace VecNet;

/// <summary>The reduction of the losses of a batch to one number.</summary>
public enum Reduction
{
    /// <summary>
    /// The mean over elements, or over rows that are not ignored, depending on the loss. The mean over nothing is NaN, as in PyTorch.
    /// </summary>
    Mean,

    /// <summary>The sum. The sum over nothing is 0.</summary>
    Sum,
}
