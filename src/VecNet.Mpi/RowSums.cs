using System.Numerics;

namespace VecNet.Mpi;

/// <summary>
/// The sums of sparse gradients over all shards, in the order of the same tree as <see cref="ShardSums{T}"/>: only rows that occur are
/// added and sent.
/// </summary>
/// <remarks>
/// Every rank receives the rows of all blocks and adds them. A row that only one half of a block has is that of this half.
/// </remarks>
internal sealed class RowSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ICommunicator communicator;
    private readonly NeuralNetwork<T> network;
    private readonly Slot[] slots;
    private readonly BlockStack stack;

    /// <summary>Where the shards of each rank begin.</summary>
    private readonly int[] shards;

    /// <summary>The blocks of all ranks: their numbers of shards.</summary>
    private readonly int[] blocks;

    /// <summary>Where the blocks of each rank begin.</summary>
    private readonly int[] firstBlocks;

    /// <summary>For each block on the stack, the sum of each slot.</summary>
    private readonly RowSum<T>[][] sums;

    /// <summary>For each block of all ranks, the sum of each slot.</summary>
    private readonly RowSum<T>[][] received;

    /// <summary>The number of rows of each sum of each block of all ranks, and where those of each rank begin.</summary>
    private readonly int[] counts;
    private readonly int[] firstCounts;

    internal RowSums(ICommunicator communicator, NeuralNetwork<T> network, Slot[] slots, int shards)
    {
        this.communicator = communicator;
        this.network = network;
        this.slots = slots;
        int size = communicator.Size;
        this.shards = [.. Enumerable.Range(0, size + 1).Select(rank => ShardRanges.StartOf(rank, size, shards))];
        int[][] ofRanks = [.. Enumerable.Range(0, size).Select(rank => ShardRanges.BlocksOf(this.shards[rank], this.shards[rank + 1]))];
        blocks = [.. ofRanks.SelectMany(counts => counts)];
        firstBlocks = [.. Enumerable.Range(0, size + 1).Select(rank => ofRanks.Take(rank).Sum(counts => counts.Length))];
        stack = new((2 * int.Log2(shards)) + 2);
        sums = Create((2 * int.Log2(shards)) + 1);
        received = Create(size == 1 ? 0 : blocks.Length);
        counts = new int[blocks.Length * slots.Length];
        firstCounts = [.. firstBlocks.Select(first => first * slots.Length)];
    }

    /// <summary>Begins a step.</summary>
    internal void Begin() => stack.Begin(shards[communicator.Rank]);

    /// <summary>Adds the gradients of the network, which are those of this rank's next shard.</summary>
    internal void AddShard()
    {
        if (slots.Length == 0)
        {
            return;
        }

        stack.Push(1);
        if (stack.CanMerge)
        {
            stack.Merge();
        }
        else
        {
            Clear(sums[stack.Depth - 1]);
        }

        for (int i = 0; i < slots.Length; i++)
        {
            RowSum<T> sum = sums[stack.Depth - 1][i];
            Slot slot = slots[i];
            foreach (int row in slot.Touched!.All)
            {
                sum.Add(row, network.Gradients.Slice(slot.Offset + (row * slot.Columns), slot.Columns));
            }
        }

        while (stack.CanMerge)
        {
            stack.Merge();
            Add(sums[stack.Depth - 1], sums[stack.Depth]);
        }
    }

    /// <summary>Adds the sums of all ranks, and sets the network's gradients to them.</summary>
    internal void AddRanks()
    {
        if (slots.Length == 0)
        {
            return;
        }

        RowSum<T>[] all = sums[0];
        if (communicator.Size > 1)
        {
            Exchange();
            all = AddBlocks();
        }

        for (int i = 0; i < slots.Length; i++)
        {
            Set(slots[i], all[i]);
        }
    }

    /// <summary>Gives all ranks the sums of all blocks.</summary>
    private void Exchange()
    {
        (int rank, int size) = (communicator.Rank, communicator.Size);
        for (int block = firstBlocks[rank]; block < firstBlocks[rank + 1]; block++)
        {
            Clear(received[block]);
            Add(received[block], sums[block - firstBlocks[rank]]);
            for (int i = 0; i < slots.Length; i++)
            {
                counts[(block * slots.Length) + i] = received[block][i].Count;
            }
        }

        communicator.GatherAll(counts.AsSpan(), firstCounts);
        for (int distance = 1; distance < size; distance++)
        {
            Exchange(rank, (rank + distance) % size, (rank - distance + size) % size);
        }
    }

    private void Exchange(int rank, int to, int from)
    {
        int outgoingSums = firstCounts[rank + 1] - firstCounts[rank];
        int incomingSums = firstCounts[from + 1] - firstCounts[from];
        for (int next = 0; next < int.Max(outgoingSums, incomingSums); next++)
        {
            RowSum<T>? outgoing = next < outgoingSums ? SumAt(firstCounts[rank] + next) : null;
            RowSum<T>? incoming = next < incomingSums ? SumAt(firstCounts[from] + next) : null;
            incoming?.Resize(counts[firstCounts[from] + next]);
            communicator.ExchangeAll<int>(
                outgoing is null ? default : outgoing.Rows, to, incoming is null ? default : incoming.Rows, from);
            communicator.ExchangeAll<T>(
                outgoing is null ? default : outgoing.Values, to, incoming is null ? default : incoming.Values, from);
            incoming?.Index();
        }

        RowSum<T> SumAt(int place) => received[place / slots.Length][place % slots.Length];
    }

    /// <summary>Adds the blocks of all ranks, into the first one.</summary>
    private RowSum<T>[] AddBlocks()
    {
        stack.Begin(0);
        for (int block = 0; block < blocks.Length; block++)
        {
            stack.Push(blocks[block]);
            stack.Tag = block;
            while (stack.CanMerge)
            {
                int right = stack.Tag;
                stack.Merge();
                Add(received[stack.Tag], received[right]);
            }
        }

        return received[0];
    }

    private void Set(in Slot slot, RowSum<T> sum)
    {
        Span<T> gradients = network.Gradients.Slice(slot.Offset, slot.Length);

        // The rows that this rank's last shard has written are among those of the sum.
        slot.Touched!.Clear();
        for (int position = 0; position < sum.Count; position++)
        {
            int row = sum.Rows[position];
            sum.At(position).CopyTo(gradients[(row * slot.Columns)..]);
            slot.Touched.Add(row);
        }
    }

    private RowSum<T>[][] Create(int blocksOfSums) =>
    [
        .. Enumerable.Range(0, slots.Length == 0 ? 0 : blocksOfSums)
            .Select(_ => slots.Select(slot => new RowSum<T>(slot.Rows, slot.Columns)).ToArray()),
    ];

    private static void Add(RowSum<T>[] left, RowSum<T>[] right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            left[i].Add(right[i]);
        }
    }

    private static void Clear(RowSum<T>[] cleared)
    {
        foreach (RowSum<T> sum in cleared)
        {
            sum.Clear();
        }
    }
}
