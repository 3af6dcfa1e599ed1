using VecNet.Benchmarks;
using VecNet.Benchmarks.Comparing.Protocol;

return PeerServer.Serve(
    () => args switch
    {
        ["matmul"] => new TorchPeer(),
        ["elementwise"] => new TorchElementwisePeer(),
        ["layers"] => new TorchLayerPeer(),
        ["network"] => new TorchNetworkPeer(),
        _ => throw new ArgumentException("The subject of the comparison is missing."),
    },
    Console.In,
    Console.Out);
