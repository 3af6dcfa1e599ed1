namespace VecNet.Tests;

/// <summary>Which sequences are in which mini-batch: limits of sequences and of tokens, lengths, and the seed.</summary>
public sealed class MiniBatchTests
{
    public static TheoryData<int, int?, bool, int?> Limits
    {
        get
        {
            var data = new TheoryData<int, int?, bool, int?>();
            foreach (bool buckets in (bool[])[false, true])
            {
                data.Add(7, null, buckets, null);
                data.Add(1, null, buckets, null);
                data.Add(1000, 100, buckets, null);
                data.Add(7, 100, buckets, null);
                data.Add(1000, 1, buckets, null);
                data.Add(1000, int.MaxValue, buckets, null);
                data.Add(9, 30, buckets, 4);
            }

            return data;
        }
    }

    /// <summary>Each sequence once, no mini-batch beyond a limit, and none that could have taken the next sequence, too.</summary>
    [Theory]
    [MemberData(nameof(Limits))]
    public void Mini_batches_have_every_sequence_once_and_keep_the_limits(int most, int? tokens, bool buckets, int? truncation)
    {
        var options = new TrainerOptions
        {
            BatchSize = most, MaxBatchTokens = tokens, BucketByLength = buckets, TruncationLength = truncation,
        };
        Dataset<float> data = Lengths(500);
        int room = data.RowsOfBatch(options);
        int[] order = Shuffled(500, 1);
        var batches = new MiniBatches<float>(options);
        batches.Begin(data, order, epoch: 0);
        List<int> seen = [];
        (int Position, int FirstRow) place = default;
        while (place.Position < 500)
        {
            MiniBatch batch = batches.At(place.Position, place.FirstRow)!.Value;
            int[] samples = batches.SamplesOf(batch).ToArray();
            int rows = samples.Sum(sample => int.Min(data.RowsOf(sample), truncation ?? int.MaxValue));
            Assert.InRange(samples.Length, 1, most);
            Assert.True(rows <= (tokens ?? int.MaxValue) || samples.Length == 1);
            Assert.InRange(rows, 1, room);
            if (place.FirstRow == 0)
            {
                seen.AddRange(samples);
            }

            int longest = samples.Max(data.RowsOf);
            (int Position, int FirstRow) next = batches.After(batch);
            Assert.Equal(
                place.FirstRow + (truncation ?? 1000) < longest
                    ? (place.Position, place.FirstRow + truncation!.Value)
                    : (place.Position + samples.Length, 0),
                next);
            place = next;
        }

        Assert.Equal(Enumerable.Range(0, 500), seen.Order());
        if (!buckets)
        {
            Assert.Equal(order, seen);
        }

        Assert.Null(batches.At(500, 0));
        Assert.Null(batches.At(0, 1000));
    }

    /// <summary>Limits of tokens leave less than a sequence of room: there are almost as few mini-batches as possible.</summary>
    [Fact]
    public void Mini_batches_are_full()
    {
        Dataset<float> data = Lengths(2000);
        foreach (bool buckets in (bool[])[false, true])
        {
            int[][] batches = Divide(data, new() { BatchSize = 1000, MaxBatchTokens = 400, BucketByLength = buckets }, 0);
            Assert.InRange(batches.Length, data.Rows / 400, data.Rows / 400 * 1.15);
        }
    }

    /// <summary>Padding to the longest sequence of a mini-batch, which nothing here does, measures how different the lengths are.</summary>
    [Fact]
    public void Buckets_have_sequences_of_similar_lengths_and_others_in_each_epoch()
    {
        Dataset<float> data = Lengths(2000);
        var options = new TrainerOptions { BatchSize = 16, BucketByLength = true };
        int[][] first = Divide(data, options, 0);
        Assert.InRange(Padded(first), data.Rows, 1.1 * data.Rows);
        Assert.InRange(Padded(Divide(data, options with { BucketByLength = false }, 0)), 1.5 * data.Rows, double.PositiveInfinity);
        Assert.Equal(first, Divide(data, options, 0));
        HashSet<string> groups = [.. first.Select(Name)];
        Assert.InRange(Divide(data, options, 1).Count(batch => groups.Contains(Name(batch))), 0, 3);
        Assert.NotEqual(first, Divide(data, options with { Seed = 1 }, 0));

        // The mini-batches of a pool do not come from the shortest to the longest.
        Assert.InRange(
            first.Zip(first.Skip(1)).Count(pair => data.RowsOf(pair.First[0]) <= data.RowsOf(pair.Second[0])),
            first.Length * 0.35,
            first.Length * 0.65);

        double Padded(int[][] batches) => batches.Sum(batch => (double)batch.Length * batch.Max(data.RowsOf));
        static string Name(int[] batch) => string.Join(' ', batch.Order());
    }

    /// <summary>Rows have no lengths: the smaller limit counts.</summary>
    [Fact]
    public void Rows_count_as_tokens()
    {
        var data = new Dataset<float>(new TensorBuffer<float>(10, 1), new int[10]);
        int[][] batches = Divide(data, new() { BatchSize = 4, MaxBatchTokens = 3, BucketByLength = true }, 0);
        Assert.Equal([3, 3, 3, 1], batches.Select(batch => batch.Length));
    }

    /// <summary>Sequences of 1 to about 100 rows, most of them short.</summary>
    private static Dataset<float> Lengths(int count)
    {
        var random = new SplitMix64(6);
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++)
        {
            offsets[i + 1] = offsets[i] + 1 + (int)(100 * Math.Pow(random.NextDouble(), 3));
        }

        return new(new TensorBuffer<float>(offsets[^1], 1), new(offsets), new int[offsets[^1]]);
    }

    private static int[] Shuffled(int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new SplitMix64(seed).Shuffle(order.AsSpan());
        return order;
    }

    internal static int[][] Divide<T>(Dataset<T> data, TrainerOptions options, int epoch, int[]? order = null)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var batches = new MiniBatches<T>(options);
        batches.Begin(data, order ?? Shuffled(data.Count, 1 + (ulong)epoch), epoch);
        List<int[]> found = [];
        for (int position = 0; position < data.Count; position += found[^1].Length)
        {
            found.Add(batches.SamplesOf(batches.At(position, 0)!.Value).ToArray());
        }

        return [.. found];
    }
}
