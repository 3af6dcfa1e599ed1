using System.Numerics;
using System.Runtime.InteropServices;

namespace VecNet.Mpi;

/// <summary>A hash of 64 bits that finds differences that come from mistakes; it does not protect from intent.</summary>
internal readonly struct ContentHash
{
    private readonly ulong state;

    private ContentHash(ulong state) => this.state = state;

    /// <summary>The hash as 16 digits.</summary>
    internal string Text => $"hash {state:x16}";

    /// <summary>Returns the hash of what has been added so far and these elements.</summary>
    internal ContentHash Add<TElement>(ReadOnlySpan<TElement> elements)
        where TElement : unmanaged
    {
        ulong hash = Mix(state, (ulong)elements.Length);
        while (elements.Length > 0)
        {
            // In parts, since a span has at most 2³¹ bytes.
            ReadOnlySpan<TElement> part = elements[..int.Min(elements.Length, 1 << 24)];
            elements = elements[part.Length..];
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(part);
            foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            {
                hash = Mix(hash, word);
            }

            foreach (byte single in bytes[(bytes.Length / sizeof(ulong) * sizeof(ulong))..])
            {
                hash = Mix(hash, single);
            }
        }

        return new(hash);
    }

    private static ulong Mix(ulong hash, ulong word) => BitOperations.RotateLeft((hash ^ word) * 0x9E3779B97F4A7C15, 29);
}
