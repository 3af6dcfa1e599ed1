namespace VecNet.Tests;

public sealed class CachesTests
{
    [Fact]
    public void Sizes_are_plausible()
    {
        Assert.InRange(Caches.Level2, 256 << 10, 4 << 20);
        Assert.InRange(Caches.Level3, 4 << 20, 64 << 20);
        Assert.True(Caches.Level2 <= Caches.Level3);
        Assert.Equal((0, 0), (Caches.Level2 % Machine.CacheLine, Caches.Level3 % Machine.CacheLine));
    }

    [Fact]
    public void Blocks_fit_into_them()
    {
        AssertFit(Blocking.Mc<float>(), Blocking.Nc<float>(), sizeof(float));
        AssertFit(Blocking.Mc<double>(), Blocking.Nc<double>(), sizeof(double));
    }

    private static void AssertFit(int mc, int nc, int size)
    {
        Assert.Equal((0, 0), (mc % 24, nc % 64));
        Assert.InRange(mc * Blocking.Kc * size, 1, Caches.Level2);
        Assert.InRange(nc * Blocking.Kc * size, 1, Caches.Level3);
    }
}
