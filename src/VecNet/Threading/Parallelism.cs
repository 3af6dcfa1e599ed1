namespace VecNet;

/// <summary>The process-wide limit on the threads that VecNet uses.</summary>
/// <remarks>
/// Calls are single-threaded unless a parameter named <c>threads</c> allows more. Results have the same bits for any number of threads.
/// </remarks>
public static class Parallelism
{
    private static int maxThreads = Environment.ProcessorCount;

    /// <summary>
    /// The maximum number of threads per call, including the caller's, even if the call asks for more; the number of processors by default.
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
