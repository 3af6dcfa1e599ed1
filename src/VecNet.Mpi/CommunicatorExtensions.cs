using System.Runtime.InteropServices;

namespace VecNet.Mpi;

/// <summary>Operations of all ranks together, made of messages between two.</summary>
/// <remarks>
/// <code>
/// communicator.Broadcast(message);   // the bytes of rank 0
/// communicator.Barrier();
/// </code>
/// </remarks>
public static class CommunicatorExtensions
{
    /// <summary>The most elements of one message of <see cref="ExchangeAll"/>: 2²⁵ numbers are at most 256 MB.</summary>
    private const int LongestPart = 1 << 25;

    /// <summary>Waits until all ranks have called this.</summary>
    /// <exception cref="CommunicationException">A rank has ended, or has not answered within the time limit.</exception>
    public static void Barrier(this ICommunicator communicator)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        (int rank, int size) = (communicator.Rank, communicator.Size);

        // After the step of distance d, a rank knows of 2d ranks, counted backward from itself, that they have come here.
        for (long distance = 1; distance < size; distance *= 2)
        {
            int to = (int)((rank + distance) % size);
            int from = (int)((rank - distance + size) % size);
            communicator.Exchange(default, to, default, from);
        }
    }

    /// <summary>Gives all ranks the bytes of one of them.</summary>
    /// <param name="communicator">The communicator.</param>
    /// <param name="bytes">The bytes, of the same length on all ranks; they are read on the root and written on the others.</param>
    /// <param name="root">The rank that has the bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    /// <exception cref="CommunicationException">A rank has ended, or has not answered within the time limit.</exception>
    public static void Broadcast(this ICommunicator communicator, Span<byte> bytes, int root = 0)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        int size = communicator.Size;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)root, (uint)size, nameof(root));

        // With the root as 0, rank r has the bytes from r without its highest bit, and sends them to r with each higher bit set.
        int rank = (communicator.Rank - root + size) % size;
        int highest = rank == 0 ? 0 : 1 << int.Log2(rank);
        if (rank > 0)
        {
            communicator.Receive(bytes, (rank - highest + root) % size);
        }

        for (long bit = int.Max(1, 2 * highest); rank + bit < size; bit *= 2)
        {
            communicator.Send(bytes, (int)((rank + bit + root) % size));
        }
    }

    /// <summary>Sends numbers to a rank and receives some from another, in parts if there are many.</summary>
    internal static void ExchangeAll<T>(
        this ICommunicator communicator, ReadOnlySpan<T> sent, int to, Span<T> received, int from)
        where T : unmanaged
    {
        while (sent.Length > 0 || received.Length > 0)
        {
            ReadOnlySpan<T> next = sent[..int.Min(sent.Length, LongestPart)];
            Span<T> coming = received[..int.Min(received.Length, LongestPart)];
            if (coming.IsEmpty)
            {
                communicator.Send(MemoryMarshal.AsBytes(next), to);
            }
            else if (next.IsEmpty)
            {
                communicator.Receive(MemoryMarshal.AsBytes(coming), from);
            }
            else
            {
                communicator.Exchange(MemoryMarshal.AsBytes(next), to, MemoryMarshal.AsBytes(coming), from);
            }

            sent = sent[next.Length..];
            received = received[coming.Length..];
        }
    }

    /// <summary>
    /// Gives all ranks the parts of all: part r of the elements, from <c>starts[r]</c> to <c>starts[r + 1]</c>, is read on rank r and
    /// written on the others.
    /// </summary>
    internal static void GatherAll<T>(this ICommunicator communicator, Span<T> elements, ReadOnlySpan<int> starts)
        where T : unmanaged
    {
        (int rank, int size) = (communicator.Rank, communicator.Size);
        for (int distance = 1; distance < size; distance++)
        {
            int to = (rank + distance) % size;
            int from = (rank - distance + size) % size;
            communicator.ExchangeAll<T>(elements[starts[rank]..starts[rank + 1]], to, elements[starts[from]..starts[from + 1]], from);
        }
    }
}
