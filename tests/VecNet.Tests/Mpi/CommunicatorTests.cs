using System.Diagnostics;
using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>Messages between the threads of a process, and what happens if one of them is missing.</summary>
public sealed class CommunicatorTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void Broadcasts_and_barriers_reach_all(int ranks)
    {
        int arrived = 0;
        InProcessCommunicator.Run(ranks, communicator =>
        {
            Assert.Equal(ranks, communicator.Size);
            for (int root = 0; root < ranks; root++)
            {
                byte[] bytes = new byte[3];
                if (communicator.Rank == root)
                {
                    bytes = [(byte)root, 7, 9];
                }

                communicator.Broadcast(bytes, root);
                Assert.Equal([(byte)root, 7, 9], bytes);
                Interlocked.Increment(ref arrived);
                communicator.Barrier();
                Assert.True(Volatile.Read(ref arrived) >= ranks * (root + 1), "A rank has passed the barrier before all have come.");
                communicator.Barrier();
            }
        });
    }

    [Fact]
    public void Messages_keep_their_order()
    {
        InProcessCommunicator.Run(2, communicator =>
        {
            int other = 1 - communicator.Rank;
            byte[] received = new byte[4];
            for (int i = 0; i < 500; i++)
            {
                communicator.Exchange(BitConverter.GetBytes((1000 * i) + communicator.Rank), other, received, other);
                Assert.Equal((1000 * i) + other, BitConverter.ToInt32(received));
            }
        });
    }

    [Fact]
    public void All_ranks_gather_all_parts()
    {
        InProcessCommunicator.Run(3, communicator =>
        {
            int[] starts = [0, 4, 4, 9];
            (int start, int end) = (starts[communicator.Rank], starts[communicator.Rank + 1]);
            int[] elements = [.. Enumerable.Range(0, 9).Select(i => i >= start && i < end ? i : -1)];
            communicator.GatherAll(elements.AsSpan(), starts);
            Assert.Equal(Enumerable.Range(0, 9), elements);
        });
    }

    [Fact]
    public void A_silent_rank_is_named()
    {
        IReadOnlyList<ICommunicator> ranks = InProcessCommunicator.CreateGroup(3, Short);
        long begin = Stopwatch.GetTimestamp();
        var error = Assert.Throws<CommunicationException>(() => ranks[0].Receive(new byte[1], from: 2));
        Assert.Equal("Rank 2 has not answered rank 0 for 0.1 seconds.", error.Message);
        Assert.Equal(2, error.Rank);
        Assert.True(Stopwatch.GetElapsedTime(begin) >= Short, "The rank has not waited.");

        // There is room for one message.
        ranks[0].Send([1], to: 1);
        error = Assert.Throws<CommunicationException>(() => ranks[0].Send([2], to: 1));
        Assert.Equal(1, error.Rank);
    }

    /// <summary>Rank 0 waits for rank 1, which waits for rank 2.</summary>
    [Fact]
    public void The_end_of_a_chain_of_waiting_ranks_is_named()
    {
        var errors = new CommunicationException?[3];
        IReadOnlyList<ICommunicator> ranks = InProcessCommunicator.CreateGroup(3, 10 * Short);
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(rank => new Thread(
            () => errors[rank] = Record.Exception(() => ranks[rank].Receive(new byte[1], from: rank + 1)) as CommunicationException))];
        Assert.All(threads, thread => thread.Start());
        Assert.All(threads, thread => thread.Join());
        Assert.Equal("Rank 2 has not answered rank 0 for 1 second.", errors[0]?.Message);
        Assert.Equal("Rank 2 has not answered rank 1 for 1 second.", errors[1]?.Message);
    }

    [Theory]
    [InlineData(2, 2, -1, -1, -1)]
    [InlineData(3, 1, 2, 3, -1)]
    [InlineData(1, 1, 2, 1, -1)]
    public void The_end_of_a_chain_is_found(int expected, int first, params int[] waitsFor) =>
        Assert.Equal(expected, TimeLimit.FindSilent([-1, .. waitsFor], first));

    [Fact]
    public void A_rank_that_has_ended_is_named()
    {
        IReadOnlyList<ICommunicator> ranks = InProcessCommunicator.CreateGroup(2);
        ranks[1].Send([5], to: 0);
        ranks[1].Dispose();
        byte[] received = new byte[1];
        ranks[0].Receive(received, from: 1);
        Assert.Equal(5, received[0]);
        Assert.Equal(
            "Rank 1 has ended, and rank 0 waits for it.",
            Assert.Throws<CommunicationException>(() => ranks[0].Receive(received, from: 1)).Message);
    }

    [Fact]
    public void A_message_of_another_length_is_refused()
    {
        IReadOnlyList<ICommunicator> ranks = InProcessCommunicator.CreateGroup(2);
        ranks[1].Send([5, 6], to: 0);
        Assert.Equal(
            "Rank 1 has sent a message of 2 bytes; rank 0 expects 3.",
            Assert.Throws<CommunicationException>(() => ranks[0].Receive(new byte[3], from: 1)).Message);
    }

    [Fact]
    public void The_error_of_one_rank_ends_all()
    {
        int ended = 0;
        var error = Assert.Throws<InvalidDataException>(() => InProcessCommunicator.Run(4, communicator =>
        {
            if (communicator.Rank == 2)
            {
                throw new InvalidDataException("No such file.");
            }

            try
            {
                communicator.Barrier();
            }
            catch (CommunicationException caught) when (caught.Message == "Rank 2 has failed: No such file." && caught.Rank == 2)
            {
                Interlocked.Increment(ref ended);
                throw;
            }
        }));
        Assert.Equal("No such file.", error.Message);
        Assert.Equal(3, ended);
    }

    [Fact]
    public void Ranks_that_do_not_exist_are_refused()
    {
        using ICommunicator communicator = InProcessCommunicator.CreateGroup(2)[0];
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Send([], to: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Send([], to: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Receive([], from: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Broadcast([], root: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => InProcessCommunicator.CreateGroup(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => InProcessCommunicator.CreateGroup(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => InProcessCommunicator.CreateGroup(1, TimeSpan.FromDays(30)));
    }
}
