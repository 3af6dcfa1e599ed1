namespace VecNet.Tests;

/// <summary>Attention of queries and keys of the same sequences as plain loops in double: the specification.</summary>
internal sealed class AttentionReference
{
    public AttentionReference(
        double[,] q, double[,] k, double[,] v, int[] offsets, AttentionOptions options, double[,] gradOutput, ulong seed = 0)
    {
        (Output, GradQuery) = (new double[q.GetLength(0), v.GetLength(1)], new double[q.GetLength(0), q.GetLength(1)]);
        (GradKey, GradValue) = (new double[k.GetLength(0), k.GetLength(1)], new double[v.GetLength(0), v.GetLength(1)]);
        int keyWidth = k.GetLength(1) / options.Heads, valueWidth = v.GetLength(1) / options.Heads;
        double scale = options.Scale ?? 1 / Math.Sqrt(keyWidth);
        for (int s = 0; s < offsets.Length - 1; s++)
        {
            for (int head = 0; head < options.Heads; head++)
            {
                for (int i = offsets[s]; i < offsets[s + 1]; i++)
                {
                    Row(i, head, s);
                }
            }
        }

        void Row(int i, int head, int s)
        {
            int first = offsets[s], end = options.IsCausal ? i + 1 : offsets[s + 1];
            double[] p = new double[end - first];
            for (int j = first; j < end; j++)
            {
                for (int c = head * keyWidth; c < (head + 1) * keyWidth; c++)
                {
                    p[j - first] += scale * q[i, c] * k[j, c];
                }

                p[j - first] -= (options.AlibiSlopes?[head] ?? 0) * Math.Abs(i - j);
            }

            double maximum = p.Max();
            double sum = p.Sum(x => Math.Exp(x - maximum));
            p = [.. p.Select(x => Math.Exp(x - maximum) / sum)];
            double[] m = Factors(p.Length, i - first, head, s);
            double[] gradWeight = new double[p.Length];
            for (int j = first; j < end; j++)
            {
                for (int c = head * valueWidth; c < (head + 1) * valueWidth; c++)
                {
                    Output[i, c] += m[j - first] * p[j - first] * v[j, c];
                    gradWeight[j - first] += m[j - first] * gradOutput[i, c] * v[j, c];
                    GradValue[j, c] += m[j - first] * p[j - first] * gradOutput[i, c];
                }
            }

            double mean = p.Zip(gradWeight, (weight, gradient) => weight * gradient).Sum();
            for (int j = first; j < end; j++)
            {
                double gradScore = p[j - first] * (gradWeight[j - first] - mean) * scale;
                for (int c = head * keyWidth; c < (head + 1) * keyWidth; c++)
                {
                    GradQuery[i, c] += gradScore * k[j, c];
                    GradKey[j, c] += gradScore * q[i, c];
                }
            }
        }

        // For each query the stream of its place, in the stream of the head and the sequence, and from it a number for each key.
        double[] Factors(int count, int query, int head, int s)
        {
            var ofHead = SplitMix64.ForStream(seed, (ulong)((s * options.Heads) + head));
            var random = SplitMix64.ForStream(ofHead.State, (ulong)query);
            return
            [
                .. Enumerable.Range(0, count).Select(
                    _ => random.NextDouble() < options.Dropout ? 0 : 1 / (1 - options.Dropout)),
            ];
        }
    }

    public double[,] Output { get; }

    public double[,] GradQuery { get; }

    public double[,] GradKey { get; }

    public double[,] GradValue { get; }
}
