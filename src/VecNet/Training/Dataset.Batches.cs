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

    /// <summary>The number of rows that no mini-batch of the given number of samples exceeds.</summary>
    internal int RowsOfBatch(int samples)
    {
        if (offsets is null)
        {
            return samples;
        }

        int[] lengths = new int[Count];
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            lengths[sequence] = offsets[sequence + 1] - offsets[sequence];
        }

        Array.Sort(lengths);
        int rows = 0;
        foreach (int length in lengths.AsSpan()[int.Max(0, lengths.Length - samples)..])
        {
            rows += length;
        }

        return rows;
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
    internal void CopyRows(ReadOnlySpan<int> samples, Dataset<T> destination)
    {
        destination.SparseFeatures?.CopyRows(SparseFeatures!, samples);
        int next = 0;
        for (int i = 0; i < samples.Length && SparseFeatures is null; i++)
        {
            int first = RowOf(samples[i]), count = RowOf(samples[i] + 1) - first;
            ids?.AsSpan(first, count).CopyTo(destination.ids.AsSpan(next));
            dense?.View.SliceRows(first, count).CopyTo(destination.dense!.View.SliceRows(next, count));
            next += count;
        }

        CopyTargets(samples, destination);
    }

    /// <summary>
    /// Copies the offsets, targets and weights of samples to the beginning of <paramref name="destination"/>, which <see cref="EmptyLike"/>
    /// has created.
    /// </summary>
    internal void CopyTargets(ReadOnlySpan<int> samples, Dataset<T> destination)
    {
        int next = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            if (offsets is not null)
            {
                destination.offsets![i + 1] = destination.offsets[i] + RowOf(samples[i] + 1) - RowOf(samples[i]);
            }

            for (int target = TargetOf(samples[i]); target < TargetOf(samples[i] + 1); target++, next++)
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
