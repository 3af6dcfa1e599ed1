namespace VecNet;

/// <summary>The unit for which a matrix in a workspace has a row.</summary>
public enum Extent
{
    /// <summary>Each row of the layer's input.</summary>
    PerRow,

    /// <summary>Each sequence of the batch.</summary>
    PerSequence,

    /// <summary>Each thread that a pass may use.</summary>
    PerThread,

    /// <summary>A single row for every batch.</summary>
    Fixed,
}
