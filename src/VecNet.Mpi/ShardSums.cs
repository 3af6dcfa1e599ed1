using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Mpi;

/// <summary>The sum of the vectors of all shards, in the order of the binary tree.</summary>
/// <remarks>
/// <para>
/// The sum of a block of 2ⁿ shards that begins at a multiple of 2ⁿ is that of its first half plus that of its second half. A rank adds its
/// shards from left to right on a stack: whenever the two top blocks are halves of a block, they become one. At the end, the stack has the
/// largest blocks that the rank's shards consist of; one, if the number of ranks is a power of two.
/// </para>
/// <para>
/// The vector is then divided among the ranks. Each rank receives its part of the sums of all blocks and continues with them in the same
/// way, and at the end all ranks exchange the sums. With one block for each of p ranks, a rank sends 2 · (p − 1) / p vectors, which is the
/// least possible.
/// </para>
/// </remarks>
internal sealed class ShardSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Parts of vectors begin at multiples of it, so that ranks do not write to the same cache line.</summary>
    private const int Alignment = 16;

    private readonly ICommunicator communicator;
    private readonly GradientParts<T> parts;

    /// <summary>The blocks of each rank: their numbers of shards.</summary>
    private readonly int[][] blocksOfRanks;

    /// <summary>Where the part of each rank begins in the vector.</summary>
    private readonly int[] starts;
    private readonly int shards;

    /// <summary>The sums on the stack.</summary>
    private readonly TensorBuffer<T>[] sums;

    /// <summary>This rank's part of the sums of all blocks, those of rank 0 first.</summary>
    private readonly TensorBuffer<T> partsOfBlocks;
    private readonly BlockStack stack;

    internal ShardSums(ICommunicator communicator, GradientParts<T> parts, int shards)
    {
        this.communicator = communicator;
        this.parts = parts;
        this.shards = shards;
        (int rank, int size) = (communicator.Rank, communicator.Size);
        blocksOfRanks =
        [
            .. Enumerable.Range(0, size).Select(other => ShardRanges.BlocksOf(
                ShardRanges.StartOf(other, size, shards), ShardRanges.StartOf(other + 1, size, shards))),
        ];
        int units = (parts.Length + Alignment - 1) / Alignment;
        starts =
        [
            .. Enumerable.Range(0, size + 1)
                .Select(other => int.Min(parts.Length, ShardRanges.StartOf(other, size, units) * Alignment)),
        ];
        stack = new((2 * int.Log2(shards)) + 2);
        sums = [.. Enumerable.Range(0, DepthOf(rank)).Select(_ => new TensorBuffer<T>(1, parts.Length))];
        partsOfBlocks = new TensorBuffer<T>(
            size == 1 ? 0 : blocksOfRanks.Sum(blocks => blocks.Length), starts[rank + 1] - starts[rank]);
    }

    /// <summary>Begins a step.</summary>
    internal void Begin() => stack.Begin(ShardRanges.StartOf(communicator.Rank, communicator.Size, shards));

    /// <summary>Adds the vector of the network, which is that of this rank's next shard.</summary>
    internal void AddShard()
    {
        stack.Push(1);
        if (stack.CanMerge)
        {
            stack.Merge();
            parts.AddTo(sums[stack.Depth - 1].Span);
        }
        else
        {
            parts.CopyTo(sums[stack.Depth - 1].Span);
        }

        while (stack.CanMerge)
        {
            stack.Merge();
            Span<T> left = sums[stack.Depth - 1].Span;
            TensorPrimitives.Add(left, sums[stack.Depth].Span, left);
        }
    }

    /// <summary>Adds the sums of all ranks.</summary>
    /// <returns>The sum of all shards, the same on all ranks.</returns>
    internal ReadOnlySpan<T> AddRanks()
    {
        (int rank, int size) = (communicator.Rank, communicator.Size);
        if (size > 1)
        {
            ExchangeParts(rank, size);
            AddParts();
            Span<T> sum = sums[0].Span;
            partsOfBlocks.View.Row(0).CopyTo(sum[starts[rank]..]);
            communicator.GatherAll(sum, starts);
        }

        return sums[0].Span;
    }

    /// <summary>Gives each other rank its part of this rank's sums, and receives this rank's part of theirs.</summary>
    private void ExchangeParts(int rank, int size)
    {
        int length = starts[rank + 1] - starts[rank];
        for (int block = 0; block < stack.Depth; block++)
        {
            sums[block].Span.Slice(starts[rank], length).CopyTo(partsOfBlocks.View.Row(FirstBlockOf(rank) + block));
        }

        for (int distance = 1; distance < size; distance++)
        {
            int to = (rank + distance) % size;
            int from = (rank - distance + size) % size;
            int sent = blocksOfRanks[rank].Length;
            int received = blocksOfRanks[from].Length;
            for (int block = 0; block < int.Max(sent, received); block++)
            {
                communicator.ExchangeAll<T>(
                    block < sent ? sums[block].Span[starts[to]..starts[to + 1]] : default,
                    to,
                    block < received ? partsOfBlocks.View.Row(FirstBlockOf(from) + block) : default,
                    from);
            }
        }
    }

    /// <summary>Adds this rank's part of the blocks of all ranks, into that of the first block.</summary>
    private void AddParts()
    {
        // The places of the blocks on the stack, by depth, are found by their first shards.
        stack.Begin(0);
        int row = 0;
        foreach (int[] blocks in blocksOfRanks)
        {
            foreach (int count in blocks)
            {
                stack.Push(count);
                stack.Tag = row++;
                while (stack.CanMerge)
                {
                    int right = stack.Tag;
                    stack.Merge();
                    Span<T> left = partsOfBlocks.View.Row(stack.Tag);
                    TensorPrimitives.Add(left, partsOfBlocks.View.Row(right), left);
                }
            }
        }
    }

    private int FirstBlockOf(int rank)
    {
        int first = 0;
        for (int other = 0; other < rank; other++)
        {
            first += blocksOfRanks[other].Length;
        }

        return first;
    }

    /// <summary>The most sums on the stack of a rank at a time.</summary>
    private int DepthOf(int rank)
    {
        int size = communicator.Size;
        int end = ShardRanges.StartOf(rank + 1, size, shards);
        stack.Begin(ShardRanges.StartOf(rank, size, shards));
        int depth = 1;
        while (stack.End < end)
        {
            // A shard that completes a block is added to the sum of its left half at once.
            stack.Push(1);
            depth = int.Max(depth, stack.CanMerge ? stack.Depth - 1 : stack.Depth);
            while (stack.CanMerge)
            {
                stack.Merge();
            }
        }

        return depth;
    }
}
