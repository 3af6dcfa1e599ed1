namespace VecNet.Tests;

public sealed class AllocationsTests
{
    private static object? sink;

    [Fact]
    public void The_smallest_object_is_seen() => Assert.InRange(Allocations.PerCall(() => sink = new object()), 1, 100);

    [Fact]
    public void Nothing_is_nothing() => Assert.Equal(0, Allocations.PerCall(() => _ = sink?.GetHashCode()));
}
