using VecNet.Benchmarks;

return PeerServer.Serve(
    () => args switch
    {
        ["matmul"] => TorchProductPeer.Create(),
        ["elementwise"] or ["layers"] => TorchOperationPeer.Create(),
        ["network"] => TorchNetworkPeer.Create(),
        ["sequences"] => TorchSequencePeer.Create(),
        _ => throw new ArgumentException("The subject of the comparison is missing."),
    },
    Console.In,
    Console.Out);
