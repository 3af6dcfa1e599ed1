using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>Sums of shards are those of a binary tree, written down as a recursion.</summary>
public sealed class ShardSumTests
{
    private const int Dense = 70;
    private const int Rows = 9;
    private const int Columns = 3;

    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (int shards in new[] { 1, 2, 4, 16, 32 })
            {
                foreach (int ranks in new[] { 1, 2, 3, 5, 7, 11, 16, 31 }.Where(ranks => ranks <= shards))
                {
                    cases.Add(shards, ranks);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sums_are_those_of_the_tree(int shards, int ranks)
    {
        float[]?[][] gradients = [.. Enumerable.Range(0, shards).Select(Gradients)];
        float[] expected = Sum(gradients, 0, shards, row: Rows)!;
        InProcessCommunicator.Run(ranks, communicator =>
        {
            var network = new NeuralNetwork<float>(
                1, [new Embedding<float>(Rows, Columns, sparseGradient: true), new FullyConnectedLayer<float>(Dense / (Columns + 1))]);
            Slot table = network.ParameterSlots.Single(slot => slot.Touched is not null);
            var parts = new GradientParts<float>(network, [table]);
            var sums = new ShardSums<float>(communicator, parts, shards);
            var rows = new RowSums<float>(communicator, network, [table], shards);
            for (int repetition = 0; repetition < 2; repetition++)
            {
                sums.Begin();
                rows.Begin();
                int end = ShardRanges.StartOf(communicator.Rank + 1, ranks, shards);
                for (int shard = ShardRanges.StartOf(communicator.Rank, ranks, shards); shard < end; shard++)
                {
                    Set(network, table, gradients[shard]);
                    sums.AddShard();
                    rows.AddShard();
                }

                parts.Set(sums.AddRanks(), changes: 1);
                rows.AddRanks();
                for (int row = 0; row < Rows; row++)
                {
                    float[]? sum = Sum(gradients, 0, shards, row);
                    Assert.Equal(sum is not null, table.Touched!.All.Contains(row));
                    Assert.Equal(sum ?? new float[Columns], network.Gradients.Slice(table.Offset + (row * Columns), Columns).ToArray());
                }

                Assert.Equal(expected, network.Gradients[(table.Offset + table.Length)..][..expected.Length].ToArray());
            }
        });
    }

    /// <summary>Random numbers of very different sizes, so that every other order has another sum; and some rows of the table.</summary>
    private static float[]?[] Gradients(int shard)
    {
        var random = new SplitMix64((ulong)shard + 1);
        float Number() => (float)(random.NextNormal() * Math.Pow(10, random.NextInt(5)));
        return
        [
            .. Enumerable.Range(0, Rows).Select(row => row == 4 || random.NextInt(3) > 0
                ? null : Enumerable.Range(0, Columns).Select(_ => Number()).ToArray()),
            [.. Enumerable.Range(0, Dense - 6).Select(_ => Number())],
        ];
    }

    private static void Set(NeuralNetwork<float> network, Slot table, float[]?[] values)
    {
        network.ClearGradients();
        for (int row = 0; row < Rows; row++)
        {
            if (values[row] is { } numbers)
            {
                table.Touched!.Add(row);
                numbers.CopyTo(network.Gradients[(table.Offset + (row * Columns))..]);
            }
        }

        values[Rows]!.CopyTo(network.Gradients[(table.Offset + table.Length)..]);
    }

    private static float[]? Sum(float[]?[][] gradients, int start, int count, int row)
    {
        if (count == 1)
        {
            return gradients[start][row];
        }

        float[]? left = Sum(gradients, start, count / 2, row);
        float[]? right = Sum(gradients, start + (count / 2), count / 2, row);
        return left is null ? right : right is null ? left : [.. left.Zip(right, (x, y) => x + y)];
    }
}
