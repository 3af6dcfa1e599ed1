using System.Runtime.InteropServices;
using VecNet.Benchmarks.Measuring;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The row that a peer's process works at. What is compared are all results, each by its own largest element.</summary>
internal sealed class ServedLayer(LayerRow row, IPreparedLayer prepared) : IServedRow
{
    /// <summary>In the proportion of the largest element: some units in the last place, and those of a sum over a column.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>Of steps, whose later ones use what the earlier ones left.</summary>
    private const int StepsToCompare = 3;

    private readonly CallClock clock = new(prepared.Run);

    public void Keep(string path) => File.WriteAllBytes(path, [.. Results().SelectMany(result => MemoryMarshal.AsBytes(result.AsSpan()).ToArray())]);

    public void Check(string path)
    {
        ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path));
        foreach (float[] result in Results())
        {
            Agreement.Check(row.Name, result, expected[..result.Length], Tolerance);
            expected = expected[result.Length..];
        }
    }

    public double Best(TimeSpan slice) => clock.Best(slice);

    public void Dispose() => prepared.Dispose();

    private float[][] Results()
    {
        prepared.Run(row.Pass == LayerPass.Step ? StepsToCompare : 1);
        return prepared.Results();
    }
}
