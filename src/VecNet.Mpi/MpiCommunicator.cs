using System.Diagnostics.CodeAnalysis;

namespace VecNet.Mpi;

/// <summary>A rank that is a process which an MPI launcher has started, such as <c>mpirun</c> or Slurm's <c>srun</c>.</summary>
/// <remarks>
/// <para>
/// It calls the MPI that is installed: Open MPI from 4.0 on, MPICH and others with its ABI from 3.1 on, or any with the standard ABI of
/// MPI 5. The one whose launcher has started the process is taken; the environment variable <c>VECNET_MPI_LIBRARY</c> names another file.
/// </para>
/// <para>
/// If a rank does not answer within the time limit, or MPI reports an error, one line on the error output names the rank, and all ranks
/// are ended. An MPI launcher also ends all ranks if the process of one of them ends early.
/// </para>
/// <code>
/// MpiCommunicator.Run(communicator =&gt; Console.WriteLine($"Rank {communicator.Rank} of {communicator.Size}"));
/// </code>
/// </remarks>
public sealed class MpiCommunicator : ICommunicator
{
    private static int isOpen;

    /// <summary>Whether <see cref="Open"/> has initialized MPI; otherwise, the program finalizes it.</summary>
    private static bool hasInitialized;
    private readonly MpiLibrary library;
    private readonly MpiTransfers transfers;
    private bool isDisposed;

    private MpiCommunicator(MpiLibrary library, TimeSpan limit)
    {
        this.library = library;
        library.ReturnErrors();
        (Rank, Size) = (library.Rank, library.Size);
        transfers = new(library, Rank, limit);
        if (MpiFiles.LaunchedRanks is { } launched && launched != Size)
        {
            throw new CommunicationException(
                $"The launcher has started {launched} ranks, and {Version} sees {Size}: it is not the launcher's MPI. Name the file of the "
                + $"launcher's MPI library in the environment variable {MpiFiles.Variable}.");
        }
    }

    /// <summary>Whether an MPI launcher has started this process.</summary>
    public static bool IsLaunched => MpiFiles.IsLaunched;

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>The name and version of the MPI in use.</summary>
    public string Version => library.Version;

    /// <summary>
    /// Runs a program on this rank. If it throws on any rank, one line on the error output names the rank and the error, and all ranks are
    /// ended. A process that no MPI launcher has started is the only rank; it needs no MPI.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="timeLimit">
    /// The longest time to wait for another rank, also at the end, where each waits for the programs of the others; 10 minutes by default.
    /// </param>
    /// <exception cref="CommunicationException">
    /// No MPI is installed, or it cannot be initialized, or Slurm has started several tasks without its option <c>--mpi</c>.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The token of <see cref="Trainer{T}.Train"/> was canceled, and all ranks have stopped after the same step. Any other cancellation is
    /// an error of the rank, for which others may wait.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The time limit is not positive.</exception>
    public static void Run(Action<ICommunicator> program, TimeSpan? timeLimit = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        MpiFiles.CheckStep();
        if (!IsLaunched)
        {
            InProcessCommunicator.Run(1, program, timeLimit);
            return;
        }

        using MpiCommunicator communicator = Open(timeLimit);
        try
        {
            program(communicator);
            communicator.WaitForAll();
        }
        catch (AgreedCancellation)
        {
            communicator.WaitForAll();
            throw;
        }
        catch (Exception error)
        {
            if (error is CommunicationException { Rank: { } failed } && failed != communicator.Rank)
            {
                Thread.Sleep(MpiTransfers.Grace);
            }

            communicator.Abort(error.Message);
        }
    }

    /// <summary>
    /// Initializes MPI, unless the program has done so, and connects this process to all others that were started with it.
    /// </summary>
    /// <param name="timeLimit">The longest time to wait for another rank; 10 minutes by default.</param>
    /// <exception cref="CommunicationException">
    /// No MPI is installed, or it cannot be initialized, or Slurm has started several tasks without its option <c>--mpi</c>.
    /// </exception>
    /// <exception cref="InvalidOperationException">A communicator is open, or MPI has been finalized: it can be used once.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time limit is not positive.</exception>
    public static MpiCommunicator Open(TimeSpan? timeLimit = null)
    {
        TimeSpan limit = TimeLimit.Checked(timeLimit);
        MpiFiles.CheckStep();
        var library = MpiLibrary.Load();
        if (MpiLibrary.IsFinalized)
        {
            throw new InvalidOperationException("MPI has been finalized: a process can use it once.");
        }

        if (Interlocked.Exchange(ref isOpen, 1) == 1)
        {
            throw new InvalidOperationException("There is an open communicator: a process has one.");
        }

        try
        {
            if (!MpiLibrary.IsInitialized)
            {
                library.Initialize();
                hasInitialized = true;
            }

            return new(library, limit);
        }
        catch
        {
            Volatile.Write(ref isOpen, 0);
            throw;
        }
    }

    /// <summary>Sends a message; it may return before the message has been received.</summary>
    /// <remarks>
    /// If the other rank does not answer within the time limit, or MPI reports an error, this throws no exception: one line on the error
    /// output names the rank, and the processes of all ranks end with the exit code 1. MPI cannot be used after that.
    /// </remarks>
    /// <param name="message">The message, which may be empty.</param>
    /// <param name="to">The rank that receives it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or it is this one.</exception>
    /// <exception cref="ObjectDisposedException">The communicator has been disposed.</exception>
    public unsafe void Send(ReadOnlySpan<byte> message, int to)
    {
        CheckOther(to, nameof(to));
        fixed (byte* pointer = message)
        {
            transfers.Send(pointer, message.Length, to);
        }
    }

    /// <summary>Receives the next message from a rank, which must have the given length.</summary>
    /// <remarks>
    /// If the other rank does not answer within the time limit, or the message is longer, or MPI reports another error, this throws no
    /// exception but ends the processes of all ranks, as <see cref="Send"/> does.
    /// </remarks>
    /// <param name="message">Receives the message.</param>
    /// <param name="from">The rank that sends it.</param>
    /// <exception cref="CommunicationException">The message is shorter.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or it is this one.</exception>
    /// <exception cref="ObjectDisposedException">The communicator has been disposed.</exception>
    public unsafe void Receive(Span<byte> message, int from)
    {
        CheckOther(from, nameof(from));
        fixed (byte* pointer = message)
        {
            transfers.Receive(pointer, message.Length, from);
        }
    }

    /// <summary>
    /// Sends a message and receives one at the same time, so that ranks can exchange messages without waiting in a circle.
    /// </summary>
    /// <remarks>Errors end the processes of all ranks, as for <see cref="Send"/> and <see cref="Receive"/>.</remarks>
    /// <param name="sent">The message to send.</param>
    /// <param name="to">The rank that receives it.</param>
    /// <param name="received">Receives the other message.</param>
    /// <param name="from">The rank that sends it.</param>
    /// <exception cref="CommunicationException">The received message is shorter.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank, or it is this one.</exception>
    /// <exception cref="ObjectDisposedException">The communicator has been disposed.</exception>
    public unsafe void Exchange(ReadOnlySpan<byte> sent, int to, Span<byte> received, int from)
    {
        CheckOther(to, nameof(to));
        CheckOther(from, nameof(from));
        fixed (byte* source = sent)
        fixed (byte* destination = received)
        {
            transfers.Exchange(source, sent.Length, to, destination, received.Length, from);
        }
    }

    /// <summary>Writes one line to the error output and ends the processes of all ranks with the exit code 1. It does not return.</summary>
    /// <param name="reason">The reason, a sentence.</param>
    [DoesNotReturn]
    public void Abort(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        transfers.End($"Rank {Rank} has failed: {reason}");
    }

    /// <summary>
    /// Finalizes MPI, unless the program has initialized it before <see cref="Open"/>. MPI may wait for the other ranks then, without a
    /// time limit; <see cref="Run"/> waits for them before.
    /// </summary>
    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            if (hasInitialized && !MpiLibrary.IsFinalized)
            {
                MpiLibrary.Finish();
            }

            Volatile.Write(ref isOpen, 0);
        }
    }

    /// <summary>Waits for the end of the programs of all ranks; finalizing MPI would do so without a time limit.</summary>
    private void WaitForAll()
    {
        if (!isDisposed)
        {
            this.Barrier();
        }
    }

    private void CheckOther(int other, string name)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)other, (uint)Size, name);
        ArgumentOutOfRangeException.ThrowIfEqual(other, Rank, name);
    }
}
