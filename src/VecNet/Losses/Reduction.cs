namespace VecNet;

/// <summary>How the losses of a batch become one number.</summary>
public enum Reduction
{
    /// <summary>Their mean: over elements, or over rows that count, as each loss says. Of nothing it is NaN, as in PyTorch.</summary>
    Mean,

    /// <summary>Their sum. Of nothing it is 0.</summary>
    Sum,
}
