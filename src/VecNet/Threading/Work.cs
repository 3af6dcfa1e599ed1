namespace VecNet;

/// <summary>Work that consists of independent parts, which any thread may do in any order.</summary>
internal abstract class Work
{
    /// <summary>Does one part.</summary>
    internal abstract void Run(int part);
}
