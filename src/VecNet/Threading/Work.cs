namespace VecNet;

/// <summary>Work that consists of independent parts, which may run on any threads in any order.</summary>
internal abstract class Work
{
    /// <summary>Runs one part.</summary>
    internal abstract void Run(int part);
}
