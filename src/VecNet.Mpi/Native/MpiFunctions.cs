using System.Runtime.InteropServices;

namespace VecNet.Mpi;

/// <summary>The functions without handles, which all implementations declare alike.</summary>
internal static unsafe partial class MpiFunctions
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
    internal static partial int MPI_Error_string(int code, byte* text, int* length);

    [LibraryImport(MpiLibrary.Name)]
    internal static partial int MPI_Get_library_version(byte* text, int* length);
}
