using System.Runtime.Intrinsics.X86;

namespace VecNet;

/// <summary>What the instruction CPUID reports about data caches. Other processors do not let a program ask them.</summary>
internal static class CachesOfProcessor
{
    /// <summary>Some virtual machines report that a cache belongs to more processors than they have.</summary>
    private const int MostCoresOfLevel2 = 8;

    /// <summary>The data caches, or null where the processor does not report three levels.</summary>
    internal static Caches? Read()
    {
        if (!X86Base.IsSupported)
        {
            return null;
        }

        // Intel describes its caches in leaf 4, AMD in leaf 8000001D, both in the same form (see their manuals).
        bool isAmd = X86Base.CpuId(0, 0).Ebx == 0x68747541;
        uint leaf = isAmd ? 0x8000001D : 4;
        if ((uint)X86Base.CpuId(isAmd ? unchecked((int)0x80000000) : 0, 0).Eax < leaf)
        {
            return null;
        }

        Span<(int, int, int)> found = stackalloc (int, int, int)[16];
        for (int index = 0; index < found.Length; index++)
        {
            (found[index].Item1, found[index].Item2, found[index].Item3, _) = X86Base.CpuId((int)leaf, index);
        }

        return Decode(found);
    }

    /// <summary>Interprets the registers EAX, EBX and ECX of the subleaves, of which the first with type 0 ends the list.</summary>
    internal static Caches? Decode(ReadOnlySpan<(int Eax, int Ebx, int Ecx)> subleaves)
    {
        Span<CacheLevel> levels = stackalloc CacheLevel[4];
        levels.Clear();
        int threadsOfCore = 1;
        foreach ((int eax, int ebx, int ecx) in subleaves)
        {
            int type = eax & 31, level = (eax >> 5) & 7, threads = ((eax >> 14) & 4095) + 1;
            if (type == 0)
            {
                break;
            }

            if (type is not (1 or 3) || level is < 1 or > 3)
            {
                continue;
            }

            threadsOfCore = level == 1 ? threads : threadsOfCore;
            int ways = (ebx >>> 22) + 1, partitions = ((ebx >> 12) & 1023) + 1, line = (ebx & 4095) + 1;
            long bytes = (long)ways * partitions * line * ((uint)ecx + 1L);
            int cores = level == 1 ? 1 : int.Max(threads / threadsOfCore, 1);
            cores = level == 2 && cores > MostCoresOfLevel2 ? 1 : cores;
            levels[level] = new((int)long.Min(bytes / cores, int.MaxValue), ways);
        }

        return levels[1].Bytes == 0 || levels[2].Bytes == 0 ? null
            : new(levels[1], levels[2], levels[3].Bytes == 0 ? levels[2] : levels[3]);
    }
}
