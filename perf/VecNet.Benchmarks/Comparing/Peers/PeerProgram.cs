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

    /// <summary>Serves the peer of that name until the standard input ends, with the kernels that it must use, where there is a choice.</summary>
    internal static int Serve(string name, string? kernels) => PeerServer.Serve(() => Load(name, kernels), Console.In, Console.Out);

    private static Peer Load(string name, string? kernels) => name switch
    {
        VecNet => VecNetProductPeer.Create().Compiled(VecNetProductPeer.CompiledFirst),
        Strassen => VecNetProductPeer.CreateStrassen(kernels),
        OpenBlas => BlasPeer.OpenBlas(kernels),
        Blis => BlasPeer.Blis(kernels),
        MathNet => MathNetPeer.Create(),
        VecNetNetwork => VecNetNetworkPeer.Create().Compiled(VecNetNetworkPeer.CompiledFirst),
        PlainLoops => PlainLoopsPeer.Create(kernels),
        VecNetElementwise => VecNetOperationPeer.Create().Compiled(VecNetOperationPeer.CompiledFirst(OperationSubjects.Elementwise)),
        VecNetLayers => VecNetOperationPeer.Create().Compiled(VecNetOperationPeer.CompiledFirst(OperationSubjects.Layers)),
        TensorPrimitives => TensorPrimitivesPeer.Create(),
        _ => throw new ArgumentException($"There is no peer '{name}'."),
    };
}
