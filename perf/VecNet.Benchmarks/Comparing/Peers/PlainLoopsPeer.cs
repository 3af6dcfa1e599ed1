using VecNet.Benchmarks.Variants;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>Plain C# loops over arrays, as one writes them without a library: all the cost is scalar arithmetic.</summary>
/// <remarks>The rows are those of <see cref="NetworkRows.IsForPlainLoops"/>: sigmoids and one thread.</remarks>
internal static class PlainLoopsPeer
{
    internal const string BySample = "by-sample";
    internal const string ByBatch = "by-batch";

    internal static Peer Create(string? kernels) => Peer.Of($"{kernels}", (NetworkRow row) =>
    {
        var problem = new NetworkProblem(row);
        NetworkPasses network = kernels == BySample
            ? new ArrayNetwork<SampleLoops>(problem)
            : new ArrayNetwork<BatchLoops<PlainRowLoops<float>>>(problem);
        return network.Prepare(row.Pass);
    });
}
