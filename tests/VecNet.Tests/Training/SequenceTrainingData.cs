namespace VecNet.Tests;

/// <summary>Sequences of symbols, and networks that read them.</summary>
internal static class SequenceTrainingData
{
    internal const int Symbols = 6;
    internal const int Ignored = -100;

    /// <summary>Whether symbol 1 or 2 came first, among others, in sequences of 2 to 14 symbols.</summary>
    internal static Dataset<float> WhichCameFirst(int count, ulong seed)
    {
        var random = new SplitMix64(seed);
        int[][] sequences = new int[count][];
        int[] classes = new int[count];
        for (int i = 0; i < count; i++)
        {
            sequences[i] = new int[2 + random.NextInt(13)];
            foreach (ref int symbol in sequences[i].AsSpan())
            {
                symbol = 3 + random.NextInt(Symbols - 3);
            }

            int first = random.NextInt(sequences[i].Length - 1);
            int second = first + 1 + random.NextInt(sequences[i].Length - 1 - first);
            classes[i] = random.NextInt(2);
            (sequences[i][first], sequences[i][second]) = (1 + classes[i], 2 - classes[i]);
        }

        return new(sequences, classes);
    }

    /// <summary>Which of three symbols is the most frequent, in sequences of 1 to 13 of them.</summary>
    internal static Dataset<float> MostFrequent(int count, ulong seed)
    {
        var random = new SplitMix64(seed);
        var sequences = new List<int[]>();
        var classes = new List<int>();
        while (sequences.Count < count)
        {
            int[] sequence = [.. Enumerable.Range(0, 1 + random.NextInt(13)).Select(_ => random.NextInt(3))];
            int[] ranks = [.. Enumerable.Range(0, 3).OrderByDescending(symbol => sequence.Count(other => other == symbol))];
            if (sequence.Count(symbol => symbol == ranks[0]) > sequence.Count(symbol => symbol == ranks[1]))
            {
                sequences.Add(sequence);
                classes.Add(ranks[0]);
            }
        }

        return new(sequences, [.. classes]);
    }

    /// <summary>The next symbol of periodic sequences of 1 to 16 symbols; it is ignored before the first period has ended.</summary>
    internal static Dataset<float> NextOfPeriod(int count, ulong seed)
    {
        var random = new SplitMix64(seed);
        int[][] sequences = new int[count][];
        var classes = new List<int>();
        for (int i = 0; i < count; i++)
        {
            int[] period = [.. Enumerable.Range(0, Symbols).OrderBy(_ => random.NextInt(1000)).Take(2 + random.NextInt(2))];
            sequences[i] = [.. Enumerable.Range(0, 1 + random.NextInt(16)).Select(at => period[at % period.Length])];
            classes.AddRange(Enumerable.Range(1, sequences[i].Length)
                .Select(next => next <= period.Length ? Ignored : period[next % period.Length]));
        }

        return new(sequences, [.. classes]);
    }

    /// <summary>Sequences of 1 to 7 rows of numbers.</summary>
    internal static (TensorBuffer<double> Features, int[] Offsets) Numbers(int count, int features = 3)
    {
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++)
        {
            offsets[i + 1] = offsets[i] + 1 + (i * 5 % 7);
        }

        var numbers = new TensorBuffer<double>(offsets[^1], features);
        Matrix<double, Ordinary>.Fill(numbers.View, 3);
        return (numbers, offsets);
    }

    /// <summary>Attention and a recurrent layer, with an output for each sequence or for each row.</summary>
    internal static NeuralNetwork<double> Network(bool bySequence, double dropout = 0) => new(
        3,
        [
            new FullyConnectedLayer<double>(8, WeightInitialization.XavierNormal), new SelfAttention<double>(heads: 2),
            new Dropout<double>(dropout), new Gru<double>(5),
            .. (ReadOnlySpan<ILayer<double>>)(bySequence ? [new SequencePooling<double>(PoolingMode.Mean)] : []),
            new FullyConnectedLayer<double>(4, WeightInitialization.XavierNormal),
        ],
        seed: 5);
}
