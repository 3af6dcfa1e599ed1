using System.Runtime.InteropServices;

namespace VecNet.Mpi;

/// <summary>The functions with handles of an MPI whose handles are integers: MPICH, and those that have its ABI.</summary>
internal static unsafe partial class IntegerHandles
{
    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Abort(int communicator, int code);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Comm_rank(int communicator, int* rank);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Comm_size(int communicator, int* size);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Comm_set_errhandler(int communicator, int handler);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Isend(byte* buffer, int count, int type, int to, int tag, int communicator, int* request);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Irecv(byte* buffer, int count, int type, int from, int tag, int communicator, int* request);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Test(int* request, int* flag, void* status);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Get_count(void* status, int type, int* count);
}
