using System.Runtime.ExceptionServices;

namespace VecNet.Mpi;

/// <summary>A rank that is a thread of this process: for tests, and for machines without MPI.</summary>
/// <remarks>
/// <code>
/// InProcessCommunicator.Run(ranks: 4, communicator =&gt;
/// {
///     Console.WriteLine($"Rank {communicator.Rank} of {communicator.Size}");
///     communicator.Barrier();
/// });
/// </code>
/// </remarks>
public sealed class InProcessCommunicator : ICommunicator
{
    private readonly InProcessGroup group;

    private InProcessCommunicator(InProcessGroup group, int rank)
    {
        this.group = group;
        Rank = rank;
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size => group.Size;

    /// <summary>Creates the communicators of a group of ranks, each for a thread of its own.</summary>
    /// <param name="ranks">The number of ranks.</param>
    /// <param name="timeLimit">The longest time to wait for another rank; 10 minutes by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of ranks or the time limit is not positive.</exception>
    public static IReadOnlyList<ICommunicator> CreateGroup(int ranks, TimeSpan? timeLimit = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ranks);
        var group = new InProcessGroup(ranks, TimeLimit.Checked(timeLimit));
        return [.. Enumerable.Range(0, ranks).Select(rank => new InProcessCommunicator(group, rank))];
    }

    /// <summary>
    /// Runs a program on several ranks, each in a thread of its own. If the program of a rank throws, the others end when they next
    /// communicate, and its exception is thrown here.
    /// </summary>
    /// <param name="ranks">The number of ranks.</param>
    /// <param name="program">The program of each rank.</param>
    /// <param name="timeLimit">The longest time to wait for another rank; 10 minutes by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of ranks or the time limit is not positive.</exception>
    public static void Run(int ranks, Action<ICommunicator> program, TimeSpan? timeLimit = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        IReadOnlyList<ICommunicator> communicators = CreateGroup(ranks, timeLimit);
        var errors = new Exception?[ranks];
        void RunRank(ICommunicator communicator)
        {
            try
            {
                program(communicator);
            }
            catch (Exception error)
            {
                errors[communicator.Rank] = error;
                communicator.Abort(error.Message);
            }

            communicator.Dispose();
        }

        Thread[] threads = [.. communicators.Skip(1).Select(communicator => new Thread(() => RunRank(communicator))
        {
            IsBackground = true,
            Name = $"rank {communicator.Rank}",
        })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        RunRank(communicators[0]);
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        // What other ranks throw because of an error comes after the error.
        if ((errors.FirstOrDefault(error => error is not (null or CommunicationException))
            ?? errors.FirstOrDefault(error => error is not null)) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> message, int to)
    {
        group.CheckOther(Rank, to, nameof(to));
        group.Put(message, Rank, to);
    }

    /// <inheritdoc/>
    public void Receive(Span<byte> message, int from)
    {
        group.CheckOther(Rank, from, nameof(from));
        group.Take(message, from, Rank);
    }

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<byte> sent, int to, Span<byte> received, int from)
    {
        Send(sent, to);
        Receive(received, from);
    }

    /// <inheritdoc/>
    public void Abort(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        group.Fail(Rank, reason);
    }

    /// <summary>Leaves the group: ranks that wait for a message of this one get an exception.</summary>
    public void Dispose() => group.Leave(Rank);
}
