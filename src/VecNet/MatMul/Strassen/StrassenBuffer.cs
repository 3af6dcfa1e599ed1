using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>
/// The memory of Strassen–Winograd: one pinned array per thread and element type, reused by every call until it is released.
/// </summary>
internal static unsafe class StrassenBuffer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Alignment = 4096;

    [ThreadStatic]
    private static T[]? buffer;

    /// <summary>The most elements that can be rented.</summary>
    internal static nint Most => Array.MaxLength - (Alignment / sizeof(T));

    /// <summary>Memory for <paramref name="length"/> elements from the beginning of a page; its content is arbitrary.</summary>
    internal static T* Rent(nint length)
    {
        nint padded = length + (Alignment / sizeof(T));
        if (buffer is null || buffer.Length < padded)
        {
            buffer = null;
            buffer = GC.AllocateUninitializedArray<T>(checked((int)padded), pinned: true);
        }

        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(buffer));
        return (T*)((address + (Alignment - 1)) & ~(nuint)(Alignment - 1));
    }

    internal static void Release() => buffer = null;

    /// <summary>Fills this thread's buffer, so that tests can show that no content of an earlier call is read.</summary>
    internal static void Poison(T value) => buffer?.AsSpan().Fill(value);
}
