using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VecNet.Mpi;

/// <summary>The error output of a rank.</summary>
internal static class ErrorOutput
{
    /// <summary>The number of the error output on Unix.</summary>
    private const int Descriptor = 2;

    /// <summary>
    /// Writes a line at once, so that lines of ranks do not mix. The console would also set up the terminal that some launchers provide.
    /// </summary>
    internal static void Write(string line)
    {
        using Stream output = OperatingSystem.IsWindows()
            ? Console.OpenStandardError()
            : new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        output.Write(Encoding.UTF8.GetBytes($"{line}{Environment.NewLine}"));
    }
}
