namespace VecNet;

/// <summary>A level of the data caches, as one core sees it.</summary>
internal readonly struct CacheLevel(int bytes, int ways)
{
    /// <summary>The size that the core can use: its own, or its part of a size that several cores share.</summary>
    internal readonly int Bytes = bytes;

    /// <summary>The number of lines in a set.</summary>
    internal readonly int Ways = ways;

    /// <summary>The size of a way in bytes: addresses that differ by a multiple of it share a set.</summary>
    internal int Way => Bytes / Ways;
}

/// <summary>The data caches of a core.</summary>
/// <remarks>
/// They come from the environment variable <c>VECNET_CACHES</c> or the AppContext value <c>VecNet.Caches</c>, for tests and experiments;
/// otherwise from the processor (<see cref="CachesOfProcessor"/>); where it does not report them, a common machine's are assumed. A virtual
/// machine may report a level 3 that other programs use, too. Therefore nobody may rely on more than a small part of it.
/// </remarks>
internal sealed class Caches(CacheLevel level1, CacheLevel level2, CacheLevel level3)
{
    internal readonly CacheLevel Level1 = level1, Level2 = level2, Level3 = level3;

    private const string Variable = "VECNET_CACHES";
    private const string Setting = "VecNet.Caches";

    /// <summary>Sizes beyond these are taken for errors of a virtual machine.</summary>
    private const int SmallestLevel1 = 16 << 10, LargestLevel1 = 256 << 10, SmallestLevel2 = 128 << 10, LargestLevel2 = 16 << 20;

    /// <summary>One core's part of level 3: no less than its level 2, and no more than it can keep beside other programs.</summary>
    private const int LargestLevel3 = 4 << 20;

    /// <summary>The caches assumed where nothing reports them: those of many x64 and ARM64 servers.</summary>
    internal static readonly Caches Usual = new(new(32 << 10, 8), new(1 << 20, 8), new(LargestLevel3, 16));

    /// <summary>The caches of this machine, read once.</summary>
    internal static readonly Caches Here = Given() is { } text ? Parse(text) : CachesOfProcessor.Read() is { } read ? Bounded(read) : Usual;

    /// <summary>The size of level 2 of this machine, in bytes.</summary>
    internal static readonly int SizeOfLevel2 = Here.Level2.Bytes;

    /// <summary>Reads sizes and ways of the three levels, for example <c>32K/8, 512K/8, 4M/16</c>.</summary>
    /// <exception cref="FormatException">The text has another form, or names sizes that no processor has.</exception>
    internal static Caches Parse(string text)
    {
        string[] levels = text.Split(',', StringSplitOptions.TrimEntries);
        return levels is [string first, string second, string third]
            && TryParse(first, out CacheLevel one) && TryParse(second, out CacheLevel two) && TryParse(third, out CacheLevel three)
            && one.Bytes <= two.Bytes && two.Bytes <= three.Bytes
            ? new(one, two, three)
            : throw new FormatException(
                $"'{text}' ({Variable} or {Setting}) does not give the sizes and ways of three levels of cache, such as "
                    + "'32K/8, 512K/8, 4M/16'.");
    }

    /// <summary>The caches with sizes that a core can rely on.</summary>
    internal static Caches Bounded(Caches read)
    {
        CacheLevel level1 = Clamp(read.Level1, SmallestLevel1, LargestLevel1);
        CacheLevel level2 = Clamp(read.Level2, SmallestLevel2, LargestLevel2);
        return new(level1, level2, Clamp(read.Level3, level2.Bytes, int.Max(LargestLevel3, level2.Bytes)));
    }

    /// <summary>The same form as <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{Text(Level1)}, {Text(Level2)}, {Text(Level3)}";

    private static string? Given() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : AppContext.GetData(Setting) as string;

    private static bool TryParse(string text, out CacheLevel level)
    {
        level = default;
        if (text.Split('/') is not [[.. string size, char unit], string ways] || unit is not ('K' or 'M')
            || !int.TryParse(size, System.Globalization.NumberStyles.None, null, out int number)
            || !int.TryParse(ways, System.Globalization.NumberStyles.None, null, out int count)
            || number < 1 || number > (unit == 'K' ? 65535 : 1023) || count is < 1 or > 64)
        {
            return false;
        }

        level = new(number << (unit == 'K' ? 10 : 20), count);
        return true;
    }

    private static CacheLevel Clamp(CacheLevel level, int least, int most) => new(int.Clamp(level.Bytes, least, most), level.Ways);

    private static string Text(CacheLevel level) =>
        level.Bytes % (1 << 20) == 0 ? $"{level.Bytes >> 20}M/{level.Ways}" : $"{level.Bytes >> 10}K/{level.Ways}";
}
