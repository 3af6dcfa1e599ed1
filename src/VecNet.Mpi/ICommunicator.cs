namespace VecNet.Mpi;

/// <summary>The connection of a rank, which is one of several processes, to the other ranks. It moves bytes and computes nothing.</summary>
/// <remarks>
/// <para>
/// <see cref="MpiCommunicator"/> connects processes, <see cref="InProcessCommunicator"/> connects threads of a process. A communicator is
/// used by one thread at a time.
/// </para>
/// <para>Messages between two ranks arrive in the order in which they were sent.</para>
/// <code>
/// ICommunicator communicator = MpiCommunicator.Open();
/// byte[] message = [1, 2, 3];
/// communicator.Broadcast(message);
/// </code>
/// </remarks>
public interface ICommunicator : IDisposable
{
    /// <summary>The number of this rank, from 0.</summary>
    int Rank { get; }

    /// <summary>The number of ranks.</summary>
    int Size { get; }

    /// <summary>Sends a message; it may return before the message has been received.</summary>
    /// <param name="message">The message, which may be empty.</param>
    /// <param name="to">The rank that receives it.</param>
    /// <exception cref="CommunicationException">The other rank has ended, or has not answered within the time limit.</exception>
    void Send(ReadOnlySpan<byte> message, int to);

    /// <summary>Receives the next message from a rank, which must have the given length.</summary>
    /// <param name="message">Receives the message.</param>
    /// <param name="from">The rank that sends it.</param>
    /// <exception cref="CommunicationException">
    /// The other rank has ended, or has not answered within the time limit, or the message has another length.
    /// </exception>
    void Receive(Span<byte> message, int from);

    /// <summary>
    /// Sends a message and receives one at the same time, so that ranks can exchange messages without waiting in a circle.
    /// </summary>
    /// <param name="sent">The message to send.</param>
    /// <param name="to">The rank that receives it.</param>
    /// <param name="received">Receives the other message.</param>
    /// <param name="from">The rank that sends it.</param>
    /// <exception cref="CommunicationException">As for <see cref="Send"/> and <see cref="Receive"/>.</exception>
    void Exchange(ReadOnlySpan<byte> sent, int to, Span<byte> received, int from);

    /// <summary>Ends the work of all ranks, because this one cannot continue.</summary>
    /// <param name="reason">The reason, a sentence that the other ranks or the console show.</param>
    void Abort(string reason);
}
