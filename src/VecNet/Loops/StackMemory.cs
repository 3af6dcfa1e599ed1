using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Memory on the stack, which is aligned to 16 bytes only.</summary>
internal static unsafe class StackMemory
{
    /// <summary>The number of bytes of a cache line, and of the widest vector.</summary>
    private const int Line = 64;

    /// <summary>The number of elements to add to an allocation, so that an aligned part of the wanted length fits.</summary>
    internal static int Padding<T>()
        where T : unmanaged => Line / sizeof(T);

    /// <summary>
    /// The part of memory on the stack that begins with a cache line: a vector that crosses two lines takes twice as long to load.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Span<T> Align<T>(Span<T> memory)
        where T : unmanaged
    {
        fixed (T* start = memory)
        {
            return memory[(int)((-(nint)start & (Line - 1)) / sizeof(T))..];
        }
    }
}
