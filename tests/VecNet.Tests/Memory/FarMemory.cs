using System.Runtime.InteropServices;

namespace VecNet.Tests;

/// <summary>Room for int.MaxValue elements, of which only those pages take memory that are touched.</summary>
/// <remarks>Made with mmap of Linux; elsewhere the test that asks for it is skipped.</remarks>
internal sealed unsafe partial class FarMemory : IDisposable
{
    private const int ReadAndWrite = 1 | 2;
    private const int PrivateAnonymousAndUnreserved = 2 | 0x20 | 0x4000;

    private readonly nuint length;
    private readonly void* mapping;

    public FarMemory(int elementSize)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory that is not there is made with mmap of Linux.");
        length = (nuint)int.MaxValue * (nuint)elementSize;
        mapping = Map(null, length, ReadAndWrite, PrivateAnonymousAndUnreserved, -1, 0);
        Assert.SkipWhen((nint)mapping == -1, $"The system gives no {length} bytes of addresses: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    public nint Address => (nint)mapping;

    public void Dispose() => _ = Unmap(mapping, length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint length);
}
