namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>The peers that this program is when the comparison starts it again with <c>peer NAME</c>.</summary>
internal enum OwnPeer
{
    VecNet, VecNetStrassen, VecNetNetwork, VecNetElementwise, VecNetLayers, VecNetSequences, VecNetEmbeddings,
    OpenBlas, Blis, MathNet, TensorPrimitives, PlainLoops,
}

/// <summary>What this program is then.</summary>
internal static class PeerProgram
{
    internal const string Word = "peer";

    /// <summary>Serves the peer of a name until the standard input ends, with the kernels that it must use, if any.</summary>
    internal static int Serve(string name, string? kernels) =>
        PeerServer.Serve(() => Load(Enum.Parse<OwnPeer>(name), kernels), Console.In, Console.Out);

    private static Peer Load(OwnPeer name, string? kernels) => name switch
    {
        OwnPeer.VecNet => VecNetProductPeer.Create().Compiled(VecNetProductPeer.CompiledFirst),
        OwnPeer.VecNetStrassen => VecNetProductPeer.CreateStrassen(kernels),
        OwnPeer.OpenBlas => BlasPeer.OpenBlas(kernels),
        OwnPeer.Blis => BlasPeer.Blis(kernels),
        OwnPeer.MathNet => MathNetPeer.Create(),
        OwnPeer.VecNetNetwork => VecNetNetworkPeer.Create().Compiled(VecNetNetworkPeer.CompiledFirst),
        OwnPeer.PlainLoops => PlainLoopsPeer.Create(kernels),
        OwnPeer.VecNetElementwise => VecNetOperationPeer.CreateFor(OperationSubjects.Elementwise),
        OwnPeer.VecNetLayers => VecNetOperationPeer.CreateFor(OperationSubjects.Layers),
        OwnPeer.VecNetSequences => VecNetSequencePeer.Create(),
        OwnPeer.VecNetEmbeddings => VecNetEmbeddingPeer.Create(),
        OwnPeer.TensorPrimitives => TensorPrimitivesPeer.Create(),
        _ => throw new ArgumentException($"There is no peer '{name}'."),
    };
}
