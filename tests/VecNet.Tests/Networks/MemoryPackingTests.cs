using FsCheck.Xunit;

namespace VecNet.Tests;

public sealed class MemoryPackingTests
{
    [Property]
    public void What_is_needed_at_the_same_time_lies_apart(int count, ulong seed)
    {
        const int Alignment = 16;
        var random = new Seeded(seed);
        Lifetime[] parts = [.. Enumerable.Range(0, Math.Abs(count % 40)).Select(_ =>
        {
            int first = random.Integer(0, 20);
            return new Lifetime(random.Integer(0, 300), first, first + random.Integer(0, 5));
        })];
        (long[] offsets, long length) = MemoryPacking.Place(parts, Alignment);
        for (int i = 0; i < parts.Length; i++)
        {
            Assert.Equal(0, offsets[i] % Alignment);
            Assert.InRange(offsets[i] + parts[i].Length, 0, length);
            for (int j = 0; j < i; j++)
            {
                bool sameTime = parts[i].First <= parts[j].Last && parts[j].First <= parts[i].Last;
                bool samePlace = offsets[i] < offsets[j] + parts[j].Length && offsets[j] < offsets[i] + parts[i].Length;
                Assert.False(sameTime && samePlace, $"{parts[i]} and {parts[j]} share memory.");
            }
        }

        long most =
            Enumerable.Range(0, 26).Max(time => parts.Where(part => part.First <= time && time <= part.Last).Sum(part => part.Length));
        Assert.InRange(length, most, long.Max(most, (2 * most) + (Alignment * parts.Length)));
    }

    [Fact]
    public void A_chain_takes_turns_in_two_places()
    {
        Lifetime[] chain = [.. Enumerable.Range(0, 10).Select(time => new Lifetime(64, time, time + 1))];
        Assert.Equal(128, MemoryPacking.Place(chain, 16).Length);
    }

    [Fact]
    public void Nothing_takes_no_memory() => Assert.Equal(0, MemoryPacking.Place([], 16).Length);
}
