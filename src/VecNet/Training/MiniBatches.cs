using System.Numerics;

namespace VecNet;

/// <summary>A mini-batch of an epoch.</summary>
internal readonly struct MiniBatch(int start, int count, int firstRow)
{
    /// <summary>The place of its first sample in the order of the epoch.</summary>
    internal readonly int Start = start;

    /// <summary>The number of its samples.</summary>
    internal readonly int Count = count;

    /// <summary>The first row of each sample that it has; 0 unless back-propagation through time is truncated.</summary>
    internal readonly int FirstRow = firstRow;
}

/// <summary>Divides the samples of each epoch into mini-batches, as the options of a trainer say.</summary>
/// <remarks>
/// <para>
/// The samples of an epoch are shuffled, and mini-batches are cut from them in this order: each has as many samples as the limits of
/// samples and of rows allow. All of this is a function of the shuffled order, the lengths, the options and the number of the epoch, so
/// that a resumed training finds the same mini-batches.
/// </para>
/// <para>
/// With bucketing, the shuffled order is first divided into pools of about <see cref="BatchesOfPool"/> mini-batches. The sequences of a
/// pool are sorted by length, equal ones in their shuffled order, and cut into mini-batches; at the end, the mini-batches of all pools are
/// shuffled. In this way, the sequences of a mini-batch have similar lengths, and other ones in each epoch.
/// </para>
/// </remarks>
internal sealed class MiniBatches<T>(TrainerOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The number of mini-batches of a pool: with n of them, the lengths within a mini-batch differ by about 1/n of the range of all.
    /// </summary>
    private const int BatchesOfPool = 32;

    private readonly SplitMix64 random = new(0);
    private (int Start, int End)[] batches = [];
    private int count;
    private Dataset<T> data = null!;
    private int[] order = [];
    private int[] sorted = [];
    private long[] keys = [];

    /// <summary>Divides the samples of an epoch.</summary>
    /// <param name="training">The data.</param>
    /// <param name="shuffled">Its samples in their shuffled order.</param>
    /// <param name="epoch">The number of the epoch.</param>
    internal void Begin(Dataset<T> training, int[] shuffled, int epoch)
    {
        data = training;
        order = shuffled;
        count = 0;
        if (!options.BucketByLength || !training.Sequences.HasValue)
        {
            Cut(0, order.Length);
            return;
        }

        SortPools();
        random.State = SplitMix64.StateOf(SplitMix64.StateOf(options.Seed, RandomStream.BatchOrder), (ulong)epoch);
        random.Shuffle(batches.AsSpan(0, count));
        Join();
    }

    /// <summary>The mini-batch at a place of the epoch.</summary>
    /// <param name="position">The number of samples before it.</param>
    /// <param name="firstRow">The number of rows of its samples that have been used.</param>
    /// <returns>The mini-batch; null if none begins there.</returns>
    internal MiniBatch? At(int position, int firstRow)
    {
        // A mini-batch that begins at the position ends after 0, so that it is the next greater pair.
        int found = ~batches.AsSpan(0, count).BinarySearch((position, 0));
        if (found == count || batches[found].Start != position)
        {
            return null;
        }

        var batch = new MiniBatch(position, batches[found].End - position, firstRow);
        return firstRow == 0 || (firstRow % (options.TruncationLength ?? int.MaxValue) == 0 && firstRow < LongestOf(batch)) ? batch : null;
    }

    /// <summary>The place of the mini-batch after another.</summary>
    internal (int Position, int FirstRow) After(MiniBatch batch)
    {
        int next = (int)long.Min(int.MaxValue, batch.FirstRow + (long)(options.TruncationLength ?? int.MaxValue));
        return next < LongestOf(batch) ? (batch.Start, next) : (batch.Start + batch.Count, 0);
    }

    /// <summary>The samples of a mini-batch.</summary>
    internal ReadOnlySpan<int> SamplesOf(MiniBatch batch) => order.AsSpan(batch.Start, batch.Count);

    /// <summary>The rows of the longest sequence of a mini-batch, before it is truncated; 1 for rows.</summary>
    private int LongestOf(MiniBatch batch)
    {
        int longest = 1;
        foreach (int sample in SamplesOf(batch))
        {
            longest = int.Max(longest, data.RowsOf(sample));
        }

        return longest;
    }

    /// <summary>Cuts mini-batches from a part of the order.</summary>
    private void Cut(int start, int end)
    {
        while (start < end)
        {
            int next = data.EndOfBatch(order, start, end, options);
            if (count == batches.Length)
            {
                Array.Resize(ref batches, int.Max(16, 2 * count));
            }

            batches[count++] = (start, next);
            start = next;
        }
    }

    /// <summary>Copies the order, with the sequences of each pool sorted by length, and cuts mini-batches from the pools.</summary>
    private void SortPools()
    {
        if (sorted.Length != order.Length)
        {
            sorted = new int[order.Length];
            keys = new long[order.Length];
        }

        for (int place = 0; place < keys.Length; place++)
        {
            keys[place] = ((long)data.RowsOf(order[place]) << 32) | (uint)place;
        }

        int[] shuffled = order;
        order = sorted;
        for (int start = 0; start < keys.Length;)
        {
            int end = EndOfPool(shuffled, start);
            keys.AsSpan(start..end).Sort();
            for (int place = start; place < end; place++)
            {
                order[place] = shuffled[(int)keys[place]];
            }

            Cut(start, end);
            start = end;
        }
    }

    private int EndOfPool(int[] shuffled, int start)
    {
        int end = (int)long.Min(start + ((long)BatchesOfPool * options.BatchSize), shuffled.Length);
        long left = options.MaxBatchTokens * (long?)BatchesOfPool ?? long.MaxValue;
        int next = start;
        while (next < end && left > 0)
        {
            left -= data.LengthOf(shuffled[next++], options);
        }

        return next;
    }

    /// <summary>Copies the mini-batches one after another in their shuffled order; the memory of the keys is free by then.</summary>
    private void Join()
    {
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            (int start, int end) = batches[i];
            batches[i] = (next, next + end - start);
            for (int place = start; place < end; place++)
            {
                keys[next++] = order[place];
            }
        }

        for (int place = 0; place < order.Length; place++)
        {
            order[place] = (int)keys[place];
        }
    }
}
