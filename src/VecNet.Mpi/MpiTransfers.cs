using System.Diagnostics.CodeAnalysis;

namespace VecNet.Mpi;

/// <summary>The messages of a rank by MPI: each of them arrives within the time limit, or the processes of all ranks end.</summary>
/// <remarks>
/// MPI may read or write the memory of a message until its request is done. Therefore no error leaves these methods before that: the caller
/// would give up the memory.
/// </remarks>
/// <param name="library">The MPI.</param>
/// <param name="rank">This rank.</param>
/// <param name="limit">The longest time to wait for another rank.</param>
internal sealed unsafe class MpiTransfers(MpiLibrary library, int rank, TimeSpan limit)
{
    /// <summary>How long a rank that another one has failed waits for that one to report it and to end all ranks.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>MPI writes to the arrays of the report until the process ends.</summary>
    private SilenceReport? report;

    internal void Send(byte* message, int length, int to)
    {
        nint request = BeginSend(message, length, to);
        Wait(ref request, to, out _);
    }

    /// <exception cref="CommunicationException">The message is shorter.</exception>
    internal void Receive(byte* message, int length, int from)
    {
        nint request = BeginReceive(message, length, from);
        Wait(ref request, from, out int found);
        CheckLength(length, found, from);
    }

    /// <exception cref="CommunicationException">The received message is shorter.</exception>
    internal void Exchange(byte* sent, int sentLength, int to, byte* received, int receivedLength, int from)
    {
        nint receiving = BeginReceive(received, receivedLength, from);
        nint sending = BeginSend(sent, sentLength, to);
        Wait(ref receiving, from, out int found);
        Wait(ref sending, to, out _);
        CheckLength(receivedLength, found, from);
    }

    /// <summary>Writes one line to the error output, if that is possible, and ends the processes of all ranks.</summary>
    [DoesNotReturn]
    internal void End(string line)
    {
        try
        {
            ErrorOutput.Write(line);
        }
        catch (Exception)
        {
            // Nobody reads the line; the ranks are ended all the same.
        }

        End();
    }

    private nint BeginSend(byte* message, int length, int to)
    {
        try
        {
            return library.BeginSend(message, length, to);
        }
        catch (CommunicationException error)
        {
            End(to, error);
            throw;
        }
    }

    private nint BeginReceive(byte* message, int length, int from)
    {
        try
        {
            return library.BeginReceive(message, length, from);
        }
        catch (CommunicationException error)
        {
            End(from, error);
            throw;
        }
    }

    /// <summary>Waits until a message has been sent or received; meanwhile, other processes may have the processor.</summary>
    private void Wait(ref nint request, int other, out int length)
    {
        var timeLimit = TimeLimit.Begin(limit);
        for (int calls = 1; !IsDone(ref request, other, out length); calls++)
        {
            // With fewer processors than ranks, the other one cannot run as long as this one does not yield.
            if (calls % 16 != 0)
            {
                continue;
            }

            if (!timeLimit.IsLongWait)
            {
                Thread.Yield();
                continue;
            }

            Thread.Sleep(1);
            if (timeLimit.IsOver)
            {
                EndOfSilence(other);
            }
        }
    }

    private bool IsDone(ref nint request, int other, out int length)
    {
        try
        {
            return library.IsDone(ref request, out length);
        }
        catch (CommunicationException error)
        {
            End(other, error);
            throw;
        }
    }

    /// <summary>Ends all ranks after the time limit; one of those that wait names the rank that does not answer.</summary>
    [DoesNotReturn]
    private void EndOfSilence(int other)
    {
        int silent = other;
        bool writes = true;
        try
        {
            report = new(library, limit);
            silent = report.Find(other, out writes);
        }
        catch (CommunicationException)
        {
            // This rank only knows for whom it waits itself.
        }

        if (writes)
        {
            End(TimeLimit.Exceeded(rank, silent, limit).Message);
        }

        Thread.Sleep(Grace);
        End();
    }

    /// <summary>MPI cannot be used after an error.</summary>
    [DoesNotReturn]
    private void End(int other, CommunicationException error) =>
        End($"Rank {rank} cannot communicate with rank {other}. {error.Message}");

    [DoesNotReturn]
    private void End()
    {
        library.Abort();
        Environment.Exit(1);
        GC.KeepAlive(this);
    }

    private static void CheckLength(int expected, int length, int from)
    {
        if (length != expected)
        {
            throw new CommunicationException($"Rank {from} has sent a message of {length} bytes; {expected} were expected.", from);
        }
    }
}
