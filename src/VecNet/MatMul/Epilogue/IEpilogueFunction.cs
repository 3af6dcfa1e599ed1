using System.Numerics;

namespace VecNet;

/// <summary>
/// A function of code outside of this folder that each finished block of C passes through: an activation, an optimizer step.
/// </summary>
internal interface IEpilogueFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads or changes the block. Several threads may call it at the same time, with different blocks.</summary>
    void Invoke(in FinishedBlock<T> block);
}
