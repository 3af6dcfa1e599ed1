using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text;

namespace VecNet.Mpi;

/// <summary>An error of one rank that all ranks throw.</summary>
internal static class RankError
{
    /// <summary>Throws the error of a rank on all ranks: its own exception there and on ranks that have failed, too.</summary>
    /// <param name="communicator">The communicator.</param>
    /// <param name="rank">The rank that has failed; the first of several.</param>
    /// <param name="own">What has gone wrong on this rank; null for nothing.</param>
    [DoesNotReturn]
    internal static void Throw(ICommunicator communicator, int rank, Exception? own)
    {
        string message = Broadcast(communicator, own?.Message ?? "", rank);
        if (own is not null)
        {
            ExceptionDispatchInfo.Throw(own);
        }

        throw new CommunicationException($"Rank {rank} has failed: {message}", rank);
    }

    /// <summary>Gives all ranks a text of one of them.</summary>
    internal static string Broadcast(ICommunicator communicator, string text, int root)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(communicator.Rank == root ? text : "");
        byte[] length = BitConverter.GetBytes(bytes.Length);
        communicator.Broadcast(length, root);
        if (communicator.Rank != root)
        {
            bytes = new byte[BitConverter.ToInt32(length)];
        }

        communicator.Broadcast(bytes, root);
        return Encoding.UTF8.GetString(bytes);
    }
}
