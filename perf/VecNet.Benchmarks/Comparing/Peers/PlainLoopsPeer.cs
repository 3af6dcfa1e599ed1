using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Variants;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>Plain C# loops over arrays, as one writes them without a library: no cost but the arithmetic, which is not vectorised.</summary>
/// <param name="kernels">One of the constants.</param>
internal sealed class PlainLoopsPeer(string? kernels) : INetworkPeer
{
    internal const string BySample = "by-sample";
    internal const string ByBatch = "by-batch";

    public string Description => $"{kernels}";

    public IPreparedNetwork Prepare(NetworkRow row, NetworkProblem problem) =>
        row.Activation != HiddenActivation.Sigmoid || row.Threads > 1 ? throw new NotSupportedException("knows sigmoids and one thread only")
        : new PreparedNetwork(row, kernels == BySample ? new SampleBySample(problem) : new BatchLoops(problem));

    private sealed class PreparedNetwork(NetworkRow row, ArrayNetwork network) : IPreparedNetwork
    {
        public void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                switch (row.Passes)
                {
                    case Passes.Forward:
                        network.Forward();
                        break;
                    case Passes.ForwardBackward:
                        network.ForwardBackward();
                        break;
                    default:
                        Step();
                        break;
                }
            }
        }

        public void Reset() => network.Reset();

        public float[] Output()
        {
            network.Forward();
            return network.Results().First().Values;
        }

        public float[] LossAndGradients() =>
            [network.ForwardBackward(), .. network.Results().Skip(1).SelectMany(result => result.Values)];

        public float Step()
        {
            float loss = network.ForwardBackward();
            network.Update(NetworkProblem.LearningRate);
            return loss;
        }

        public void Dispose()
        {
        }
    }
}
