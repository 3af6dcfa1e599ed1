using System.Runtime.InteropServices;

namespace VecNet.Mpi;

/// <summary>The functions with handles of an MPI whose handles are pointers: Open MPI, and the standard ABI of MPI 5.</summary>
internal static unsafe partial class PointerHandles
{
    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Abort(nint communicator, int code);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Comm_rank(nint communicator, int* rank);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Comm_size(nint communicator, int* size);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Comm_set_errhandler(nint communicator, nint handler);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Isend(byte* buffer, int count, nint type, int to, int tag, nint communicator, nint* request);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Irecv(byte* buffer, int count, nint type, int from, int tag, nint communicator, nint* request);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Test(nint* request, int* flag, void* status);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Get_count(void* status, nint type, int* count);
}
