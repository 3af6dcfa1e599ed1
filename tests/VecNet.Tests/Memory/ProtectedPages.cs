using System.Runtime.InteropServices;

namespace VecNet.Tests;

/// <summary>
/// Pages that may be read and written, between a megabyte before and one after them that may not: to touch those ends the process.
/// </summary>
/// <remarks>Made with mmap and mprotect of Linux; elsewhere the test that asks for them is skipped.</remarks>
internal sealed unsafe partial class ProtectedPages : IDisposable
{
    /// <summary>
    /// More than a row of any matrix that is laid here: a loop that runs one row too far must not leap over it. Costs no memory.
    /// </summary>
    private const int Guard = 1 << 20;

    private const int NoAccess = 0;
    private const int ReadAndWrite = 1 | 2;
    private const int PrivateAndAnonymous = 2 | 0x20;

    private readonly byte* mapping;
    private readonly byte* pages;

    /// <param name="bytes">How much must fit; rounded up to whole pages.</param>
    public ProtectedPages(int bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Protected pages are made with mmap and mprotect of Linux.");
        Bytes = Math.Max(1, (bytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize) * Environment.SystemPageSize;
        mapping = (byte*)Map(null, Length, NoAccess, PrivateAndAnonymous, -1, 0);
        if (mapping == (byte*)-1 || Protect(pages = mapping + Guard, (nuint)Bytes, ReadAndWrite) != 0)
        {
            throw new InvalidOperationException(
                $"No memory of {Bytes} bytes between protected pages: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>The size of the pages that may be touched.</summary>
    public int Bytes { get; }

    private nuint Length => (nuint)(Guard + Bytes + Guard);

    /// <summary>The elements that begin right after the protected pages.</summary>
    public Span<T> First<T>(int length)
        where T : unmanaged => new(pages, Fitting<T>(length));

    /// <summary>The elements that end right before the protected pages.</summary>
    public Span<T> Last<T>(int length)
        where T : unmanaged => new(pages + Bytes - (Fitting<T>(length) * sizeof(T)), length);

    public void Dispose() => _ = Unmap(mapping, Length);

    private int Fitting<T>(int length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)length * sizeof(T), Bytes, nameof(length));
        return length;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint length);
}
