namespace VecNet;

/// <summary>The process-wide limit on the threads that VecNet uses.</summary>
/// <remarks>
/// A call works on its caller's thread alone unless it is given a budget of more (a parameter named <c>threads</c>). Whatever the budget,
/// results have the same bits.
/// </remarks>
public static class Parallelism
{
    private static int maxThreads = Environment.ProcessorCount;

    /// <summary>
    /// The most threads that a call may use, the caller's among them, whatever its own budget says; at first the number of processors.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public static int MaxThreads
    {
        get => Volatile.Read(ref maxThreads);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            Volatile.Write(ref maxThreads, value);
        }
    }
}
