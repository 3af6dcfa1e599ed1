using BenchmarkDotNet.Running;
using VecNet.Benchmarks.Comparing.MiniLm;

switch (args)
{
    case [CompareCommand.Word, .. string[] rest]:
        return CompareCommand.Run(rest, Console.Out, Console.Error, TimeProvider.System);
    case [AccuracyCommand.Word, .. string[] rest]:
        return AccuracyCommand.Run(rest, Console.Out, Console.Error);
    case [PeerProgram.Word, string name, .. string[] kernels]:
        return PeerProgram.Serve(name, kernels.FirstOrDefault());
    case [FirstVector.Word, string folder]:
        return VecNetEmbeddingPeer.RunFirstVector(folder);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(HouseConfig).Assembly).Run(args, HouseConfig.Create());
        return 0;
}
