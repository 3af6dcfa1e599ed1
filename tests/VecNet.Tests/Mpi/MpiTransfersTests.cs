using System.Diagnostics;
using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>Errors of MPI end the process: the memory of a message belongs to MPI as long as the message is on its way.</summary>
public sealed class MpiTransfersTests
{
    /// <summary>The text of an error of the MPI of these tests.</summary>
    private const string Error = "MPI reports: out of resources.";

    [Fact]
    public async Task A_message_that_cannot_be_sent_ends_the_process()
    {
        MpiRun run = await Run(Rank_cannot_send);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"Rank 0 cannot communicate with rank 2. {Error}", run.Output, StringComparison.Ordinal);
    }

    internal static void Rank_cannot_send() => Exchange(new() { FailingSend = true });

    [Fact]
    public async Task A_message_that_cannot_be_received_ends_the_process()
    {
        MpiRun run = await Run(Rank_cannot_receive);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"Rank 0 cannot communicate with rank 1. {Error}", run.Output, StringComparison.Ordinal);
    }

    internal static void Rank_cannot_receive() => Exchange(new() { FailingReceive = MpiLibrary.Tag });

    /// <summary>The report of silent ranks fails; the rank that this one waits for is named.</summary>
    [Fact]
    public async Task A_report_that_fails_ends_the_process()
    {
        MpiRun run = await Run(Rank_cannot_report);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Rank 1 has not answered rank 0 for 0.1 seconds.", run.Output, StringComparison.Ordinal);
    }

    internal static void Rank_cannot_report() => Exchange(new() { FailingReceive = MpiLibrary.SilenceTag });

    /// <summary>Nothing can be written to the error output, such as that of a launcher that has ended.</summary>
    [Fact]
    public async Task A_line_that_cannot_be_written_ends_the_process()
    {
        const string Full = "/dev/full";
        Assert.SkipUnless(File.Exists(Full), $"There is no {Full}.");
        MpiRun run = await Run(Rank_cannot_send, $"exec \"$0\" \"$@\" 2> {Full}");
        Assert.Equal(1, run.ExitCode);
    }

    private static async Task<MpiRun> Run(Action program, string? shell = null)
    {
        using var scratch = new ScratchDirectory();
        ProcessStartInfo start = RankProgram.StartOf(program, scratch.Path);
        if (shell is not null)
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, shell);
            start.ArgumentList.Insert(0, "-c");
            start.FileName = "sh";
        }

        MpiRun run = await MpiRun.Of(start);
        Assert.Contains("all ranks are ended", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("given up", run.Output, StringComparison.Ordinal);
        return run;
    }

    private static unsafe void Exchange(FailingMpi library)
    {
        byte[] message = new byte[2];
        try
        {
            fixed (byte* bytes = message)
            {
                new MpiTransfers(library, rank: 0, TimeSpan.FromSeconds(0.1)).Exchange(bytes, 1, to: 2, bytes + 1, 1, from: 1);
            }
        }
        finally
        {
            Console.WriteLine("The memory is given up.");
        }
    }

    /// <summary>An MPI of three ranks whose messages never arrive.</summary>
    private sealed unsafe class FailingMpi : MpiLibrary
    {
        public bool FailingSend { get; init; }

        /// <summary>The tag of messages that cannot be received.</summary>
        public int? FailingReceive { get; init; }

        internal override int Rank => 0;

        internal override int Size => 3;

        private protected override int SerializedThreads => 2;

        internal override void ReturnErrors()
        {
        }

        internal override void Abort() => Console.WriteLine("Here, all ranks are ended.");

        internal override nint BeginSend(byte* message, int length, int to, int tag = Tag) =>
            FailingSend ? throw new CommunicationException(Error) : 1;

        internal override nint BeginReceive(byte* message, int length, int from, int tag = Tag) =>
            FailingReceive == tag ? throw new CommunicationException(Error) : 1;

        internal override bool IsDone(ref nint request, out int length)
        {
            length = 0;
            return false;
        }
    }
}
