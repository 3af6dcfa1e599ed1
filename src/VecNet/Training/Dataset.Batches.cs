using System.Numerics;

namespace VecNet;

/// <content>Mini-batches of samples: rows, or whole sequences.</content>
public sealed partial class Dataset<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Creates a data set of the given samples, in their order: of rows, or of sequences if there are some.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public Dataset<T> Select(ReadOnlySpan<int> rows)
    {
        long selected = 0;
        foreach (int sample in rows)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sample, (uint)Count, nameof(rows));
            selected += RowOf(sample + 1) - RowOf(sample);
        }

        Dataset<T> selection = EmptyLike(rows.Length, checked((int)selected));
        CopyRows(rows, selection);
        return selection;
    }

    /// <summary>The number of rows that no mini-batch exceeds.</summary>
    internal int RowsOfBatch(TrainerOptions options)
    {
        int most = options.MaxBatchTokens ?? int.MaxValue;
        if (offsets is null)
        {
            return int.Min(options.BatchSize, most);
        }

        int[] lengths = new int[Count];
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            lengths[sequence] = LengthOf(sequence, options);
        }

        Array.Sort(lengths);
        int rows = 0;
        foreach (int length in lengths.AsSpan()[int.Max(0, lengths.Length - options.BatchSize)..])
        {
            rows = checked(rows + length);
        }

        // A sequence with more rows than the limit is a mini-batch by itself.
        return int.Min(rows, int.Max(most, lengths.AsSpan() is [.., var longest] ? longest : 0));
    }

    /// <summary>The number of rows of a sample that a mini-batch has at most.</summary>
    internal int LengthOf(int sample, TrainerOptions options) =>
        int.Min(RowsOf(sample), options.TruncationLength ?? int.MaxValue);

    /// <summary>The number of rows of a sample.</summary>
    internal int RowsOf(int sample) => RowOf(sample + 1) - RowOf(sample);

    /// <summary>The end of the mini-batch that begins at a place of an order of the samples.</summary>
    /// <param name="order">The order; empty for that of the data.</param>
    /// <param name="start">The place of the first sample.</param>
    /// <param name="end">The end of the samples that it may have.</param>
    /// <param name="options">The largest numbers of samples and of rows.</param>
    internal int EndOfBatch(ReadOnlySpan<int> order, int start, int end, TrainerOptions options)
    {
        end = (int)long.Min((long)start + options.BatchSize, end);
        long left = options.MaxBatchTokens ?? long.MaxValue;
        int next = start;
        while (next < end && (left -= LengthOf(order.IsEmpty ? next : order[next], options)) >= 0)
        {
            next++;
        }

        return int.Max(next, start + 1);
    }

    /// <summary>Creates a data set with memory for the given numbers of samples and of their rows, of the same kind.</summary>
    internal Dataset<T> EmptyLike(int samples, int rows)
    {
        int targets = hasTokenTargets ? rows : samples;
        var like = new Dataset<T>(
            dense is null ? null : new TensorBuffer<T>(rows, FeatureCount),
            SparseFeatures is null ? null : new SparseRows<T>(FeatureCount, rows),
            ids is null ? null : new int[rows],
            offsets is null ? null : new int[samples + 1],
            hasTokenTargets,
            classes is null ? null : new int[targets],
            values is null ? null : new TensorBuffer<T>(targets, values.Columns))
        {
            weights = weights is null ? null : new double[targets],
        };
        like.SparseFeatures?.AppendEmpty(rows);
        return like;
    }

    /// <summary>Copies samples to the beginning of <paramref name="destination"/>, which <see cref="EmptyLike"/> has created.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="destination">The data set to copy to.</param>
    /// <param name="firstRow">The first row of each sample to copy, from 0; a shorter one then has no row.</param>
    /// <param name="length">The largest number of rows of each sample.</param>
    internal void CopyRows(ReadOnlySpan<int> samples, Dataset<T> destination, int firstRow = 0, int length = int.MaxValue)
    {
        destination.SparseFeatures?.CopyRows(SparseFeatures!, samples);
        int next = 0;
        for (int i = 0; i < samples.Length && SparseFeatures is null; i++)
        {
            (int first, int end) = Window(samples[i], firstRow, length);
            int count = end - first;
            ids?.AsSpan(first, count).CopyTo(destination.ids.AsSpan(next));
            dense?.View.SliceRows(first, count).CopyTo(destination.dense!.View.SliceRows(next, count));
            next += count;
        }

        CopyTargets(samples, destination, firstRow, length);
    }

    /// <summary>The rows of a sample from one on, up to a number of them.</summary>
    private (int First, int End) Window(int sample, int firstRow, int length)
    {
        int end = RowOf(sample + 1);
        int first = int.Min(RowOf(sample) + firstRow, end);
        return (first, first + int.Min(length, end - first));
    }

    /// <summary>
    /// Copies the offsets, targets and weights of samples to the beginning of <paramref name="destination"/>, which <see cref="EmptyLike"/>
    /// has created; the parameters are those of <see cref="CopyRows"/>.
    /// </summary>
    internal void CopyTargets(ReadOnlySpan<int> samples, Dataset<T> destination, int firstRow = 0, int length = int.MaxValue)
    {
        int next = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            (int first, int end) = Window(samples[i], firstRow, length);
            if (offsets is not null)
            {
                destination.offsets![i + 1] = destination.offsets[i] + end - first;
            }

            (int target, int last) = hasTokenTargets ? (first, end) : (samples[i], samples[i] + 1);
            for (; target < last; target++, next++)
            {
                if (classes is not null)
                {
                    destination.classes![next] = classes[target];
                }
                else
                {
                    values!.View.Row(target).CopyTo(destination.values!.View.Row(next));
                }

                if (weights is not null)
                {
                    destination.weights![next] = weights[target];
                }
            }
        }
    }

    /// <summary>The rows of features of <paramref name="count"/> samples from <paramref name="start"/> on.</summary>
    internal ReadOnlyTensorView<T> FeaturesOf(int start, int count) =>
        Features.View.SliceRows(RowOf(start), RowOf(start + count) - RowOf(start));

    /// <summary>The integers of <paramref name="count"/> samples from <paramref name="start"/> on.</summary>
    internal ReadOnlySpan<int> IdsOf(int start, int count) => ids.AsSpan(RowOf(start)..RowOf(start + count));

    /// <summary>The targets of <paramref name="count"/> samples from <paramref name="start"/> on.</summary>
    internal Targets<T> TargetsOf(int start, int count) =>
        Targets.Slice(TargetOf(start), TargetOf(start + count) - TargetOf(start));

    /// <summary>
    /// The offsets of <paramref name="count"/> sequences from <paramref name="start"/> on; without a value if there are none.
    /// </summary>
    /// <param name="start">The first sequence.</param>
    /// <param name="count">The number of sequences.</param>
    /// <param name="shifted">Memory for count + 1 offsets, which is used unless the first sequence is that of the data.</param>
    internal SequenceOffsets SequencesOf(int start, int count, Span<int> shifted)
    {
        if (offsets is null)
        {
            return default;
        }

        ReadOnlySpan<int> slice = offsets.AsSpan(start, count + 1);
        if (start == 0)
        {
            return SequenceOffsets.Checked(slice);
        }

        for (int i = 0; i < slice.Length; i++)
        {
            shifted[i] = slice[i] - slice[0];
        }

        return SequenceOffsets.Checked(shifted[..slice.Length]);
    }

    /// <summary>The index of a sample's first row of features.</summary>
    private int RowOf(int sample) => offsets is null ? sample : offsets[sample];

    /// <summary>The index of a sample's first target.</summary>
    internal int TargetOf(int sample) => hasTokenTargets ? offsets![sample] : sample;
}
