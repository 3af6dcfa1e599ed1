using System.Numerics;
using static VecNet.Tests.AttentionSamples;

namespace VecNet.Tests;

/// <summary>Attention where queries and keys differ in number, also in a sequence that is continued.</summary>
public abstract class UnequalAttentionTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Pieces that end at borders of tiles of queries and keys, beside them and far from them.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Pieces_of_queries_have_the_values_of_all_of_them(bool isCausal, bool hasBiases)
    {
        int[] pieces = [1, 30, 1, 1, 5, 64, 1, 150, 3, 1, 100, 300, 16];
        int rows = pieces.Sum();
        var options = new AttentionOptions { Heads = 2, IsCausal = isCausal, AlibiSlopes = hasBiases ? [0.25, 0.03] : null };
        TensorBuffer<T> q = Random<T>(rows, 6, 1), k = Random<T>(rows, 6, 2), v = Random<T>(rows, 10, 3);
        double[,] expected = new AttentionReference(
            Plain(q), Plain(k), Plain(v), [0, rows], options, new double[rows, 10]).Output;
        var output = new TensorBuffer<T>(rows, 10);
        var logSumExp = new TensorBuffer<T>(rows, 2);
        var scratch = new TensorBuffer<T>(2, ScaledDotProductAttention.GetScratchLength(6, 10, 2));
        int position = 0;
        foreach (int count in pieces)
        {
            // A causal query reads no later key: there are none yet, as when text is generated.
            int keys = isCausal ? position + count : rows;
            scratch.Span.Fill(T.NaN);
            ScaledDotProductAttention.Continue<T>(
                q.View.SliceRows(position, count), k.View.SliceRows(0, keys), v.View.SliceRows(0, keys),
                new([0, count]), new([0, keys]), output.View.SliceRows(position, count), logSumExp.View.SliceRows(position, count),
                options, scratch.View, 0, position);
            position += count;
        }

        AssertClose(expected, output, "y");
    }

    /// <summary>Fewer keys than queries, and more, also where tiles of either are not full.</summary>
    [Theory]
    [InlineData(100, 700)]
    [InlineData(700, 100)]
    [InlineData(70, 256)]
    [InlineData(33, 257)]
    [InlineData(300, 513)]
    [InlineData(513, 290)]
    [InlineData(5, 1)]
    [InlineData(1, 600)]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    public void Any_numbers_of_queries_and_keys_give_the_values_of_the_plain_definition(int queries, int keys)
    {
        foreach (bool isCausal in (bool[])[false, true])
        {
            var options = new AttentionOptions { Heads = 2, IsCausal = isCausal, AlibiSlopes = [0.2, 0.01] };
            TensorBuffer<T> q = Random<T>(queries + 2, 6, 1), g = Random<T>(queries + 2, 10, 4);
            TensorBuffer<T> k = Random<T>(keys + 1, 6, 2), v = Random<T>(keys + 1, 10, 3);
            int[] ofQueries = [0, queries, queries + 2], ofKeys = [0, keys, keys + 1];
            var attention = new AttentionPass<T>(q, k, v, ofQueries, ofKeys, options, threads: 2);
            (TensorBuffer<T> gradQ, TensorBuffer<T> gradK, TensorBuffer<T> gradV) = attention.Backward(g);
            (double[,] y, double[,] dq, double[,] dk, double[,] dv) =
                Plainly(Plain(q), Plain(k), Plain(v), Plain(g), ofQueries, ofKeys, options);
            AssertClose(y, attention.Output, "y");
            AssertClose(dq, gradQ, "∂L/∂q");
            AssertClose(dk, gradK, "∂L/∂k");
            AssertClose(dv, gradV, "∂L/∂v");
        }
    }

    private static (double[,] Y, double[,] GradQ, double[,] GradK, double[,] GradV) Plainly(
        double[,] q, double[,] k, double[,] v, double[,] g, int[] ofQueries, int[] ofKeys, AttentionOptions options)
    {
        double[,] y = new double[g.GetLength(0), 10], dq = new double[q.GetLength(0), 6];
        double[,] dk = new double[k.GetLength(0), 6], dv = new double[v.GetLength(0), 10];
        for (int s = 0; s + 1 < ofQueries.Length; s++)
        {
            for (int i = 0; i < ofQueries[s + 1] - ofQueries[s]; i++)
            {
                Row(ofQueries[s] + i, i, ofKeys[s], ofKeys[s + 1] - ofKeys[s], 0);
                Row(ofQueries[s] + i, i, ofKeys[s], ofKeys[s + 1] - ofKeys[s], 1);
            }
        }

        return (y, dq, dk, dv);

        void Row(int row, int i, int first, int count, int head)
        {
            count = options.IsCausal ? Math.Min(count, i + 1) : count;
            double[] s = [.. Enumerable.Range(0, count).Select(j =>
                (Enumerable.Range(3 * head, 3).Sum(c => q[row, c] * k[first + j, c]) / Math.Sqrt(3))
                - (options.AlibiSlopes![head] * Math.Abs(i - j)))];
            double maximum = s.DefaultIfEmpty().Max(), sum = s.Sum(x => Math.Exp(x - maximum));
            double[] p = [.. s.Select(x => Math.Exp(x - maximum) / sum)];
            double[] dp = [.. p.Select((_, j) => Enumerable.Range(5 * head, 5).Sum(c => g[row, c] * v[first + j, c]))];
            double mean = p.Zip(dp, (x, d) => x * d).Sum();
            for (int j = 0; j < count; j++)
            {
                for (int c = 5 * head; c < 5 * (head + 1); c++)
                {
                    y[row, c] += p[j] * v[first + j, c];
                    dv[first + j, c] += p[j] * g[row, c];
                }

                double ds = p[j] * (dp[j] - mean) / Math.Sqrt(3);
                for (int c = 3 * head; c < 3 * (head + 1); c++)
                {
                    dq[row, c] += ds * k[first + j, c];
                    dk[first + j, c] += ds * q[row, c];
                }
            }
        }
    }
}

public sealed class UnequalAttentionFloatTests : UnequalAttentionTests<float>;

public sealed class UnequalAttentionDoubleTests : UnequalAttentionTests<double>;
