namespace VecNet;

/// <summary>A layer whose passes compute matrix products, which a profiler counts.</summary>
internal interface IProductLayer
{
    /// <summary>The number of additions and multiplications of the matrix products of a pass over so many rows.</summary>
    long CountFlops(long rows, int inputFeatures, SequenceOffsets sequences, bool isBackward);
}
