using System.Runtime.Intrinsics.X86;

namespace VecNet;

/// <summary>
/// The sizes of this machine's caches in bytes, read once from the processor; those of a common machine where it does not report them.
/// </summary>
internal static class Caches
{
    private const int UsualLevel2 = 1 << 20;
    private const int UsualLevel3 = 32 << 20;

    /// <summary>The size of level 2, which belongs to one core.</summary>
    internal static readonly int Level2 = int.Clamp(Read(2, UsualLevel2), 256 << 10, 4 << 20);

    /// <summary>The size of level 3, which cores share.</summary>
    internal static readonly int Level3 = int.Clamp(Read(3, UsualLevel3), 4 << 20, 64 << 20);

    /// <summary>
    /// Intel describes its caches in leaf 4, AMD in leaf 8000001D, both in the same form (see their manuals, instruction CPUID).
    /// </summary>
    private static int Read(int level, int usual)
    {
        if (!X86Base.IsSupported)
        {
            return usual;
        }

        bool isAmd = X86Base.CpuId(0, 0).Ebx == 0x68747541;
        uint highest = (uint)X86Base.CpuId(isAmd ? unchecked((int)0x80000000) : 0, 0).Eax;
        uint leaf = isAmd ? 0x8000001D : 4;
        for (int index = 0; highest >= leaf && index < 16; index++)
        {
            (int eax, int ebx, int ecx, _) = X86Base.CpuId((int)leaf, index);
            bool holdsData = (eax & 31) is 1 or 3;
            if (holdsData && ((eax >> 5) & 7) == level)
            {
                long ways = (ebx >>> 22) + 1, partitions = ((ebx >> 12) & 1023) + 1, line = (ebx & 4095) + 1, sets = (uint)ecx + 1L;
                return (int)long.Min(ways * partitions * line * sets, int.MaxValue);
            }
        }

        return usual;
    }
}
