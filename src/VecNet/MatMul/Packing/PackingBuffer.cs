using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>
/// The memory for packed operands: one pinned buffer per thread and element type, reused by every call and no larger than the blocking
/// requires.
/// </summary>
internal static unsafe class PackingBuffer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Packed blocks start on a page, so that they begin in other sets of the cache than the operands that are read with them.
    /// </summary>
    private const int Alignment = 4096;

    /// <summary>The number of elements of a page.</summary>
    internal static int Page => Alignment / sizeof(T);

    [ThreadStatic]
    private static T[]? buffer;

    /// <summary>
    /// Aligned memory for <paramref name="length"/> elements, valid until the thread's next call. Its content is arbitrary.
    /// </summary>
    internal static T* Rent(nint length)
    {
        int padding = Alignment / sizeof(T);
        if (buffer is null || buffer.Length < length + padding)
        {
            buffer = GC.AllocateUninitializedArray<T>(checked((int)length + padding), pinned: true);
        }

        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(buffer));
        return (T*)((address + (Alignment - 1)) & ~(nuint)(Alignment - 1));
    }

    /// <summary>What lies behind the longest request of this thread, so that tests can show that nothing is written there.</summary>
    internal static ReadOnlySpan<T> Slack
    {
        get
        {
            int length = (buffer?.Length ?? 0) - Page;
            return length < 0 ? default : buffer.AsSpan((int)(Rent(length) - (T*)Unsafe.AsPointer(ref buffer![0])) + length);
        }
    }

    /// <summary>Fills this thread's buffer, so that tests can show that no content of an earlier call is read.</summary>
    internal static void Poison(T value) => buffer?.AsSpan().Fill(value);
}
