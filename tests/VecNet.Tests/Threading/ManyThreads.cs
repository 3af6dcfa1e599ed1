[assembly: AssemblyFixture(typeof(VecNet.Tests.ManyThreads))]

namespace VecNet.Tests;

/// <summary>
/// Lifts the limit on threads before the first test, so that a budget of 3 or 16 is one on a machine with few processors too.
/// </summary>
public sealed class ManyThreads
{
    public const int Limit = 16;

    public ManyThreads()
    {
        InitialLimit = Parallelism.MaxThreads;
        Parallelism.MaxThreads = Limit;
    }

    /// <summary>The limit as the process found it.</summary>
    public int InitialLimit { get; }
}
