using BenchmarkDotNet.Analysers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using Perfolizer.Horology;

namespace VecNet.Benchmarks.Measuring;

/// <summary>How all benchmarks are run and shown, unless the command line says otherwise.</summary>
internal static class HouseConfig
{
    internal static IConfig Create() => ManualConfig.CreateEmpty()
        .AddJob(Job.Default
            // Many short iterations: where other processes take their time slices of a few ms, some stay undisturbed.
            .WithIterationTime(TimeInterval.FromMilliseconds(4))
            .WithIterationCount(30)
            .WithUnrollFactor(1)
            .WithMinInvokeCount(1)
            .WithWarmupCount(1)
            // Hot methods are compiled fully at once, and not 100 ms after the last new method.
            .WithEnvironmentVariable("DOTNET_TC_CallCountingDelayMs", "0")
            .AsDefault())
        .AddColumnProvider(
            DefaultColumnProviders.Descriptor,
            DefaultColumnProviders.Params,
            DefaultColumnProviders.Metrics)
        .AddColumn(StatisticColumn.Min, StatisticColumn.Median, MeasuredColumn.SpeedUp)
        .AddColumn(MeasuredColumn.GigaFlops, MeasuredColumn.OfPeak)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddExporter(MarkdownExporter.GitHub)
        .AddLogger(ConsoleLogger.Default)
        .AddAnalyser([.. DefaultConfig.Instance.GetAnalysers().Where(analyser => analyser is not MinIterationTimeAnalyser)])
        .AddValidator([.. DefaultConfig.Instance.GetValidators()])
        .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(60).WithTimeUnit(TimeUnit.Microsecond));
}
