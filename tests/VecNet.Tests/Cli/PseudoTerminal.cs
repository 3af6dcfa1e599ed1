using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VecNet.Tests;

/// <summary>
/// A pseudoterminal: what programs write to <see cref="Path"/> is read here until it is closed. It exists on Linux only.
/// </summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private readonly SafeFileHandle handle = File.OpenHandle("/dev/ptmx", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    private readonly FileStream window;

    public PseudoTerminal()
    {
        int descriptor = (int)handle.DangerousGetHandle();
        byte[] name = new byte[128];
        Assert.Equal((0, 0, 0), (Grant(descriptor), Unlock(descriptor), GetName(descriptor, name, name.Length)));
        Path = Encoding.ASCII.GetString(name.AsSpan(0, name.IndexOf((byte)0)));
        window = new FileStream(handle, FileAccess.Read, 0);
    }

    /// <summary>The path of the terminal for programs.</summary>
    public string Path { get; }

    /// <summary>Reads until the given words have been written.</summary>
    public void WaitFor(string words)
    {
        var shown = new StringBuilder();
        byte[] bytes = new byte[4096];
        while (!shown.ToString().Contains(words, StringComparison.Ordinal))
        {
            int count = window.Read(bytes);
            Assert.True(count > 0, $"It was closed before it showed '{words}': {shown}");
            shown.Append(Encoding.UTF8.GetString(bytes, 0, count));
        }
    }

    /// <summary>Closes the terminal.</summary>
    public void Dispose()
    {
        window.Dispose();
        handle.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int GetName(int descriptor, byte[] name, nint length);
}
