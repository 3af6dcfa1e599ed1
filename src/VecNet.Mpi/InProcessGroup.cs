namespace VecNet.Mpi;

/// <summary>What the ranks of a process share: a place for one message from each rank to each other one.</summary>
internal sealed class InProcessGroup
{
    private readonly Place[] places;
    private readonly bool[] left;

    /// <summary>The rank that each rank waits for; −1 if it does not wait.</summary>
    private readonly int[] waitsFor;
    private readonly TimeSpan limit;
    private volatile CommunicationException? failure;

    internal InProcessGroup(int size, TimeSpan limit)
    {
        Size = size;
        this.limit = limit;
        left = new bool[size];
        waitsFor = [.. Enumerable.Repeat(-1, size)];
        places = [.. Enumerable.Range(0, size * size).Select(_ => new Place())];
    }

    /// <summary>The number of ranks.</summary>
    internal int Size { get; }

    /// <summary>Throws unless a number is that of another rank.</summary>
    internal void CheckOther(int rank, int other, string name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)other, (uint)Size, name);
        ArgumentOutOfRangeException.ThrowIfEqual(other, rank, name);
    }

    /// <summary>Copies a message to its place, once the one before has been taken.</summary>
    internal void Put(ReadOnlySpan<byte> message, int from, int to)
    {
        Place place = places[(from * Size) + to];
        lock (place)
        {
            Wait(place, isFull: false, waiting: from, other: to);
            if (place.Bytes.Length < message.Length)
            {
                place.Bytes = new byte[message.Length];
            }

            message.CopyTo(place.Bytes);
            place.Length = message.Length;
            Monitor.PulseAll(place);
        }
    }

    /// <summary>Copies a message from its place, once there is one.</summary>
    internal void Take(Span<byte> message, int from, int to)
    {
        Place place = places[(from * Size) + to];
        lock (place)
        {
            Wait(place, isFull: true, waiting: to, other: from);
            if (place.Length != message.Length)
            {
                throw new CommunicationException(
                    $"Rank {from} has sent a message of {place.Length} bytes; rank {to} expects {message.Length}.", from);
            }

            place.Bytes.AsSpan(0, message.Length).CopyTo(message);
            place.Length = null;
            Monitor.PulseAll(place);
        }
    }

    /// <summary>Lets all ranks that wait, now or later, throw.</summary>
    internal void Fail(int rank, string reason)
    {
        failure ??= new CommunicationException($"Rank {rank} has failed: {reason}", rank);
        WakeAll();
    }

    /// <summary>Lets ranks throw that wait, now or later, for a message of this rank that it has not sent.</summary>
    internal void Leave(int rank)
    {
        Volatile.Write(ref left[rank], true);
        WakeAll();
    }

    private void Wait(Place place, bool isFull, int waiting, int other)
    {
        var timeLimit = TimeLimit.Begin(limit);
        Volatile.Write(ref waitsFor[waiting], other);
        while (place.Length.HasValue != isFull)
        {
            if (failure is { } failed)
            {
                throw new CommunicationException(failed.Message, failed.Rank!.Value);
            }

            if (Volatile.Read(ref left[other]))
            {
                throw new CommunicationException($"Rank {other} has ended, and rank {waiting} waits for it.", other);
            }

            TimeSpan rest = timeLimit.Left;
            if (rest <= TimeSpan.Zero || !Monitor.Wait(place, rest))
            {
                throw TimeLimit.Exceeded(waiting, TimeLimit.FindSilent(waitsFor, other), limit);
            }
        }

        Volatile.Write(ref waitsFor[waiting], -1);
    }

    private void WakeAll()
    {
        foreach (Place place in places)
        {
            lock (place)
            {
                Monitor.PulseAll(place);
            }
        }
    }

    /// <summary>The place of a message from one rank to another.</summary>
    private sealed class Place
    {
        internal byte[] Bytes = [];

        /// <summary>The length of the message; null if there is none.</summary>
        internal int? Length;
    }
}
