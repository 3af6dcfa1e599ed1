using System.Runtime.InteropServices;

namespace VecNet.Mpi;

/// <summary>The functions of an MPI whose handles are pointers: Open MPI, and the standard ABI of MPI 5.</summary>
internal static unsafe partial class PointerHandles
{
    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Init_thread(int* count, byte*** arguments, int required, int* provided);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Initialized(int* flag);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Finalized(int* flag);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Finalize();

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

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Error_string(int code, byte* text, int* length);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Get_library_version(byte* text, int* length);
}
