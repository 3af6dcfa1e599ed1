namespace VecNet.Mpi;

/// <summary>An MPI whose handles are integers, with the values of MPICH.</summary>
internal sealed unsafe class IntegerMpi : MpiLibrary
{
    private const int World = 0x44000000;
    private const int Type = 0x4c00010d;
    private const int ReturnsErrors = 0x54000001;

    internal override int Rank
    {
        get
        {
            int rank;
            Check(IntegerHandles.MPI_Comm_rank(World, &rank));
            return rank;
        }
    }

    internal override int Size
    {
        get
        {
            int size;
            Check(IntegerHandles.MPI_Comm_size(World, &size));
            return size;
        }
    }

    private protected override int SerializedThreads => 2;

    internal override void ReturnErrors() => Check(IntegerHandles.MPI_Comm_set_errhandler(World, ReturnsErrors));

    internal override void Abort() => _ = IntegerHandles.MPI_Abort(World, 1);

    internal override nint BeginSend(byte* message, int length, int to, int tag)
    {
        int request;
        Check(IntegerHandles.MPI_Isend(message, length, Type, to, tag, World, &request));
        return request;
    }

    internal override nint BeginReceive(byte* message, int length, int from, int tag)
    {
        int request;
        Check(IntegerHandles.MPI_Irecv(message, length, Type, from, tag, World, &request));
        return request;
    }

    internal override bool IsDone(ref nint request, out int length)
    {
        int tested = (int)request;
        int flag;
        int count = 0;
        byte* status = stackalloc byte[StatusBytes];
        Check(IntegerHandles.MPI_Test(&tested, &flag, status));
        if (flag != 0)
        {
            Check(IntegerHandles.MPI_Get_count(status, Type, &count));
        }

        (request, length) = (tested, count);
        return flag != 0;
    }
}
