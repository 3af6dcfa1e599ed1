using VecNet.Benchmarks;

return args switch
{
    ["onnx", string folder] => FirstVector.Run(() => OnnxPeer.LoadFirstVector(folder), Console.Out),
    ["package", string] => FirstVector.Run(PackagePeer.LoadFirstVector, Console.Out),
    _ => PeerServer.Serve(
        () => args switch
        {
            ["onnx"] => OnnxPeer.Create(),
            ["package"] => PackagePeer.Create(),
            _ => throw new ArgumentException("The library is missing: onnx or package."),
        },
        Console.In,
        Console.Out),
};
