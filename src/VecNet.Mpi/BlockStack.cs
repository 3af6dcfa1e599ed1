namespace VecNet.Mpi;

/// <summary>The blocks of shards whose sums have been computed, from left to right.</summary>
/// <param name="capacity">The most blocks on the stack.</param>
internal sealed class BlockStack(int capacity)
{
    private readonly int[] starts = new int[capacity];
    private readonly int[] tags = new int[capacity];

    /// <summary>The number of blocks.</summary>
    internal int Depth { get; private set; }

    /// <summary>The end of the last block.</summary>
    internal int End { get; private set; }

    /// <summary>A number that the caller has given to the last block; a merged block has that of its left half.</summary>
    internal int Tag
    {
        get => tags[Depth - 1];
        set => tags[Depth - 1] = value;
    }

    /// <summary>Whether the last two blocks are the halves of a block of the tree.</summary>
    internal bool CanMerge
    {
        get
        {
            if (Depth < 2)
            {
                return false;
            }

            int left = starts[Depth - 2];
            int count = End - starts[Depth - 1];
            return starts[Depth - 1] - left == count && left % (2 * count) == 0;
        }
    }

    /// <summary>Removes all blocks; the next one begins at a shard.</summary>
    internal void Begin(int shard) => (Depth, End) = (0, shard);

    /// <summary>Adds a block.</summary>
    internal void Push(int count)
    {
        starts[Depth++] = End;
        End += count;
    }

    /// <summary>Makes the last two blocks one.</summary>
    internal void Merge() => Depth--;
}
