namespace VecNet.Mpi;

/// <summary>The exception that is thrown when ranks cannot communicate, or when another rank has failed.</summary>
/// <remarks>
/// <code>
/// catch (CommunicationException error) when (error.Rank is { } rank)
/// {
///     Console.Error.WriteLine($"Rank {rank}: {error.Message}");
/// }
/// </code>
/// </remarks>
public sealed class CommunicationException : Exception
{
    /// <summary>Creates an exception.</summary>
    public CommunicationException()
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public CommunicationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and the exception that it comes from.</summary>
    public CommunicationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception about a rank.</summary>
    public CommunicationException(string message, int rank)
        : base(message) => Rank = rank;

    /// <summary>The rank that has failed or does not answer; null if that is not known.</summary>
    public int? Rank { get; }
}
