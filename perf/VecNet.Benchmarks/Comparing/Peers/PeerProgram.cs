using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>What this program is when the comparison starts it again with <c>peer NAME</c>.</summary>
internal static class PeerProgram
{
    internal const string Word = "peer";
    internal const string VecNet = "vecnet";
    internal const string Strassen = "vecnet-strassen";
    internal const string OpenBlas = "openblas";
    internal const string Blis = "blis";
    internal const string MathNet = "mathnet";
    internal const string VecNetNetwork = "vecnet-network";
    internal const string PlainLoops = "plain-loops";
    internal const string VecNetElementwise = "vecnet-elementwise";
    internal const string VecNetLayers = "vecnet-layers";
    internal const string TensorPrimitives = "tensor-primitives";

    /// <summary>No peer: tells what the processor has, in one line.</summary>
    internal const string Features = "features";

    /// <summary>Serves the peer until the standard input ends.</summary>
    /// <param name="name">One of the constants.</param>
    /// <param name="kernels">The kernels that the peer must use, where it can be asked.</param>
    internal static int Serve(string name, string? kernels)
    {
        if (name == Features)
        {
            Console.Out.WriteLine(Processor.InForce);
            return 0;
        }

        return PeerServer.Serve(() => Load(name, kernels), Console.In, Console.Out);
    }

    private static IPeer Load(string name, string? kernels) => name switch
    {
        VecNet => VecNetPeer.Compiled(),
        Strassen => new StrassenPeer(kernels),
        OpenBlas => new OpenBlasPeer(kernels),
        Blis => new BlisPeer(kernels),
        MathNet => new MathNetPeer(),
        VecNetNetwork => VecNetNetworkPeer.Compiled(),
        PlainLoops => new PlainLoopsPeer(kernels),
        VecNetElementwise => VecNetElementwisePeer.Compiled(),
        VecNetLayers => VecNetLayerPeer.Compiled(),
        TensorPrimitives => new TensorPrimitivesPeer(),
        _ => throw new ArgumentException($"There is no peer '{name}'."),
    };
}
