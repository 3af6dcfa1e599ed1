using System.Numerics;

namespace VecNet;

/// <summary>Attention on several threads: each head of each sequence is computed as a whole by one thread.</summary>
internal sealed class AttentionWork<T> : Work, IPinnedAction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of multiply-adds from which a second thread pays, as for products.</summary>
    private const long WorthHelp = 500_000;

    [ThreadStatic]
    private static AttentionWork<T>? instance;

    private PinnedViews<T> views;
    private AttentionOptions options = new();
    private bool isBackward;
    private ulong seed;
    private int position;
    private int threads;
    private int parts;

    internal static void Forward(
        ReadOnlyTensorView<T> query,
        ReadOnlyTensorView<T> key,
        ReadOnlyTensorView<T> value,
        SequenceOffsets querySequences,
        SequenceOffsets keySequences,
        TensorView<T> output,
        TensorView<T> logSumExp,
        AttentionOptions options,
        TensorView<T> scratch,
        ulong seed,
        int position) => PinnedViews<T>.Run(
            Of(
                options, seed, position, isBackward: false,
                CountThreads(querySequences, keySequences, key.Columns + value.Columns, scratch.Rows)),
            querySequences.AsSpan(), keySequences.AsSpan(), query, key, value, output, logSumExp, scratch);

    internal static void Backward(
        ReadOnlyTensorView<T> query,
        ReadOnlyTensorView<T> key,
        ReadOnlyTensorView<T> value,
        SequenceOffsets querySequences,
        SequenceOffsets keySequences,
        ReadOnlyTensorView<T> output,
        ReadOnlyTensorView<T> logSumExp,
        ReadOnlyTensorView<T> gradOutput,
        TensorView<T> gradQuery,
        TensorView<T> gradKey,
        TensorView<T> gradValue,
        AttentionOptions options,
        TensorView<T> scratch,
        ulong seed) => PinnedViews<T>.Run(
            Of(
                options, seed, position: 0, isBackward: true,
                CountThreads(querySequences, keySequences, 3 * (key.Columns + value.Columns), scratch.Rows)),
            querySequences.AsSpan(), keySequences.AsSpan(), query, key, value, output, logSumExp, scratch, gradOutput, gradQuery, gradKey,
            gradValue);

    /// <summary>Runs all units while the views are pinned.</summary>
    void IPinnedAction<T>.Run(in PinnedViews<T> pinned)
    {
        views = pinned;
        int units = int.Max(0, views.Offsets.Length - 1) * options.Heads;
        parts = int.Min(threads, units);
        try
        {
            Workers.Run(this, parts, threads);
        }
        finally
        {
            views = default;
            instance = this;
        }
    }

    /// <summary>Computes every n-th unit, where n is the number of parts, with the scratch memory of the part.</summary>
    internal override void Run(int part)
    {
        int units = (views.Offsets.Length - 1) * options.Heads;
        for (int unit = part; unit < units; unit += parts)
        {
            Run(unit / options.Heads, unit % options.Heads, new(options.Dropout, seed, unit), views[5].Row(part));
        }
    }

    private void Run(int sequence, int head, WeightDropout<T> dropout, Span<T> scratch)
    {
        ReadOnlySpan<int> queries = views.Offsets, keys = views.OtherOffsets;
        (int firstQuery, int queryRows) = (queries[sequence], queries[sequence + 1] - queries[sequence]);
        (int firstKey, int keyRows) = (keys[sequence], keys[sequence + 1] - keys[sequence]);
        var attention = new AttentionHead<T>(
            Part(0, firstQuery, queryRows, head),
            Part(1, firstKey, keyRows, head),
            Part(2, firstKey, keyRows, head),
            Part(3, firstQuery, queryRows, head),
            Part(4, firstQuery, queryRows, head),
            options,
            head,
            position,
            dropout,
            scratch);
        if (isBackward)
        {
            attention.Backward(
                Part(6, firstQuery, queryRows, head),
                Part(7, firstQuery, queryRows, head),
                Part(8, firstKey, keyRows, head),
                Part(9, firstKey, keyRows, head));
        }
        else
        {
            attention.Forward();
        }
    }

    /// <summary>The rows of a sequence and the columns of a head.</summary>
    private TensorView<T> Part(int view, int firstRow, int rows, int head)
    {
        TensorView<T> whole = views[view];
        int columns = whole.Columns / options.Heads;
        return whole.Slice(firstRow, head * columns, rows, columns);
    }

    /// <summary>The instance is removed while it is in use.</summary>
    private static AttentionWork<T> Of(AttentionOptions options, ulong seed, int position, bool isBackward, int threads)
    {
        AttentionWork<T> work = instance ?? new();
        instance = null;
        work.options = options;
        work.seed = seed;
        work.position = position;
        work.isBackward = isBackward;
        work.threads = threads;
        return work;
    }

    private static int CountThreads(SequenceOffsets queries, SequenceOffsets keys, long operationsOfPair, int most)
    {
        long pairs = 0;
        for (int i = 0; i < queries.Count && pairs * operationsOfPair < WorthHelp; i++)
        {
            pairs += (long)queries.GetLength(i) * keys.GetLength(i);
        }

        return pairs * operationsOfPair < WorthHelp ? 1 : int.Min(most, Parallelism.MaxThreads);
    }
}
