namespace VecNet;

/// <summary>How <see cref="SequencePooling"/> makes one row of the rows of a sequence.</summary>
public enum PoolingMode
{
    /// <summary>The mean of the rows.</summary>
    Mean,

    /// <summary>The sum of the rows.</summary>
    Sum,

    /// <summary>The largest element of each column.</summary>
    Max,

    /// <summary>The first row, such as that of a classification token.</summary>
    First,

    /// <summary>The last row, which in a causal model has read all others.</summary>
    Last,
}
