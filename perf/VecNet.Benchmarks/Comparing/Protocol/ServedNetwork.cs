using System.Runtime.InteropServices;
using VecNet.Benchmarks.Measuring;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The network that a peer's process works at.</summary>
/// <remarks>
/// What is compared: of a forward pass the output; of a forward and backward pass the loss and every parameter's gradient; of a step the losses
/// of five in succession, which differ. All from the same parameters and the same batch.
/// </remarks>
internal sealed class ServedNetwork(NetworkRow row, NetworkProblem problem, IPreparedNetwork network) : IServedRow
{
    /// <summary>Relative for a loss; for other numbers in the proportion of the largest of their matrix.</summary>
    private const double Tolerance = 1e-3;

    private const int Steps = 5;

    private readonly CallClock clock = new(network.Run);

    internal static ServedNetwork Of(INetworkPeer peer, NetworkRow row)
    {
        var problem = new NetworkProblem(row.Network, row.Batch);
        return new ServedNetwork(row, problem, peer.Prepare(row, problem));
    }

    public void Keep(string path) => File.WriteAllBytes(path, MemoryMarshal.AsBytes(Result().AsSpan()));

    public void Check(string path)
    {
        ReadOnlySpan<float> expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path));
        float[] actual = Result();
        int start = 0;
        foreach (int length in Parts())
        {
            Agreement.Check(row.Name, actual.AsSpan(start, length), expected.Slice(start, length), Tolerance);
            start += length;
        }
    }

    /// <summary>Every slice begins with the problem's parameters: else thousands of steps would lead to vanishing gradients.</summary>
    public double Best(TimeSpan slice)
    {
        network.Reset();
        return clock.Best(slice);
    }

    public void Dispose() => network.Dispose();

    private float[] Result()
    {
        network.Reset();
        return row.Passes switch
        {
            Passes.Forward => network.Output(),
            Passes.ForwardBackward => network.LossAndGradients(),
            _ => [.. Enumerable.Range(0, Steps).Select(_ => network.Step())],
        };
    }

    /// <summary>The lengths of the parts of a result that are compared by themselves.</summary>
    private IEnumerable<int> Parts() => row.Passes switch
    {
        Passes.Forward => [problem.Batch * problem.Widths[^1]],
        Passes.ForwardBackward => Enumerable.Range(0, problem.Layers)
            .SelectMany(layer => (int[])[problem.Weights[layer].Length, problem.Biases[layer].Length]).Prepend(1),
        _ => Enumerable.Repeat(1, Steps),
    };
}
