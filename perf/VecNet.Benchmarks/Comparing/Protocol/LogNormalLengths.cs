namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>Lengths of sequences as those of sentences are distributed: many short ones, and few that are several times as long.</summary>
internal static class LogNormalLengths
{
    /// <summary>Log-normal numbers from one seed, scaled so that the median and the largest are the given ones.</summary>
    internal static int[] Create(int count, int median, int longest)
    {
        var random = new SplitMix64(1);
        double[] normal = [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
        double[] sorted = [.. normal.Order()];
        double middle = sorted[count / 2], scale = Math.Log((double)longest / median) / (sorted[^1] - middle);
        return [.. normal.Select(x => (int)Math.Round(median * Math.Exp(scale * (x - middle))))];
    }
}
