namespace VecNet.Mpi;

/// <summary>Which samples a shard has, and which shards a rank.</summary>
internal static class ShardRanges
{
    /// <summary>
    /// The beginning of part <paramref name="index"/> of <paramref name="parts"/> nearly equal parts of <paramref name="count"/> things.
    /// </summary>
    internal static int StartOf(int index, int parts, int count) => (int)((long)count * index / parts);

    /// <summary>
    /// The largest blocks of the tree that make up the shards from <paramref name="start"/> to <paramref name="end"/>, in order: the
    /// number of shards of a block is a power of two that divides its first shard.
    /// </summary>
    internal static int[] BlocksOf(int start, int end)
    {
        var counts = new List<int>();
        while (start < end)
        {
            int aligned = start == 0 ? int.MaxValue : start & -start;
            int count = int.Min(aligned, 1 << int.Log2(end - start));
            counts.Add(count);
            start += count;
        }

        return [.. counts];
    }
}
