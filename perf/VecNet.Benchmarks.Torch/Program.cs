using VecNet.Benchmarks;
using VecNet.Benchmarks.Comparing.Protocol;

return PeerServer.Serve(
    () => args switch
    {
        ["matmul"] => new TorchPeer(),
        ["network"] => new TorchNetworkPeer(),
        _ => throw new ArgumentException("The subject of the comparison is missing."),
    },
    Console.In,
    Console.Out);
