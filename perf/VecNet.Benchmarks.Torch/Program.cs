using VecNet.Benchmarks;
using VecNet.Benchmarks.Comparing.Protocol;

return PeerServer.Serve(() => new TorchPeer(), Console.In, Console.Out);
