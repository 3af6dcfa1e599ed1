using BenchmarkDotNet.Running;
using VecNet.Benchmarks.Measuring;

BenchmarkSwitcher.FromAssembly(typeof(HouseConfig).Assembly).Run(args, HouseConfig.Create());
