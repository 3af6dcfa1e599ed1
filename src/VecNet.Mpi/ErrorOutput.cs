using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VecNet.Mpi;

/// <summary>The error output of a rank.</summary>
internal static class ErrorOutput
{
    /// <summary>The number of the error output on Unix.</summary>
    private const int Descriptor = 2;

    /// <summary>How long a launcher may take to read a line; what it has not read is lost once it ends the ranks.</summary>
    private static readonly TimeSpan ReadingTime = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Writes the last line of a rank at once, so that lines of ranks do not mix. The console would also set up the terminal that some
    /// launchers provide.
    /// </summary>
    internal static void Write(string line)
    {
        using (Stream output = OperatingSystem.IsWindows()
            ? Console.OpenStandardError()
            : new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0))
        {
            output.Write(Encoding.UTF8.GetBytes($"{line}{Environment.NewLine}"));
        }

        Thread.Sleep(ReadingTime);
    }
}
