namespace VecNet.Tests;

[Collection(Alone.Name)]
public sealed class AllocationsTests
{
    private static object? sink;

    [Fact]
    public void The_smallest_object_is_seen() => Assert.InRange(Allocations.PerCall(() => sink = new object()), 1, 100);

    [Fact]
    public void Nothing_is_nothing() => Assert.Equal(0, Allocations.PerCall(() => _ = sink?.GetHashCode()));

    [Fact]
    public void Another_thread_s_objects_are_the_process_s()
    {
        using var wanted = new SemaphoreSlim(0);
        using var made = new SemaphoreSlim(0);
        bool ended = false;
        var thread = new Thread(() =>
        {
            for (wanted.Wait(); !Volatile.Read(ref ended); wanted.Wait())
            {
                sink = new object();
                made.Release();
            }
        });
        thread.Start();
        long bytes = Allocations.OfTheProcess(() =>
        {
            wanted.Release();
            made.Wait();
        });
        Volatile.Write(ref ended, true);
        wanted.Release();
        thread.Join();
        Assert.InRange(bytes, 10, 1000);
    }

    [Fact]
    public void Nothing_is_nothing_of_the_process_too() => Assert.Equal(0, Allocations.OfTheProcess(() => _ = sink?.GetHashCode()));
}
