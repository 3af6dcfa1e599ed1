using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VecNet;

/// <summary>The capabilities of the machine. Every member is a constant to the compiler, so that branches on it are free.</summary>
internal static class Machine
{
    /// <summary>Whether 512-bit vectors are in hardware, as AVX-512, and the process allows them.</summary>
    internal static bool Has512
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;
    }

    /// <summary>Whether <see cref="Vector{T}"/> is in hardware. Otherwise it runs 100 times slower than a plain loop.</summary>
    internal static bool HasVectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector.IsHardwareAccelerated;
    }

    /// <summary>Whether there are 32 vector registers rather than 16: AVX-512 on x64, and every ARM64.</summary>
    internal static bool Has32Registers
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.VL.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported;
    }

    /// <summary>The length of a cache line in bytes.</summary>
    internal const int CacheLine = 64;

    /// <summary>Prefetches the cache line of an address, which will be read soon, into level 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Prefetch(byte* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }
}
