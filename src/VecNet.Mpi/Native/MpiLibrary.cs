using System.Runtime.InteropServices;
using System.Text;

namespace VecNet.Mpi;

/// <summary>The MPI that is installed, behind the few functions that a communicator needs.</summary>
/// <remarks>
/// Programs that use MPI are usually compiled for one implementation: handles are addresses of variables in Open MPI, and numbers in MPICH
/// and, other ones, in the standard ABI of MPI 5. Here, the library that is loaded decides.
/// </remarks>
internal abstract unsafe class MpiLibrary
{
    /// <summary>The name of the library in imports, which <see cref="Load"/> resolves.</summary>
    internal const string Name = "mpi";

    /// <summary>The tag of usual messages.</summary>
    internal const int Tag = 0;

    /// <summary>The tag of <see cref="SilenceReport"/>.</summary>
    internal const int SilenceTag = 1;

    /// <summary>More than the bytes of a status: 24 in Open MPI, 20 in MPICH, 32 in the standard ABI.</summary>
    private protected const int StatusBytes = 64;

    /// <summary>The most characters of a text that MPI writes: the largest limit of the implementations.</summary>
    private const int LongestText = 8192;

    private static readonly Lock Loading = new();
    private static bool resolves;
    private static MpiLibrary? loaded;
    private static nint handle;

    /// <summary>
    /// The level of support for threads: any thread may call MPI, but only one at a time. The standard ABI has another number than all
    /// others.
    /// </summary>
    private protected abstract int SerializedThreads { get; }

    /// <summary>Loads the library, once in a process.</summary>
    /// <exception cref="CommunicationException">There is none.</exception>
    internal static MpiLibrary Load()
    {
        lock (Loading)
        {
            if (loaded is not null)
            {
                return loaded;
            }

            if (!resolves)
            {
                NativeLibrary.SetDllImportResolver(typeof(MpiLibrary).Assembly, (name, _, _) => Resolve(name));
                resolves = true;
            }

            SignalHandlers? handlers = SignalHandlers.Save();
            (handle, string file) = MpiFiles.Open();
            handlers?.Restore();
            return loaded = CreateForExports(file);
        }
    }

    /// <summary>Initializes MPI, unless the program has done so.</summary>
    internal void Initialize()
    {
        int provided;
        SignalHandlers? handlers = SignalHandlers.Save();
        Check(MpiFunctions.MPI_Init_thread(null, null, SerializedThreads, &provided));
        handlers?.Restore();
        if (provided < SerializedThreads)
        {
            throw new CommunicationException("This MPI only supports calls of the first thread of a program.");
        }
    }

    /// <summary>The name and version of the implementation.</summary>
    internal string Version
    {
        get
        {
            byte* text = stackalloc byte[LongestText];
            int length;
            Check(MpiFunctions.MPI_Get_library_version(text, &length));
            string first = Encoding.UTF8.GetString(text, length).Split('\n')[0].Trim('\0');
            return string.Join(' ', first.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
    }

    internal static bool IsInitialized
    {
        get
        {
            int flag;
            Check(MpiFunctions.MPI_Initialized(&flag));
            return flag != 0;
        }
    }

    internal static bool IsFinalized
    {
        get
        {
            int flag;
            Check(MpiFunctions.MPI_Finalized(&flag));
            return flag != 0;
        }
    }

    internal abstract int Rank { get; }

    internal abstract int Size { get; }

    /// <summary>Lets functions return errors instead of ending the program.</summary>
    internal abstract void ReturnErrors();

    internal static void Finish() => Check(MpiFunctions.MPI_Finalize());

    internal abstract void Abort();

    /// <summary>Begins to send; the message must not move until <see cref="IsDone"/>.</summary>
    internal abstract nint BeginSend(byte* message, int length, int to, int tag = Tag);

    /// <summary>Begins to receive; the message must not move until <see cref="IsDone"/>.</summary>
    internal abstract nint BeginReceive(byte* message, int length, int from, int tag = Tag);

    /// <summary>Whether sending or receiving has ended. If so, the request has been freed, and the length is that of the message.</summary>
    internal abstract bool IsDone(ref nint request, out int length);

    /// <summary>Throws if a function has returned an error.</summary>
    private protected static void Check(int code)
    {
        if (code != 0)
        {
            byte* text = stackalloc byte[LongestText];
            int length;
            throw new CommunicationException(MpiFunctions.MPI_Error_string(code, text, &length) == 0
                ? $"MPI reports: {Encoding.UTF8.GetString(text, length).Trim('\0', ' ', '\n')}."
                : $"MPI reports error {code}.");
        }
    }

    /// <summary>Returns the library that an import names; 0 if the runtime is to find it.</summary>
    private static nint Resolve(string name) => name switch
    {
        Name => handle,

        // The file without a version is a text for linkers.
        SignalHandlers.Library when NativeLibrary.TryLoad("libc.so.6", out nint library) => library,
        _ => 0,
    };

    /// <summary>Creates the MPI of the loaded library, whose exports show its ABI.</summary>
    private static MpiLibrary CreateForExports(string file)
    {
        if (NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out nint world))
        {
            return new PointerMpi(
                world, NativeLibrary.GetExport(handle, "ompi_mpi_byte"), NativeLibrary.GetExport(handle, "ompi_mpi_errors_return"),
                serializedThreads: 2);
        }

        if (!NativeLibrary.TryGetExport(handle, "MPI_Init_thread", out _))
        {
            throw new CommunicationException($"The library {file} is not an MPI: it has no function MPI_Init_thread.");
        }

        // The standard ABI names the file; an MPI may have it beside its own.
        return Path.GetFileName(file).StartsWith("libmpi_abi", StringComparison.Ordinal)
            ? new PointerMpi(world: 0x101, type: 0x247, returnsErrors: 0x143, serializedThreads: 2048)
            : new IntegerMpi();
    }
}
