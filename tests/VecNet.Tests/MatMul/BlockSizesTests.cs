namespace VecNet.Tests;

/// <summary>The sizes of blocks for the caches of real machines, as one core sees them.</summary>
public sealed class BlockSizesTests
{
    private static readonly VectorRegisters Avx512 = new(32, 64), Avx2 = new(16, 32), Neon = new(32, 16), Sse = new(16, 16);

    private static readonly Dictionary<string, (string Caches, VectorRegisters Registers)> Known = new()
    {
        ["Zen 2"] = ("32K/8, 512K/8, 4M/16", Avx2),
        ["Zen 3"] = ("32K/8, 512K/8, 4M/16", Avx2),
        ["Zen 4"] = ("32K/8, 1M/8, 4M/16", Avx512),
        ["Zen 5"] = ("48K/12, 1M/16, 4M/16", Avx512),
        ["Zen 5 without AVX-512"] = ("48K/12, 1M/16, 4M/16", Avx2),
        ["Skylake client"] = ("32K/8, 256K/4, 2M/16", Avx2),
        ["Skylake server"] = ("32K/8, 1M/16, 1408K/11", Avx512),
        ["Ice Lake server"] = ("48K/12, 1280K/20, 1536K/12", Avx512),
        ["Alder Lake P"] = ("48K/12, 1280K/10, 3M/12", Avx2),
        ["Alder Lake E"] = ("32K/8, 512K/16, 3M/12", Avx2),
        ["Graviton 2"] = ("64K/4, 1M/8, 1M/16", Neon),
        ["Graviton 3"] = ("64K/4, 1M/8, 1M/16", Neon),
        ["Graviton 4"] = ("64K/4, 2M/8, 2M/16", Neon),
        ["Apple M1"] = ("128K/8, 3M/12, 4M/16", Neon),
        ["an old processor"] = ("32K/8, 256K/8, 2M/16", Sse),
    };

    public static TheoryData<string> Machines => [.. Known.Keys];

    /// <summary>kc, mc, nc in single and double precision.</summary>
    [Theory]
    [InlineData("Zen 3", 512, 192, 1024, 512, 96, 512)]
    [InlineData("Zen 4", 512, 384, 1024, 512, 192, 512)]
    [InlineData("Zen 5", 512, 408, 1024, 512, 192, 512)]
    [InlineData("Skylake client", 512, 48, 512, 512, 24, 256)]
    [InlineData("Skylake server", 512, 408, 320, 512, 192, 128)]
    [InlineData("Graviton 2", 512, 384, 256, 512, 192, 128)]
    public void The_sizes_of_some_machines(string machine, int kc, int mc, int nc, int doubleKc, int doubleMc, int doubleNc)
    {
        BlockSizes single = Derive(machine, sizeof(float)), two = Derive(machine, sizeof(double));
        Assert.Equal((kc, mc, nc), (single.Kc, single.Mc, single.Nc));
        Assert.Equal((doubleKc, doubleMc, doubleNc), (two.Kc, two.Mc, two.Nc));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Blocks_fit_into_the_caches(string machine)
    {
        Caches caches = Caches.Parse(Known[machine].Caches);
        VectorRegisters registers = Known[machine].Registers;
        foreach (int size in new[] { sizeof(float), sizeof(double) })
        {
            BlockSizes sizes = Derive(machine, size);
            int rows = registers.Count == 32 ? 6 : 4, columns = (registers.Count == 32 ? 4 : 3) * registers.Bytes / size;
            int panel = sizes.Kc * columns * size, block = sizes.Mc * sizes.Kc * size;
            int way = caches.Level2.Bytes / caches.Level2.Ways;

            Assert.InRange(sizes.Kc, 64, BlockSizes.MostTerms);
            Assert.InRange(rows * sizes.Kc * size, 1, caches.Level1.Bytes * 3 / 4);
            Assert.InRange(panel, 1, caches.Level2.Bytes / 4);
            Assert.True(Ways(panel) + Ways(block) + 1 <= caches.Level2.Ways, $"{machine}: {sizes.Kc} × {sizes.Mc} leave no way for C.");
            Assert.InRange(sizes.Nc * sizes.Kc * size, 1, caches.Level3.Bytes / 2);
            Assert.Equal((0, 0), (sizes.Mc % 24, sizes.Nc % 64));
            Assert.InRange(sizes.RowsPerSet, 1, caches.Level2.Bytes / sizes.SetDistance);

            int Ways(int bytes) => (bytes + way - 1) / way;
        }
    }

    /// <summary>Sizes that no machine has give blocks, too.</summary>
    [Theory]
    [InlineData("1K/1, 1K/1, 1K/1")]
    [InlineData("16K/4, 128K/1, 128K/1")]
    [InlineData("256K/8, 16M/16, 1023M/64")]
    public void Unusual_caches_give_blocks(string caches)
    {
        foreach (VectorRegisters registers in new[] { Avx512, Avx2, Neon, Sse, new(16, 4), new(16, 8) })
        {
            var sizes = BlockSizes.Derive(Caches.Parse(caches), registers, registers.Bytes == 4 ? 4 : 8);
            Assert.True(sizes.Kc >= 64 && sizes.Mc >= 24 && sizes.Nc >= 64 && sizes.Unpacked > 0, $"{sizes.Kc} × {sizes.Mc} × {sizes.Nc}");
        }
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 72)]
    [InlineData(1024, 360)]
    [InlineData(1, 1)]
    public void Blocks_of_rows_are_about_equal(int rows, int expected) =>
        Assert.Equal(expected, Blocking.Even(rows, rows == 1024 ? 408 : 100, 24));

    private static BlockSizes Derive(string machine, int size) =>
        BlockSizes.Derive(Caches.Parse(Known[machine].Caches), Known[machine].Registers, size);
}
