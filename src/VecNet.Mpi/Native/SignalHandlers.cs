using System.Runtime.InteropServices;

namespace VecNet.Mpi;

/// <summary>The handlers of the signals that processors raise for faulty instructions.</summary>
/// <remarks>
/// The runtime needs its own: it makes exceptions of these signals, such as a <see cref="NullReferenceException"/> of an access to address
/// 0. Communication libraries that an MPI loads, such as UCX, replace them in order to print where a program has crashed. Therefore the
/// handlers are restored after MPI has been loaded and initialized.
/// </remarks>
internal sealed unsafe partial class SignalHandlers
{
    /// <summary>The name of the C library in imports.</summary>
    internal const string Library = "libc";

    /// <summary>More than the bytes of a <c>struct sigaction</c>, which is 152 on Linux.</summary>
    private const int ActionBytes = 512;

    /// <summary>SIGILL, SIGTRAP, SIGFPE, SIGSEGV and, with different numbers, SIGBUS.</summary>
    private static readonly int[] Signals = [4, 5, 8, 11, OperatingSystem.IsLinux() ? 7 : 10];

    private readonly byte[] actions = new byte[Signals.Length * ActionBytes];

    private SignalHandlers()
    {
    }

    /// <summary>Returns the present handlers; null on systems without signals.</summary>
    internal static SignalHandlers? Save()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var saved = new SignalHandlers();
        fixed (byte* first = saved.actions)
        {
            for (int i = 0; i < Signals.Length; i++)
            {
                _ = sigaction(Signals[i], null, first + (i * ActionBytes));
            }
        }

        return saved;
    }

    /// <summary>Sets these handlers again.</summary>
    internal void Restore()
    {
        fixed (byte* first = actions)
        {
            for (int i = 0; i < Signals.Length; i++)
            {
                _ = sigaction(Signals[i], first + (i * ActionBytes), null);
            }
        }
    }

    [LibraryImport(Library)]
    private static partial int sigaction(int signal, byte* action, byte* previous);
}
