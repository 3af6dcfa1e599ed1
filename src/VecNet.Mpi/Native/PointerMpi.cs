namespace VecNet.Mpi;

/// <summary>An MPI whose handles are pointers.</summary>
/// <param name="world">MPI_COMM_WORLD.</param>
/// <param name="type">MPI_BYTE.</param>
/// <param name="returnsErrors">MPI_ERRORS_RETURN.</param>
/// <param name="serializedThreads">MPI_THREAD_SERIALIZED.</param>
internal sealed unsafe class PointerMpi(nint world, nint type, nint returnsErrors, int serializedThreads) : MpiLibrary
{
    internal override int Rank
    {
        get
        {
            int rank;
            Check(PointerHandles.MPI_Comm_rank(world, &rank));
            return rank;
        }
    }

    internal override int Size
    {
        get
        {
            int size;
            Check(PointerHandles.MPI_Comm_size(world, &size));
            return size;
        }
    }

    private protected override int SerializedThreads => serializedThreads;

    internal override void ReturnErrors() => Check(PointerHandles.MPI_Comm_set_errhandler(world, returnsErrors));

    internal override void Abort() => _ = PointerHandles.MPI_Abort(world, 1);

    internal override nint BeginSend(byte* message, int length, int to, int tag)
    {
        nint request;
        Check(PointerHandles.MPI_Isend(message, length, type, to, tag, world, &request));
        return request;
    }

    internal override nint BeginReceive(byte* message, int length, int from, int tag)
    {
        nint request;
        Check(PointerHandles.MPI_Irecv(message, length, type, from, tag, world, &request));
        return request;
    }

    internal override bool IsDone(ref nint request, out int length)
    {
        nint tested = request;
        int flag;
        int count = 0;
        byte* status = stackalloc byte[StatusBytes];
        Check(PointerHandles.MPI_Test(&tested, &flag, status));
        if (flag != 0)
        {
            Check(PointerHandles.MPI_Get_count(status, type, &count));
        }

        (request, length) = (tested, count);
        return flag != 0;
    }
}
