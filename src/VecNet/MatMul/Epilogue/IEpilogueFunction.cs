using System.Numerics;

namespace VecNet;

/// <summary>What code outside of this folder does to each finished block of C: an activation, an optimizer's step.</summary>
internal interface IEpilogueFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads or changes the block. Threads call it at once, each with blocks of its own.</summary>
    void Invoke(in FinishedBlock<T> block);
}
