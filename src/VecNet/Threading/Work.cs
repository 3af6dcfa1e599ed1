namespace VecNet;

/// <summary>Work that is cut into parts which any thread may do, in any order.</summary>
internal abstract class Work
{
    /// <summary>Does one part. Parts must not depend on one another.</summary>
    internal abstract void Run(int part);
}
